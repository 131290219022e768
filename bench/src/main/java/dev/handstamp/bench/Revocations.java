package dev.handstamp.bench;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// How long a revocation takes to be refused everywhere: one real server, many real verifiers in processes of their
/// own,
/// then thousands of feeds in one process; what an idle feed costs; what a check costs.
final class Revocations {

    private static final String API = "https://api.example/revocations";
    private static final int PER_SECOND = 50;

    private final Path root;
    private final int verifiers;
    private final int revocations;
    private final int live;
    private final int feeds;

    private Revocations(Path root, int verifiers, int revocations, int live, int feeds) {
        this.root = root;
        this.verifiers = verifiers;
        this.revocations = revocations;
        this.live = live;
        this.feeds = feeds;
    }

    static void run(Path root, boolean quick) throws IOException, InterruptedException {
        var bench =
                quick ? new Revocations(root, 10, 100, 1_000, 200) : new Revocations(root, 100, 1_000, 10_000, 2_000);
        bench.measure();
        System.out.println();
        RevocationChecks.print(quick ? List.of(0, 1_000, 100_000) : List.of(0, 1_000, 1_000_000));
    }

    private void measure() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-bench");
        try (var server = new ServerProcess(root, data)) {
            server.awaitOpen();
            String added = server.command(
                    "", "api", "add", API, "--scope", "a", "--algorithm", "ES256", "--token-lifetime", "2h", "--json");
            String secret = member(added, "client_secret");
            String client = member(
                    server.command(
                            "",
                            "client",
                            "add",
                            "app",
                            "--grant",
                            "client_credentials",
                            "--api",
                            API,
                            "--id",
                            "app",
                            "--json"),
                    "client_secret");
            List<String> tokens = tokens(server, client, live);
            System.out.printf("%,d live tokens, %d revocations/s%n%n", live, PER_SECOND);
            System.out.println("| from the answer to the revoking call | p50 ms | p99 ms | max ms | revocations |");
            System.out.println("| --- | ---: | ---: | ---: | ---: |");
            atProcesses(server, client, secret, tokens.subList(0, revocations), data);
            atConnections(server, client, secret, tokens.subList(revocations, 2 * revocations));
        }
    }

    private void atProcesses(ServerProcess server, String client, String secret, List<String> tokens, Path folder)
            throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("tokens"), tokens);
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        try {
            for (int i = 0; i < verifiers; i++) {
                Process process = verifier(server, secret, file, folder.resolve("refused-" + i));
                processes.add(process);
                outputs.add(process.inputReader());
                if (i % 4 == 3) await(outputs.subList(i - 3, i + 1), "ready"); // Not all JVMs at once.
            }
            await(outputs.subList(verifiers - verifiers % 4, verifiers), "ready");
            long[] answered = revoke(server, client, tokens);
            await(outputs, "done");
            long[] slowest = new long[tokens.size()];
            for (int i = 0; i < verifiers; i++) {
                List<String> refused = Files.readAllLines(folder.resolve("refused-" + i));
                if (refused.size() != tokens.size()) throw new IOException("a verifier did not hear of everything");
                for (int n = 0; n < slowest.length; n++) {
                    slowest[n] = Math.max(slowest[n], Long.parseLong(refused.get(n)) - answered[n]);
                }
            }
            System.out.println(row("to refusal at every one of " + verifiers + " verifiers", slowest));
        } finally {
            for (Process process : processes) process.destroyForcibly().waitFor();
        }
    }

    private void atConnections(ServerProcess server, String client, String secret, List<String> tokens)
            throws IOException, InterruptedException {
        long residentBefore = server.residentMebibytes();
        String basic = Base64.getEncoder()
                .encodeToString((encoded(API) + ":" + encoded(secret)).getBytes(StandardCharsets.US_ASCII));
        double idleBefore = cpuShare(server);
        try (var many = new ManyFeeds(server.port, "Basic " + basic, feeds)) {
            while (many.open() < feeds) TimeUnit.MILLISECONDS.sleep(50);
            TimeUnit.SECONDS.sleep(3);
            double idle = cpuShare(server) - idleBefore;
            long resident = server.residentMebibytes() - residentBefore;
            long[] answered = revoke(server, client, tokens);
            long[] slowest = new long[answered.length];
            for (int i = 0; i < slowest.length; i++) slowest[i] = named(many, tokens.get(i)) - answered[i];
            System.out.println(row("to the last of " + feeds + " feeds in one process", slowest));
            System.out.printf(
                    "%n1,000 idle feeds: %.1f %% of one core, %.1f MiB resident%n",
                    idle * 100_000 / feeds, resident * 1000.0 / feeds);
        }
    }

    private static long named(ManyFeeds many, String token) throws IOException, InterruptedException {
        String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
        String jwtId = member(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8), "jti");
        for (long deadline = System.nanoTime() + 60_000_000_000L; System.nanoTime() < deadline; ) {
            long when = many.namedEverywhere(jwtId);
            if (when != 0) return when;
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IOException("a revocation did not reach every feed");
    }

    /// Of one core, by the server, over ten seconds.
    private static double cpuShare(ServerProcess server) throws InterruptedException {
        Duration before = server.cpu();
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(10);
        return server.cpu().minus(before).toNanos() / (double) (System.nanoTime() - began);
    }

    /// Revokes one after the other at the pace, and answers when each call was answered.
    private static long[] revoke(ServerProcess server, String client, List<String> tokens)
            throws IOException, InterruptedException {
        long[] answered = new long[tokens.size()];
        long began = System.nanoTime();
        try (var connection = new Connection(server.port)) {
            for (int i = 0; i < answered.length; i++) {
                long due = began + i * (1_000_000_000L / PER_SECOND) - System.nanoTime();
                if (due > 0) TimeUnit.NANOSECONDS.sleep(due);
                int status = connection
                        .send(Connection.form("/revoke", "app", client, "token=" + tokens.get(i)))
                        .status();
                if (status != 200) throw new IOException("a revocation was answered " + status);
                answered[i] = System.nanoTime();
            }
        }
        return answered;
    }

    private static List<String> tokens(ServerProcess server, String client, int count) throws IOException {
        List<String> tokens = new ArrayList<>(count);
        byte[] request =
                Connection.form("/token", "app", client, "grant_type=client_credentials&resource=" + encoded(API));
        try (var connection = new Connection(server.port)) {
            for (int i = 0; i < count; i++) tokens.add(connection.send(request).member("access_token"));
        }
        return tokens;
    }

    private static Process verifier(ServerProcess server, String secret, Path tokens, Path refused) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xms8m",
                        "-Xmx24m",
                        "-Xss256k",
                        "-XX:ReservedCodeCacheSize=16m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ListeningVerifier.class.getName(),
                        "http://localhost:" + server.port,
                        API,
                        secret,
                        tokens.toString(),
                        refused.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void await(List<BufferedReader> outputs, String word) throws IOException {
        for (BufferedReader output : outputs) {
            String line = output.readLine();
            while (line != null && !line.startsWith(word)) line = output.readLine();
            if (line == null) throw new IOException("a verifier ended before it was " + word);
        }
    }

    private static String row(String what, long[] nanoseconds) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        return String.format(
                "| %s | %.0f | %.0f | %.0f | %d |",
                what,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                sorted.length);
    }

    private static String member(String json, String name) throws IOException {
        try {
            Map<String, Object> members = Json.parseObject(json.strip().getBytes(StandardCharsets.UTF_8));
            if (members.get(name) instanceof String text) return text;
            throw new IOException("no " + name + " was printed");
        } catch (JsonException e) {
            throw new IOException(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
