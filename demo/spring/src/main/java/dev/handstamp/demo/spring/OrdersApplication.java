package dev.handstamp.demo.spring;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/// An ordinary resource server.
@SpringBootApplication
public class OrdersApplication {}
