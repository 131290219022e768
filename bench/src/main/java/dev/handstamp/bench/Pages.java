package dev.handstamp.bench;

import dev.handstamp.bench.Chromium.Tab;
import dev.handstamp.bench.Chromium.Visit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// How long people wait for the login page, and what pages weigh: in a real Chromium on the same machine, which has
/// seen nothing of the server before.
final class Pages {

    private static final int LOADS = 20;
    private static final double PAINT_GOAL = 100;
    private static final double WEIGHT_GOAL = 30;
    private static final String PASSWORD = "correct horse battery";

    private Pages() {}

    static void run(Path root) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-bench");
        try (var server = new ServerProcess(root, data);
                var browser = new Chromium()) {
            server.awaitOpen();
            prepare(server);
            String origin = "http://127.0.0.1:" + server.port;
            Goals goals = new Goals();
            double median = median(browser, origin + "/login");
            goals.atMost("login page to first paint, median of " + LOADS + " cold loads", median, PAINT_GOAL, "ms");
            weights(browser, origin)
                    .forEach((page, bytes) ->
                            goals.atMost("over the wire: " + page, bytes / 1024.0, WEIGHT_GOAL, "KiB"));
            goals.print();
        }
        ServerProcess.remove(data);
    }

    private static void prepare(ServerProcess server) throws IOException, InterruptedException {
        String api = "https://api.example/orders";
        server.command("", "api", "add", api, "--scope", "orders:read");
        server.command("", "role", "add", "buyer", "--api", api, "--scope", "orders:read");
        server.command(PASSWORD + "\n", "user", "add", "bench", "--role", "buyer", "--password-stdin");
        server.command(
                "",
                "client",
                "add",
                Visitor.CLIENT,
                "--grant",
                "authorization_code",
                "--redirect-uri",
                Visitor.CALLBACK,
                "--api",
                api,
                "--scope",
                "openid",
                "--scope",
                "orders:read",
                "--json");
    }

    /// Of the loads after the first few, which find a server that has not answered anybody yet.
    private static double median(Chromium browser, String address) throws IOException, InterruptedException {
        double[] paints = new double[LOADS];
        for (int i = -3; i < LOADS; i++) {
            try (Tab tab = browser.tab()) {
                double paint = tab.open(address).firstPaint();
                if (i >= 0) paints[i] = paint;
            }
        }
        Arrays.sort(paints);
        System.out.printf(
                "first paint of %d cold loads: from %.1f to %.1f ms%n%n", LOADS, paints[0], paints[LOADS - 1]);
        return (paints[LOADS / 2 - 1] + paints[LOADS / 2]) / 2;
    }

    private static Map<String, Long> weights(Chromium browser, String origin) throws IOException, InterruptedException {
        Map<String, Long> weights = new LinkedHashMap<>();
        try (Tab tab = browser.tab()) {
            weights.put(
                    "login, on the way to an application",
                    tab.open(origin + Visitor.authorization("openid orders:read", ""))
                            .bytes());
            Visit consent = tab.submit(Map.of("username", "bench", "password", PASSWORD), "#login-submit");
            if (!tab.address().contains("/consent")) throw new IOException("not signed in: " + tab.address());
            weights.put("consent", consent.bytes());
            for (String path : new String[] {"/device", "/logout", "/account", "/account/sessions"}) {
                weights.put(path, tab.open(origin + path).bytes());
            }
        }
        return weights;
    }
}
