package dev.handstamp.demo.servlet;

import dev.handstamp.testing.TestIssuer;
import java.util.concurrent.CountDownLatch;

/// `demo/servlet/run`: starts an issuer for tests and the API, prints how to try it, and runs until stopped.
public final class Main {

    private Main() {}

    public static void main(String... arguments) throws Exception {
        int port = arguments.length == 2 && arguments[0].equals("--port") ? Integer.parseInt(arguments[1]) : 9006;
        TestIssuer issuer = TestIssuer.start();
        Api api = new Api(issuer.issuer(), port).start();
        System.out.print(new Walk(api.origin(), issuer));
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
