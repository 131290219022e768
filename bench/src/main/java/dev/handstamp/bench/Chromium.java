package dev.handstamp.bench;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real Chromium without a window, spoken to by the Chrome DevTools Protocol alone: nothing stands between the clock
/// of the page and us.
final class Chromium implements AutoCloseable {

    private static final int LARGEST_MESSAGE = 16 << 20;
    private static final long PATIENCE_SECONDS = 30;

    /// What one load of a page came to.
    ///
    /// @param firstPaint by the page's clock, in milliseconds from the start of the navigation to the first content
    /// @param bytes      over the wire, heads of answers and everything that the page has loaded
    record Visit(double firstPaint, long bytes) {}

    private final Path profile = Files.createTempDirectory("handstamp-chromium");
    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<Map<String, Object>> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Map<String, Object>> answers = new LinkedBlockingQueue<>();
    private long calls;

    Chromium() throws IOException {
        this.process = new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .start();
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(address(), new Reader())
                .join();
    }

    /// A tab that has seen nothing before: no cache, no cookie, no connection.
    Tab tab() throws IOException {
        String context = text(call("", "Target.createBrowserContext", Map.of()), "browserContextId");
        Object target = call("", "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
                .get("targetId");
        Map<String, Object> attached = call("", "Target.attachToTarget", Map.of("targetId", target, "flatten", true));
        return new Tab(context, text(attached, "sessionId"));
    }

    private static String text(Map<String, Object> told, String name) throws IOException {
        if (told.get(name) instanceof String value) return value;
        throw new IOException("Chromium told no " + name);
    }

    /// One tab of a browser of its own.
    final class Tab implements AutoCloseable {

        private final String context;
        private final String session;

        private Tab(String context, String session) throws IOException {
            this.context = context;
            this.session = session;
            call(session, "Page.enable", Map.of());
            call(session, "Network.enable", Map.of());
            call(session, "Network.setCacheDisabled", Map.of("cacheDisabled", true));
        }

        /// Loads an address.
        Visit open(String address) throws IOException, InterruptedException {
            events.clear();
            call(session, "Page.navigate", Map.of("url", address));
            return loaded();
        }

        /// Fills in the first form of the page by the names of its fields, and sends it with a button.
        Visit submit(Map<String, String> fields, String button) throws IOException, InterruptedException {
            StringBuilder script = new StringBuilder();
            fields.forEach((name, value) ->
                    script.append("document.querySelector('[name=%s]').value='%s';".formatted(name, value)));
            events.clear();
            evaluate(script + "document.querySelector('" + button + "').click()");
            return loaded();
        }

        String address() throws IOException {
            return (String) evaluate("location.href");
        }

        private Visit loaded() throws IOException, InterruptedException {
            long bytes = 0;
            while (true) {
                Map<String, Object> event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (event == null) throw new IOException("the page did not load");
                bytes += length(event);
                if ("Page.loadEventFired".equals(event.get("method"))) break;
            }
            double paint = -1;
            while (paint < 0) {
                paint = ((Number)
                                evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"))
                        .doubleValue();
                if (paint < 0) Thread.sleep(5);
            }
            return new Visit(paint, bytes + late());
        }

        /// What has loaded after the page, such as a script that waits for it.
        private long late() throws InterruptedException {
            long bytes = 0;
            while (true) {
                Map<String, Object> event = events.poll(100, TimeUnit.MILLISECONDS);
                if (event == null) return bytes;
                bytes += length(event);
            }
        }

        /// How many bytes something took that has come by now; 0 for another event.
        private static long length(Map<String, Object> event) {
            if (!"Network.loadingFinished".equals(event.get("method"))) return 0;
            return event.get("params") instanceof Map<?, ?> told
                            && told.get("encodedDataLength") instanceof Number length
                    ? length.longValue()
                    : 0;
        }

        private Object evaluate(String script) throws IOException {
            Map<String, Object> answer =
                    call(session, "Runtime.evaluate", Map.of("expression", script, "returnByValue", true));
            Object value = answer.get("result") instanceof Map<?, ?> result ? result.get("value") : null;
            return value == null ? "" : value;
        }

        @Override
        public void close() throws IOException {
            call("", "Target.disposeBrowserContext", Map.of("browserContextId", context));
        }
    }

    /// Sends one command and waits for its answer.
    @SuppressWarnings("unchecked")
    private Map<String, Object> call(String session, String method, Map<String, Object> parameters) throws IOException {
        long id = ++calls;
        Map<String, Object> message = new HashMap<>(Map.of("id", id, "method", method, "params", parameters));
        if (!session.isEmpty()) message.put("sessionId", session);
        socket.sendText(Json.text(message), true).join();
        try {
            while (true) {
                Map<String, Object> answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (answer == null) throw new IOException(method + " was not answered");
                if (!(answer.get("id") instanceof Number of) || of.longValue() != id) continue;
                if (answer.get("result") instanceof Map<?, ?> result) return (Map<String, Object>) result;
                throw new IOException(method + ": " + answer.get("error"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /// The browser says on its standard error where it listens.
    private URI address() throws IOException {
        BufferedReader told =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        String mark = "DevTools listening on ";
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            if (!line.startsWith(mark)) continue;
            Thread.ofVirtual().start(() -> told.lines().forEach(_ -> {}));
            return URI.create(line.substring(mark.length()));
        }
        throw new IOException("chromium did not start");
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        process.destroy();
        process.onExit().join();
        List<Path> all;
        try (var files = Files.walk(profile)) {
            all = new ArrayList<>(files.toList());
        }
        for (Path file : all.reversed()) Files.deleteIfExists(file);
    }

    /// Puts the parts of messages together, and tells answers from events.
    private final class Reader implements WebSocket.Listener {

        private final StringBuilder parts = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            parts.append(part);
            if (last) {
                byte[] whole = parts.toString().getBytes(StandardCharsets.UTF_8);
                parts.setLength(0);
                try {
                    Map<String, Object> message = Json.parseObject(whole, LARGEST_MESSAGE);
                    if (message.containsKey("id")) answers.add(message);
                    else events.add(message);
                } catch (JsonException _) {
                    // An event with what our strict reader refuses; none that is waited for here.
                }
            }
            from.request(1);
            return null;
        }
    }
}
