package dev.handstamp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;

/// Runs the tests of one file under Node.js, and lends them what stands here: vera in her browser, and the operator at
/// the command line.
final class NodeRun {

    private static final Path TESTS = Path.of("src/test/node");
    private static final int PATIENCE_IN_SECONDS = 240;

    private final Issuer issuer;
    private final Map<String, String> environment;
    private final Map<String, Browser> browsers = new ConcurrentHashMap<>();

    /// @param environment what the tests are told besides
    NodeRun(Issuer issuer, Map<String, String> environment) {
        this.issuer = issuer;
        this.environment = environment;
    }

    /// Runs the file to its end, and answers how each of its tests fared.
    List<DynamicTest> run(String file) throws IOException, InterruptedException {
        HttpServer desk = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            desk.setExecutor(threads);
            desk.createContext("/browser", exchange -> answer(exchange, this::browse));
            desk.createContext("/client", exchange -> answer(exchange, this::register));
            desk.createContext("/command", exchange -> answer(exchange, this::command));
            desk.start();
            return outcomes(
                    file, output(file, "http://127.0.0.1:" + desk.getAddress().getPort()));
        } finally {
            desk.stop(0);
        }
    }

    private String output(String file, String desk) throws IOException, InterruptedException {
        ProcessBuilder node = new ProcessBuilder(
                        "node",
                        "--disable-warning=ExperimentalWarning",
                        "--test-reporter=./reporter.mjs",
                        "--test-reporter-destination=stdout",
                        "--test",
                        file)
                .directory(TESTS.toFile())
                .redirectErrorStream(true);
        node.environment().putAll(environment);
        node.environment().put("ISSUER", issuer.toString());
        node.environment().put("DESK", desk);
        Process process = node.start();
        process.getOutputStream().close();
        var killer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().factory());
        killer.schedule(process::destroyForcibly, PATIENCE_IN_SECONDS, TimeUnit.SECONDS);
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } finally {
            killer.shutdownNow();
        }
    }

    private static List<DynamicTest> outcomes(String file, String output) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String line : output.lines().filter(each -> each.startsWith("{")).toList()) {
            Map<String, Object> outcome = Issuer.json(line);
            if (!outcome.containsKey("test")) continue;
            tests.add(DynamicTest.dynamicTest(
                    outcome.get("test").toString(),
                    () -> assertThat(outcome.get("failed")).as(output).isEqualTo(false)));
        }
        assertThat(tests).as("%s ran no test: %s", file, output).isNotEmpty();
        return tests;
    }

    @FunctionalInterface
    private interface Service {
        Map<String, Object> serve(Map<String, Object> asked);
    }

    private static void answer(HttpExchange exchange, Service service) throws IOException {
        try (exchange) {
            byte[] body;
            int status = 200;
            try {
                String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                body = Json.write(service.serve(Issuer.json(asked)));
            } catch (RuntimeException | AssertionError e) {
                status = 500;
                body = e.toString().getBytes(StandardCharsets.UTF_8);
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /// Vera goes to an address and does what she is asked for; tells where that led her.
    private Map<String, Object> browse(Map<String, Object> asked) {
        Browser browser = browsers.computeIfAbsent(asked.get("browser").toString(), _ -> new Browser());
        Browser.Page page = browser.walk(URI.create(asked.get("address").toString()));
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("address", page.address().toString());
        seen.put("status", page.status());
        seen.put("fields", page.fields());
        seen.put("text", page.text());
        return seen;
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> command(Map<String, Object> asked) {
        return Map.of("printed", issuer.run("", (List<String>) asked.get("arguments")));
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> register(Map<String, Object> asked) {
        List<String> arguments = (List<String>) asked.get("arguments");
        Map<String, Object> metadata = (Map<String, Object>) asked.getOrDefault("metadata", Map.of());
        return issuer.addClient(asked.get("name").toString(), metadata, arguments.toArray(String[]::new))
                .members();
    }
}
