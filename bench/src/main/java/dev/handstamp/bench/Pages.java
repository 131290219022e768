package dev.handstamp.bench;

import dev.handstamp.bench.Chromium.Tab;
import dev.handstamp.bench.Chromium.Visit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How long people wait for the pages on the way in, and what pages weigh: in a real Chromium on the same machine,
/// which
/// has seen nothing of the server before.
final class Pages {

    private static final int LOADS = 20;
    /// Loads before those that count: the first find a server, and a browser, whose code is not compiled yet.
    private static final int WARM_UPS = 20;
    private static final double PAINT_GOAL = 100;
    private static final double WEIGHT_GOAL = 30;
    private static final int USERS = 60;
    private static final String PASSWORD = "correct horse battery";

    /// With all that makes a page; nobody listens where the mail server would be.
    private static final Map<String, String> SETTINGS = Map.of(
            "HANDSTAMP_MAIL_HOST", "127.0.0.1",
            "HANDSTAMP_MAIL_PORT", "9",
            "HANDSTAMP_MAIL_FROM", "no-reply@club.example",
            "HANDSTAMP_MAIL_TLS", "none",
            "HANDSTAMP_SIGN_IN_BY_MAIL", "link",
            "HANDSTAMP_SIGN_UP", "open");

    /// What anybody may open.
    private static final List<String> OPEN = List.of("/login", "/login/mail", "/reset", "/sign-up");

    private static final List<String> OWN =
            List.of("/device", "/logout", "/account", "/account/sessions", "/account/passkeys", "/account/activity");

    private static final List<String> ADMINISTRATION = List.of(
            "/admin/users", "/admin/clients", "/admin/clients/" + Visitor.CLIENT, "/admin/apis", "/admin/audit");

    private Pages() {}

    static void run(Path root) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-bench");
        try (var server = new ServerProcess(root, data, SETTINGS);
                var browser = new Chromium()) {
            server.awaitOpen();
            prepare(server, data);
            String origin = "http://127.0.0.1:" + server.port;
            Goals goals = new Goals();
            for (String page : OPEN) {
                goals.atMost(
                        "first paint of " + page + ", median of " + LOADS + " cold loads",
                        median(browser, origin + page),
                        PAINT_GOAL,
                        "ms");
            }
            System.out.println();
            Map<String, Long> weights = new LinkedHashMap<>();
            weighWayIn(browser, origin, weights);
            weighAdministration(browser, origin, weights);
            weights.forEach(
                    (page, bytes) -> goals.atMost("over the wire: " + page, bytes / 1024.0, WEIGHT_GOAL, "KiB"));
            goals.print();
        }
        ServerProcess.remove(data);
    }

    private static void prepare(ServerProcess server, Path data) throws IOException, InterruptedException {
        String api = "https://api.example/orders";
        server.command("", "api", "add", api, "--scope", "orders:read");
        server.command("", "role", "add", "buyer", "--api", api, "--scope", "orders:read");
        server.command(PASSWORD + "\n", "user", "add", "bench", "--role", "buyer", "--password-stdin");
        server.command(PASSWORD + "\n", "user", "add", "root", "--role", "administrator", "--password-stdin");
        StringBuilder users = new StringBuilder();
        for (int i = 0; i < USERS; i++) {
            users.append("{\"username\":\"user%d\",\"name\":\"Vera Vale the %dth\",\"email\":\"user%d@example.org\"}\n"
                    .formatted(i, i, i));
        }
        server.command(
                "",
                "import",
                Files.writeString(data.resolve("users.jsonl"), users).toString());
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

    /// Of the loads after those that warm up.
    private static double median(Chromium browser, String address) throws IOException, InterruptedException {
        double[] paints = new double[LOADS];
        for (int i = -WARM_UPS; i < LOADS; i++) {
            try (Tab tab = browser.tab()) {
                double paint = tab.open(address).firstPaint();
                if (i >= 0) paints[i] = paint;
            }
        }
        Arrays.sort(paints);
        System.out.printf(
                "first paint of %d cold loads of %s: from %.1f to %.1f ms%n",
                LOADS, address, paints[0], paints[LOADS - 1]);
        return (paints[LOADS / 2 - 1] + paints[LOADS / 2]) / 2;
    }

    private static void weighWayIn(Chromium browser, String origin, Map<String, Long> weights)
            throws IOException, InterruptedException {
        try (Tab tab = browser.tab()) {
            for (String page : OPEN) weigh(tab, origin, page, weights);
            weights.put(
                    "login, on the way to an application",
                    tab.open(origin + Visitor.authorization("openid orders:read", ""))
                            .bytes());
            Visit consent = tab.submit(Map.of("username", "bench", "password", PASSWORD), "#login-submit");
            if (!tab.address().contains("/consent")) throw new IOException("not signed in: " + tab.address());
            weights.put("consent", consent.bytes());
            for (String page : OWN) weigh(tab, origin, page, weights);
        }
    }

    private static void weighAdministration(Chromium browser, String origin, Map<String, Long> weights)
            throws IOException, InterruptedException {
        try (Tab tab = browser.tab()) {
            tab.open(origin + "/login");
            tab.submit(Map.of("username", "root", "password", PASSWORD), "#login-submit");
            for (String page : ADMINISTRATION) weigh(tab, origin, page, weights);
        }
    }

    private static void weigh(Tab tab, String origin, String page, Map<String, Long> weights)
            throws IOException, InterruptedException {
        long bytes = tab.open(origin + page).bytes();
        if (!tab.address().equals(origin + page)) throw new IOException(page + " led to " + tab.address());
        weights.put(page, bytes);
    }
}
