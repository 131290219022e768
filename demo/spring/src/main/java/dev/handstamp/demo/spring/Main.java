package dev.handstamp.demo.spring;

import dev.handstamp.testing.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Scanner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// `demo/spring/run`: starts an issuer for tests and the API, prints how to try it, and runs until stopped.
public final class Main {

    private Main() {}

    public static void main(String... arguments) {
        int port = arguments.length == 2 && arguments[0].equals("--port") ? Integer.parseInt(arguments[1]) : 9007;
        TestIssuer issuer = TestIssuer.start();
        Walk walk = new Walk(origin(start(issuer, port)), issuer);
        System.out.print(walk);
        System.out.flush();
        var keyboard = new Scanner(System.in, StandardCharsets.UTF_8);
        while (keyboard.hasNextLine()) {
            keyboard.nextLine();
            issuer.revokeSubject(Walk.SUBJECT);
            System.out.println("Vera's tokens are revoked; ask again.");
        }
    }

    /// What a deployment says in its environment is said here in properties: who issues, and with which secret
    /// the API hears of revocations.
    static ConfigurableApplicationContext start(TestIssuer issuer, int port) {
        issuer.introspectionClient(Walk.AUDIENCE, "demo-secret");
        var application = new SpringApplication(OrdersApplication.class);
        application.setDefaultProperties(
                Map.of("ISSUER", issuer.issuer(), "API_SECRET", "demo-secret", "server.port", Integer.toString(port)));
        return application.run();
    }

    static String origin(ConfigurableApplicationContext context) {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    }
}
