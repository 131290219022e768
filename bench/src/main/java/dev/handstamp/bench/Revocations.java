package dev.handstamp.bench;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.verifier.RevocationFeed;
import dev.handstamp.verifier.Silence;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// How long a revocation takes to be refused everywhere: one real server, many real verifiers in processes of their
/// own,
/// then thousands of feeds in one process; what an idle feed costs; what a check costs.
final class Revocations {

    private static final String API = "https://api.example/revocations";
    private static final String PASSWORD = "correct horse battery";
    private static final int PER_SECOND = 50;

    /// JVMs that start at the same time.
    private static final int AT_ONCE = 4;

    /// Told before anything is counted, so that it is compiled what reads them: an API has been up for a while.
    private static final int WARM_UP = 300;

    private static final double GOAL_P99 = 250;
    private static final double GOAL_MAX = 1_000;

    private final Path root;
    private final int verifiers;
    private final int revocations;
    private final int live;
    private final int feeds;
    private final int entries;
    private final Goals goals = new Goals();
    private final long began = System.nanoTime();

    private Revocations(Path root, int verifiers, int revocations, int live, int feeds, int entries) {
        this.entries = entries;
        this.root = root;
        this.verifiers = verifiers;
        this.revocations = revocations;
        this.live = live;
        this.feeds = feeds;
    }

    static void run(Path root, boolean quick) throws IOException, InterruptedException {
        var bench = quick
                ? new Revocations(root, 10, 100, 1_000, 200, 50_000)
                : new Revocations(root, 100, 500, 10_000, 2_000, 1_000_000);
        Logger feeds = Logger.getLogger("dev.handstamp"); // Kept: a logger that nobody holds forgets its level.
        feeds.setLevel(Level.WARNING);
        bench.measure();
        System.out.println();
        RevocationChecks.print(quick ? List.of(0, 1_000, 100_000) : List.of(0, 1_000, 1_000_000), bench.goals);
        System.out.println();
        bench.goals.print();
        bench.progress("done");
    }

    private void measure() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-bench");
        String secret;
        List<String> cost;
        try (var server = new ServerProcess(root, data)) {
            server.awaitOpen();
            server.command(PASSWORD + "\n", "user", "add", "guest", "--password-stdin");
            secret = member(
                    server.command("", "api", "add", API, "--scope", "a", "--token-lifetime", "2h", "--json"),
                    "client_secret");
            List<String> tokens = logIn(server, 2 * revocations + 1);
            multiply(data, live - tokens.size());
            progress("%,d live sessions, %,d of them with a token that will be taken back"
                    .formatted(live, tokens.size()));
            System.out.printf("%,d live sessions, %d ended a second%n%n", live, PER_SECOND);
            System.out.println("| from the answer to the revoking call | p50 ms | p99 ms | max ms | revocations |");
            System.out.println("| --- | ---: | ---: | ---: | ---: |");
            cost = atProcesses(server, secret, tokens, data);
            cost.add(atConnections(server, secret, tokens.subList(revocations, 2 * revocations)));
        }
        cost.add(atConnect(data, secret));
        ServerProcess.remove(data);
        System.out.println();
        cost.forEach(line -> System.out.println("- " + line));
    }

    /// @return what a long log costs when a verifier is connected, for people
    private String atConnect(Path data, String secret) throws IOException, InterruptedException {
        lengthenLog(data);
        progress("%,d entries are in the log".formatted(entries));
        try (var server = new ServerProcess(root, data, Map.of("HANDSTAMP_HEAP", "600m"))) {
            server.awaitOpen();
            long from = System.nanoTime();
            try (RevocationFeed feed = RevocationFeed.builder("http://localhost:" + server.port)
                    .credentials(API, secret)
                    .whenSilent(Silence.failClosed(Duration.ofMinutes(5)))
                    .start()) {
                if (!feed.awaitConnected(Duration.ofMinutes(2)))
                    throw new IOException(feed.status().toString());
                if (feed.status().size() < entries) throw new IOException("not every entry came");
                return String.format(
                        "A log of %,d entries at connect: %.1f s until a verifier knows it whole; the server (a heap of 600 MiB) then has"
                                + " %d MiB resident, the verifier's set takes %.1f MB.",
                        entries,
                        (System.nanoTime() - from) / 1e9,
                        server.residentMebibytes(),
                        feed.status().bytes() / 1e6);
            }
        }
    }

    /// Entries that concern nobody's token, one after the other at the pace.
    private static void warmUp(Path data) throws IOException, InterruptedException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            for (int i = 0; i < WARM_UP; i++) {
                long now = System.currentTimeMillis() * 1000;
                statement.execute("BEGIN IMMEDIATE");
                statement.executeUpdate("UPDATE revision SET position = position + 1");
                statement.executeUpdate(
                        "INSERT INTO revocation (position, revoked_at, kind, id, issued_before, forget_at)"
                                + " SELECT position, " + now + ", 'SESSION', 'warm-up-" + i + "', " + now + ", "
                                + (now + 3_600_000_000L) + " FROM revision");
                statement.execute("COMMIT");
                TimeUnit.MILLISECONDS.sleep(60);
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /// Entries as the server would write them.
    private void lengthenLog(Path data) throws IOException {
        long now = System.currentTimeMillis() * 1000;
        long end = now + Duration.ofHours(2).toNanos() / 1000;
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO revocation (position, revoked_at, kind, id, issued_before, forget_at)"
                    + " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + entries + ")"
                    + " SELECT position + i, " + now + ", 'SESSION', 'an-ended-session-' || i, " + now + ", " + end
                    + " FROM revision, n");
            statement.executeUpdate("UPDATE revision SET position = position + " + entries);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /// @return what it cost, for people
    private List<String> atProcesses(ServerProcess server, String secret, List<String> tokens, Path folder)
            throws IOException, InterruptedException {
        train(server, secret, tokens.getLast(), folder);
        List<String> revoked = tokens.subList(0, revocations);
        Path file = Files.write(folder.resolve("tokens"), revoked);
        List<Process> processes = new ArrayList<>();
        List<BufferedReader> outputs = new ArrayList<>();
        try {
            for (int i = 0; i < verifiers; i++) {
                Process process = verifier(server, secret, file, folder.resolve("refused-" + i), folder);
                processes.add(process);
                outputs.add(process.inputReader());
                if (i % AT_ONCE == AT_ONCE - 1) await(outputs.subList(i + 1 - AT_ONCE, i + 1), "ready");
                if (i % 20 == 19) progress("%d of %d verifiers listen".formatted(i + 1, verifiers));
            }
            await(outputs.subList(verifiers - verifiers % AT_ONCE, verifiers), "ready");
            warmUp(folder);
            progress("the verifiers are warm");
            Duration ofServer = server.cpu();
            Duration ofVerifiers = cpu(processes);
            long from = System.nanoTime();
            long[] answered = revoke(server, revoked);
            double seconds = (System.nanoTime() - from) / 1e9;
            double serverShare = server.cpu().minus(ofServer).toNanos() / 1e9 / seconds;
            double verifierShare = cpu(processes).minus(ofVerifiers).toNanos() / 1e9 / seconds;
            progress("%d sessions ended in %.1f s".formatted(revocations, seconds));
            await(outputs, "done");
            String refusal = "to refusal at every one of " + verifiers + " verifiers";
            long[] slowest = slowest(folder, revoked, answered);
            System.out.println(row(refusal, slowest));
            goals.atMost(refusal + ", p99", percentile(slowest, 0.99), GOAL_P99, "ms");
            goals.atMost(refusal + ", at most", percentile(slowest, 1), GOAL_MAX, "ms");
            goals.atLeast("revocations a second", revocations / seconds, PER_SECOND * 0.95, "");
            List<String> cost = new ArrayList<>();
            cost.add(String.format(
                    "Meanwhile the server took %.0f %% of a core and the %d verifiers together %.0f %%, of %d cores: %.2f ms"
                            + " of CPU a revocation and verifier.",
                    serverShare * 100,
                    verifiers,
                    verifierShare * 100,
                    Runtime.getRuntime().availableProcessors(),
                    verifierShare * seconds * 1000 / verifiers / revocations));
            return cost;
        } finally {
            for (Process process : processes) process.destroyForcibly().waitFor();
        }
    }

    private long[] slowest(Path folder, List<String> revoked, long[] answered) throws IOException {
        long[] slowest = new long[revoked.size()];
        for (int i = 0; i < verifiers; i++) {
            List<String> refused = Files.readAllLines(folder.resolve("refused-" + i));
            if (refused.size() != revoked.size()) throw new IOException("a verifier did not hear of everything");
            for (int n = 0; n < slowest.length; n++) {
                slowest[n] = Math.max(slowest[n], Long.parseLong(refused.get(n)) - answered[n]);
            }
        }
        return slowest;
    }

    /// One verifier that lives its whole life first: it leaves the archive of classes that all others begin with.
    private void train(ServerProcess server, String secret, String token, Path folder)
            throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("training"), List.of(token));
        Process process = verifier(server, secret, file, folder.resolve("refused-in-training"), folder);
        List<BufferedReader> output = List.of(process.inputReader());
        await(output, "ready");
        revoke(server, List.of(token));
        await(output, "done");
        process.waitFor();
        progress("one verifier has shown the others how");
    }

    /// @return what an idle feed costs, for people
    private String atConnections(ServerProcess server, String secret, List<String> tokens)
            throws IOException, InterruptedException {
        long residentBefore = server.residentMebibytes();
        String basic = Base64.getEncoder()
                .encodeToString((encoded(API) + ":" + encoded(secret)).getBytes(StandardCharsets.US_ASCII));
        double idleBefore = cpuShare(server);
        try (var many = new ManyFeeds(server.port, "Basic " + basic, feeds)) {
            while (many.open() < feeds) TimeUnit.MILLISECONDS.sleep(50);
            progress("%,d feeds are open".formatted(feeds));
            TimeUnit.SECONDS.sleep(3);
            double idle = cpuShare(server) - idleBefore;
            long resident = server.residentMebibytes() - residentBefore;
            long[] answered = revoke(server, tokens);
            long[] slowest = new long[answered.length];
            for (int i = 0; i < slowest.length; i++) slowest[i] = named(many, tokens.get(i)) - answered[i];
            String last = "to the last of " + feeds + " feeds in one process";
            System.out.println(row(last, slowest));
            goals.atMost(last + ", p99", percentile(slowest, 0.99), GOAL_P99, "ms");
            goals.atMost(last + ", at most", percentile(slowest, 1), GOAL_MAX, "ms");
            return String.format(
                    "1,000 idle feeds: %.1f %% of one core, %.1f MiB resident.",
                    idle * 100_000 / feeds, resident * 1000.0 / feeds);
        }
    }

    private static long named(ManyFeeds many, String token) throws IOException, InterruptedException {
        String payload = token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'));
        String session = member(new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8), "sid");
        for (long deadline = System.nanoTime() + 60_000_000_000L; System.nanoTime() < deadline; ) {
            long when = many.namedEverywhere(session);
            if (when != 0) return when;
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new IOException("a revocation did not reach every feed");
    }

    /// Of one core, by the server, over ten seconds.
    private static double cpuShare(ServerProcess server) throws InterruptedException {
        Duration before = server.cpu();
        long from = System.nanoTime();
        TimeUnit.SECONDS.sleep(10);
        return server.cpu().minus(before).toNanos() / (double) (System.nanoTime() - from);
    }

    private static Duration cpu(List<Process> processes) {
        Duration all = Duration.ZERO;
        for (Process process : processes) {
            all = all.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
        }
        return all;
    }

    /// Ends one session after the other at the pace, and answers when each call was answered.
    private static long[] revoke(ServerProcess server, List<String> tokens) throws IOException, InterruptedException {
        long[] answered = new long[tokens.size()];
        long from = System.nanoTime();
        try (var connection = new Connection(server.port)) {
            for (int i = 0; i < answered.length; i++) {
                long due = from + i * (1_000_000_000L / PER_SECOND) - System.nanoTime();
                if (due > 0) TimeUnit.NANOSECONDS.sleep(due);
                int status = connection
                        .send(Connection.delete("/session", tokens.get(i)))
                        .status();
                if (status / 100 != 2) throw new IOException("the end of a session was answered " + status);
                answered[i] = System.nanoTime();
            }
        }
        return answered;
    }

    /// Sessions that have a token; each login costs a password hash.
    private List<String> logIn(ServerProcess server, int count) throws IOException {
        byte[] request = Connection.json(
                "/session", "{\"username\":\"guest\",\"password\":\"" + PASSWORD + "\",\"audience\":\"" + API + "\"}");
        List<String> tokens = new ArrayList<>(count);
        try (var one = new Connection(server.port);
                var other = new Connection(server.port)) {
            while (tokens.size() < count) {
                one.begin(request); // Two at a time: as many passwords are hashed at once.
                other.begin(request);
                tokens.add(one.end().member("access_token"));
                tokens.add(other.end().member("access_token"));
                if (tokens.size() % 200 == 0) progress("%,d of %,d logins".formatted(tokens.size(), count));
            }
        }
        return tokens.subList(0, count);
    }

    /// More live sessions, each with its grant, like the first one.
    private static void multiply(Path data, int count) throws IOException {
        String numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + count + ")";
        String first = "(SELECT session_id FROM session LIMIT 1)";
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("handstamp.db"));
                var statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.executeUpdate(
                    "INSERT INTO session (session_id, subject, address, user_agent, created_at, expires_at)"
                            + numbers + " SELECT 'bench-' || i, subject, address, user_agent, created_at, expires_at"
                            + " FROM session, n WHERE session_id = " + first);
            statement.executeUpdate(
                    "INSERT INTO user_grant (grant_id, subject, client_id, session_id, audience, scopes,"
                            + " created_at, expires_at) " + numbers
                            + " SELECT 'bench-' || i, subject, client_id, 'bench-' || i, audience, scopes, created_at, expires_at"
                            + " FROM user_grant, n WHERE session_id = " + first);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private Process verifier(ServerProcess server, String secret, Path tokens, Path refused, Path folder)
            throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xms4m",
                        "-Xmx16m",
                        "-Xss256k",
                        "-XX:ReservedCodeCacheSize=16m",
                        "-XX:+AutoCreateSharedArchive",
                        "-XX:SharedArchiveFile=" + folder.resolve("verifier.jsa"),
                        "-Xlog:disable",
                        "-Djava.library.path=" + root.resolve("cli/target/native"), // As the server's launcher has it.
                        "-Dcom.amazon.corretto.crypto.provider.useExternalLib=true",
                        "--enable-native-access=ALL-UNNAMED",
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

    private void progress(String what) {
        System.err.printf("%4d s  %s%n", (System.nanoTime() - began) / 1_000_000_000, what);
    }

    private static void await(List<BufferedReader> outputs, String word) throws IOException {
        for (BufferedReader output : outputs) {
            String line = output.readLine();
            while (line != null && !line.startsWith(word)) line = output.readLine();
            if (line == null) throw new IOException("a verifier ended before it was " + word);
        }
    }

    private static String row(String what, long[] nanoseconds) {
        return String.format(
                "| %s | %.0f | %.0f | %.0f | %d |",
                what,
                percentile(nanoseconds, 0.5),
                percentile(nanoseconds, 0.99),
                percentile(nanoseconds, 1),
                nanoseconds.length);
    }

    /// In milliseconds; of 1 the largest.
    private static double percentile(long[] nanoseconds, double part) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))] / 1e6;
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
