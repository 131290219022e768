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
/// which has seen nothing of the server before. Beside them a page of one word, which shows what the browser takes.
final class Pages {

    private static final int LOADS = 20;
    /// Rounds before those that count: the first find a server, and a browser, whose code is not compiled yet.
    private static final int WARM_UPS = 20;
    /// Until a new tab has come to rest: making it is not what people wait for.
    private static final long TAB_MILLIS = 300;
    private static final String ONE_WORD = "<!DOCTYPE html><meta charset=\"utf-8\"><title>Bare</title><p>Hello";
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
                var bare = new OnePage(ONE_WORD);
                var browser = new Chromium()) {
            server.awaitOpen();
            prepare(server, data);
            String origin = "http://localhost:" + server.port;
            Map<String, String> pages = new LinkedHashMap<>();
            pages.put("a page of one word", bare.address());
            for (String page : OPEN) pages.put(page, origin + page);
            Map<String, double[]> paints = paints(browser, pages);
            Goals goals = new Goals();
            paints.forEach((page, found) -> {
                if (!OPEN.contains(page)) return;
                String what = "first paint of " + page + ", median of " + LOADS + " cold loads";
                goals.atMost(what, median(found), PAINT_GOAL, "ms");
            });
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

    /// Each page once in every round, so that they meet the same machine, server and browser.
    private static Map<String, double[]> paints(Chromium browser, Map<String, String> pages)
            throws IOException, InterruptedException {
        Map<String, double[]> paints = new LinkedHashMap<>();
        for (int i = -WARM_UPS; i < LOADS; i++) {
            for (var page : pages.entrySet()) {
                try (Tab tab = browser.tab()) {
                    Thread.sleep(TAB_MILLIS);
                    double paint = tab.open(page.getValue()).firstPaint();
                    if (i >= 0) paints.computeIfAbsent(page.getKey(), _ -> new double[LOADS])[i] = paint;
                }
            }
        }
        paints.values().forEach(Arrays::sort);
        paints.forEach((page, found) -> System.out.printf(
                "first paint of %s: median %.1f ms (%.1f to %.1f)%n", page, median(found), found[0], found[LOADS - 1]));
        return paints;
    }

    private static double median(double[] sorted) {
        return (sorted[LOADS / 2 - 1] + sorted[LOADS / 2]) / 2;
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
