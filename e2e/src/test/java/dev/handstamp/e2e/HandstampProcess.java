package dev.handstamp.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The real server as a process of its own, the command line beside it, and a plain HTTP client.
final class HandstampProcess implements AutoCloseable {

    record Printed(int exit, String out, String err) {}

    /// Room for a log of a million entries, where a run wants one.
    private static final String HEAP = Integer.getInteger("handstamp.entries", 0) > 100_000 ? "-Xmx600m" : "-Xmx256m";

    private final Path data;
    private final Map<String, String> settings;
    final int port = freePort();
    private final int managementPort = freePort();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private Process server;

    HandstampProcess(Path data) throws IOException {
        this(data, Map.of());
    }

    /// @param settings by their environment variables, for the server and for every command
    HandstampProcess(Path data, Map<String, String> settings) throws IOException {
        this.data = data;
        this.settings = settings;
        this.server = launch();
    }

    private Process launch() throws IOException {
        List<String> command = command("serve", "--data", data.toString(), "--port", Integer.toString(port));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(settings);
        builder.environment().put("HANDSTAMP_MANAGEMENT_PORT", Integer.toString(managementPort));
        Path log = data.resolveSibling("server.log");
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /// Answers once `/readyz` says so.
    HandstampProcess awaitReady() throws InterruptedException {
        for (long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos(); ; TimeUnit.MILLISECONDS.sleep(20)) {
            if (isReady()) return this;
            if (System.nanoTime() > deadline || !server.isAlive()) {
                throw new AssertionError("the server did not start:\n" + log());
            }
        }
    }

    private boolean isReady() throws InterruptedException {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), managementPort)) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/readyz"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return probe.isConnected()
                    && client.send(request, BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    /// Stops every thread where it stands (`SIGSTOP`), or lets them go on.
    void stall(boolean stalled) throws IOException, InterruptedException {
        signal(server, stalled ? "-STOP" : "-CONT");
    }

    static void signal(Process process, String signal) throws IOException, InterruptedException {
        var sent = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
        if (sent.waitFor() != 0) throw new IOException("kill " + signal + " failed");
    }

    void restart() throws IOException, InterruptedException {
        server = launch();
        awaitReady();
    }

    /// `SIGTERM`; answers the exit code.
    int terminate() throws InterruptedException {
        server.destroy();
        return server.waitFor();
    }

    HttpResponse<String> json(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send(method, path, "application/json", body, headers);
    }

    HttpResponse<String> form(String path, String body, String... headers) throws IOException, InterruptedException {
        return send("POST", path, "application/x-www-form-urlencoded", body, headers);
    }

    private HttpResponse<String> send(String method, String path, String type, String body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(issuer() + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    String issuer() {
        return "http://localhost:" + port;
    }

    /// Runs one command against the same store.
    Printed run(String input, String... arguments) throws IOException, InterruptedException {
        Process process = startCommand(input, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Printed(process.waitFor(), out, err);
    }

    Process startCommand(String input, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        words.addAll(List.of("--data", data.toString()));
        var builder = new ProcessBuilder(command(words.toArray(String[]::new)));
        builder.environment().putAll(settings);
        Process process = builder.start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A command that reads nothing may have closed its input already.
        }
        return process;
    }

    static List<String> command(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                HEAP,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.handstamp.cli.Main"));
        command.addAll(Arrays.asList(words));
        return command;
    }

    String log() {
        try {
            return Files.readString(data.resolveSibling("server.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws InterruptedException {
        server.destroy();
        if (!server.waitFor(20, TimeUnit.SECONDS)) server.destroyForcibly().waitFor();
        client.close();
    }

    static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
