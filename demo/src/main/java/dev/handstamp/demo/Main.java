package dev.handstamp.demo;

import dev.handstamp.server.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// `./handstamp demo`: starts the server and Nightclub, prints how to try them, and runs until it is stopped.
public final class Main {

    private static final String OTHER_PORTS = "Other ports: --server-port N, --management-port N, --api-port N.";

    private Main() {}

    public static void main(String... arguments) throws InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.USAGE);
            System.out.print(ProxyDemo.USAGE);
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("forward-auth")) {
            ProxyMain.run(List.of(arguments).subList(1, arguments.length));
            return;
        }
        boundTheHttpServer();
        Options options = options(arguments);
        Demo demo = start(options);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(demo), "stop"));
        System.out.print(demo.walk(options.data()));
        System.out.flush();
        new CountDownLatch(1).await();
    }

    /// The JDK's HTTP server reads these when it is first used, and sets no limit to slow or many clients otherwise.
    static void boundTheHttpServer() {
        System.setProperty("sun.net.httpserver.maxReqTime", "20");
        System.setProperty("sun.net.httpserver.maxRspTime", "20");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("jdk.httpserver.maxConnections", "500");
    }

    private static Options options(String... arguments) {
        try {
            return Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("handstamp demo: " + e.getMessage() + "\n" + Options.USAGE);
            System.exit(2);
            throw e;
        }
    }

    private static Demo start(Options options) {
        try {
            return Demo.start(options);
        } catch (IOException | RuntimeException e) {
            Log.error("the demonstration did not start", e);
            System.err.println("handstamp demo: " + e.getMessage());
            if (isPortTaken(e)) System.err.println("Is it running already? " + OTHER_PORTS);
            System.exit(1);
            throw e instanceof RuntimeException broken ? broken : new UncheckedIOException((IOException) e);
        }
    }

    private static boolean isPortTaken(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) return true;
        }
        return false;
    }

    /// Ctrl-C is the way to end it, so it ends well: status 0.
    private static void stop(Demo demo) {
        demo.close();
        Runtime.getRuntime().halt(0);
    }
}
