package com.example.messages;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/// An application as Spring's users have it: a resource server that has never heard of Handstamp.
@SpringBootApplication
public class MessagesApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(MessagesApplication.class, arguments);
    }
}
