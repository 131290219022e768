package dev.handstamp.demo;

import dev.handstamp.server.log.Log;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// Starts the demonstration of the proxy, prints how to try it, and runs until it is stopped.
final class ProxyMain {

    private ProxyMain() {}

    static void run(List<String> arguments) throws InterruptedException {
        Main.boundTheHttpServer();
        Path data = Path.of("demo-data");
        int port = 9005;
        for (int i = 0; i < arguments.size(); i += 2) {
            String value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
            String flag = arguments.get(i);
            if (flag.equals("--data") && !value.isEmpty()) data = Path.of(value);
            else if (flag.equals("--port") && value.matches("[1-9]\\d{0,4}")) port = Integer.parseInt(value);
            else wrong(flag + " is unknown or lacks its value");
        }
        start(data, port);
        new CountDownLatch(1).await();
    }

    private static void start(Path data, int port) {
        try {
            ProxyDemo demo = ProxyDemo.start(data, port);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(demo), "stop"));
            System.out.print(demo.walk());
            System.out.flush();
        } catch (IOException | RuntimeException e) {
            Log.error("the demonstration did not start", e);
            System.err.println("handstamp demo: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void wrong(String message) {
        System.err.println("handstamp demo: " + message + "\n" + ProxyDemo.USAGE);
        System.exit(2);
    }

    /// Ctrl-C is the way to end it, so it ends well: status 0.
    private static void stop(ProxyDemo demo) {
        demo.close();
        Runtime.getRuntime().halt(0);
    }
}
