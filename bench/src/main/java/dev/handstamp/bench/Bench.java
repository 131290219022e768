package dev.handstamp.bench;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.CryptoProvider;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The front door: `bench/run` with `load`, `start`, `search`, `pages` or `revocation`.
public final class Bench {

    private static final String RS256_API = "https://api.example/rs256";
    private static final String ES256_API = "https://api.example/es256";
    private static final String NEXT_API = "https://api.example/next";
    private static final String EXCHANGE = "grant_type=" + encoded("urn:ietf:params:oauth:grant-type:token-exchange")
            + "&subject_token_type=" + encoded("urn:ietf:params:oauth:token-type:access_token");
    private static final String PASSWORD = "correct horse battery";
    private static final int CONNECTIONS = 32;
    private static final int REFRESHING_CLIENTS = 64;
    private static final int STARTS = 9;
    private static final int WARM_FACTOR = 2;

    /// What a CPU-second is to yield on the machine that the goals were set on, and the bare signatures there: what
    /// part of a token's cost the signature may be at most on any machine.
    private static final double ES256_GOAL = 20_000.0 / 57_800;

    private static final double RS256_GOAL = 2_500.0 / 3_817;

    private final Path root;
    private final Duration warm;
    private final Duration measured;

    private Bench(Path root, Duration warm, Duration measured) {
        this.root = root;
        this.warm = warm;
        this.measured = measured;
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<String> words = Arrays.asList(arguments).subList(1, arguments.length);
        boolean quick = words.contains("quick");
        long seconds = words.size() > 1 && !quick ? Long.parseLong(words.get(1)) : 10;
        var bench = new Bench(
                Path.of(arguments[0]), Duration.ofSeconds(seconds * WARM_FACTOR), Duration.ofSeconds(seconds));
        switch (words.isEmpty() ? "" : words.getFirst()) {
            case "load" -> bench.load();
            case "start" -> bench.start();
            case "search" -> Searches.run(Path.of(arguments[0]), quick);
            case "pages" -> Pages.run(Path.of(arguments[0]));
            case "revocation" -> Revocations.run(Path.of(arguments[0]), quick);
            case "all" -> {
                bench.start();
                bench.load();
            }
            default -> {
                System.err.println(
                        "usage: bench/run load|start|all [SECONDS] | search [quick] | revocation [quick] | pages");
                System.exit(2);
            }
        }
    }

    private void load() throws IOException, InterruptedException {
        double es256 = bare(Algorithm.ES256);
        double rs256 = bare(Algorithm.RS256);
        Path data = Files.createTempDirectory("handstamp-bench");
        try (var server = new ServerProcess(root, data)) {
            server.awaitOpen();
            String secret = prepare(server);
            var load = new Load(server, warm, measured);
            System.out.println("\n" + Load.HEADER);
            print(load.run("introspection of one RS256 token", CONNECTIONS, introspections(server, secret)), "");
            var es = load.run("client_credentials ES256", CONNECTIONS, tokens(secret, ES256_API));
            print(es, part(es, es256, ES256_GOAL));
            print(load.run("refresh with rotation, durable, ES256", REFRESHING_CLIENTS, refreshes(server)), "");
            var rs = load.run("client_credentials RS256", CONNECTIONS, tokens(secret, RS256_API));
            print(rs, part(rs, rs256, RS256_GOAL));
            System.out.println("\nresident after these: " + server.residentMebibytes() + " MiB\n\n" + Load.HEADER);
            String webSecret = prepareWeb(server);
            print(load.run("userinfo", CONNECTIONS, userInfos(server, webSecret)), "");
            print(load.run("token exchange ES256", CONNECTIONS, exchanges(server, webSecret)), "");
            print(load.run("code to tokens, login done, ES256 and RS256", CONNECTIONS, codes(server, webSecret)), "");
            System.out.println("\nresident after the whole load: " + server.residentMebibytes() + " MiB");
        }
    }

    private static double bare(Algorithm algorithm) throws InterruptedException {
        double rate = Signatures.perCpuSecond(algorithm);
        System.out.printf(
                "the bare signature, %s with %s: %,.0f per CPU-second%n",
                algorithm.joseName(), CryptoProvider.description(), rate);
        return rate;
    }

    private static String part(Load.Figures figures, double bare, double goal) {
        double part = figures.perCpuSecond() / bare;
        return "%.3f of the bare signature, goal %.3f: %s".formatted(part, goal, part >= goal ? "met" : "missed");
    }

    private static void print(Load.Figures figures, String remark) {
        System.out.println(figures.row() + " " + remark);
    }

    private static String prepare(ServerProcess server) throws IOException, InterruptedException {
        server.command("", "api", "add", RS256_API, "--scope", "orders:read");
        server.command("", "api", "add", ES256_API, "--scope", "orders:read", "--algorithm", "ES256");
        server.command(PASSWORD + "\n", "user", "add", "bench", "--password-stdin");
        String client = server.command(
                "",
                "client",
                "add",
                "bench",
                "--grant",
                "client_credentials",
                "--api",
                RS256_API,
                "--api",
                ES256_API,
                "--scope",
                "orders:read",
                "--id",
                "bench",
                "--json");
        return secretOf(client);
    }

    private static Load.Clients tokens(String secret, String api) {
        byte[] request = Connection.form(
                "/token",
                "bench",
                secret,
                "grant_type=client_credentials&scope=orders%3Aread&resource=" + encoded(api));
        return index -> connection -> connection.send(request).status();
    }

    private static Load.Clients introspections(ServerProcess server, String secret) throws IOException {
        String token;
        try (var connection = new Connection(server.port)) {
            token = connection
                    .send(Connection.form(
                            "/token", "bench", secret, "grant_type=client_credentials&resource=" + encoded(RS256_API)))
                    .member("access_token");
        }
        byte[] request = Connection.form("/introspect", "bench", secret, "token=" + token);
        return index -> connection -> {
            Connection.Answer answer = connection.send(request);
            return answer.body().contains("\"active\":true") ? answer.status() : 0;
        };
    }

    private static String secretOf(String printed) {
        return new Connection.Answer(0, printed.replace("\": \"", "\":\"").replace("\" : \"", "\":\""))
                .member("client_secret");
    }

    /// A client that users are sent to, which wants to know who they are (an ID token, always RS256) and a token for an
    /// API.
    private static String prepareWeb(ServerProcess server) throws IOException, InterruptedException {
        server.command("", "role", "add", "buyer", "--api", ES256_API, "--scope", "orders:read");
        server.command("", "user", "change", "bench", "--add-role", "buyer");
        String client = server.command(
                "",
                "client",
                "add",
                Visitor.CLIENT,
                "--grant",
                "authorization_code",
                "--grant",
                "refresh_token",
                "--redirect-uri",
                Visitor.CALLBACK,
                "--api",
                ES256_API,
                "--scope",
                "openid",
                "--scope",
                "profile",
                "--scope",
                "email",
                "--scope",
                "orders:read",
                "--json");
        return secretOf(client);
    }

    private static Visitor visitor(ServerProcess server, String secret) throws IOException {
        try (var connection = new Connection(server.port)) {
            return Visitor.signedIn(
                    connection, "openid profile email orders:read", ES256_API, secret, "bench", PASSWORD);
        }
    }

    /// What a login costs when the user is signed in and has allowed the client: `/authorize`, a code, `/token`.
    private static Load.Clients codes(ServerProcess server, String secret) {
        return index -> {
            Visitor visitor = visitor(server, secret);
            return connection -> visitor.login(connection).status();
        };
    }

    /// A backend that was called with a user's token and calls the next API for that user (RFC 8693).
    private static Load.Clients exchanges(ServerProcess server, String webSecret)
            throws IOException, InterruptedException {
        server.command("", "api", "add", NEXT_API, "--scope", "orders:read", "--algorithm", "ES256");
        server.command("", "role", "add", "buyer", "--api", NEXT_API, "--scope", "orders:read");
        String backend = secretOf(server.command(
                "",
                "client",
                "add",
                "backend",
                "--grant",
                "token-exchange",
                "--api",
                NEXT_API,
                "--scope",
                "orders:read",
                "--json"));
        server.command("", "exchange", "add", "backend", "--from", ES256_API, "--to", NEXT_API);
        return index -> {
            String token;
            try (var connection = new Connection(server.port)) {
                token = visitor(server, webSecret).login(connection).member("access_token");
            }
            byte[] request = Connection.form(
                    "/token",
                    "backend",
                    backend,
                    EXCHANGE + "&subject_token=" + token + "&audience=" + encoded(NEXT_API));
            return connection -> connection.send(request).status();
        };
    }

    private static Load.Clients userInfos(ServerProcess server, String secret) {
        return index -> {
            String token;
            try (var connection = new Connection(server.port)) {
                token = visitor(server, secret).login(connection).member("access_token");
            }
            byte[] request = Connection.get("/userinfo", "Authorization: Bearer " + token + "\r\n");
            return connection -> connection.send(request).status();
        };
    }

    private static Load.Clients refreshes(ServerProcess server) {
        return index -> {
            String[] refreshToken = new String[1];
            try (var connection = new Connection(server.port)) {
                refreshToken[0] = connection
                        .send(Connection.json(
                                "/session",
                                "{\"username\":\"bench\",\"password\":\"" + PASSWORD + "\",\"audience\":\"" + ES256_API
                                        + "\"}"))
                        .member("refresh_token");
            }
            return connection -> {
                Connection.Answer answer = connection.send(
                        Connection.json("/session/refresh", "{\"refresh_token\":\"" + refreshToken[0] + "\"}"));
                if (answer.status() == 200) refreshToken[0] = answer.member("refresh_token");
                return answer.status();
            };
        };
    }

    private void start() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-bench");
        String secret;
        try (var server = new ServerProcess(root, data)) {
            server.awaitOpen();
            secret = prepare(server);
        }
        byte[] request = Connection.form(
                "/token", "bench", secret, "grant_type=client_credentials&resource=" + encoded(ES256_API));
        List<Long> milliseconds = new ArrayList<>();
        List<Long> cpu = new ArrayList<>();
        long resident = 0;
        // As a server that is started again: its name stays, wherever it listens this time.
        Map<String, String> sameName = Map.of("HANDSTAMP_ISSUER", "http://localhost:9000");
        for (int i = -1; i < STARTS; i++) {
            long began = System.nanoTime();
            try (var server = new ServerProcess(root, data, sameName)) {
                server.awaitOpen();
                try (var connection = new Connection(server.port)) {
                    int status = connection.send(request).status();
                    if (status != 200) throw new IOException("the first token was answered " + status);
                }
                if (i < 0) continue; // The first one gives it that name.
                milliseconds.add((System.nanoTime() - began) / 1_000_000);
                cpu.add(server.cpu().toMillis());
                resident = server.residentMebibytes();
            }
        }
        Collections.sort(milliseconds);
        Collections.sort(cpu);
        System.out.printf(
                "process start to first token, %d starts: min %d, median %d, max %d ms (%d ms of CPU); resident %d MiB%n",
                STARTS,
                milliseconds.getFirst(),
                milliseconds.get(STARTS / 2),
                milliseconds.getLast(),
                cpu.get(STARTS / 2),
                resident);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
