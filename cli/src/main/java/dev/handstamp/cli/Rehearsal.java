package dev.handstamp.cli;

import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A run through what the program does, on data of its own, so that the JVM can write down what it loaded and start
/// faster the next time (`-XX:AOTCacheOutput`).
final class Rehearsal {

    private static final String API = "http://localhost/rehearsal";
    private static final String SECRET = "only for this rehearsal, 7 x longer than it needs to be";

    private final Path data;

    private Rehearsal(Path data) {
        this.data = data;
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("handstamp-rehearsal");
        try {
            new Rehearsal(data).run();
        } finally {
            delete(data);
        }
        System.exit(0);
    }

    private void run() throws IOException, InterruptedException {
        Handstamp server = Handstamp.start(ServerConfig.of(
                Map.of("data", data.toString(), "port", "0", "management.port", "0", "log.level", "warn")));
        try {
            command("", "api", "add", API, "--scope", "read", "--algorithm", "ES256", "--claim", "age");
            command("", "role", "add", "guest", "--api", API, "--scope", "read");
            command(
                    "right password",
                    "user",
                    "add",
                    "vera",
                    "--role",
                    "guest",
                    "--attribute",
                    "age=34",
                    "--password-stdin");
            command(
                    SECRET,
                    "client",
                    "add",
                    "shop",
                    "--grant",
                    "client_credentials",
                    "--api",
                    API,
                    "--scope",
                    "read",
                    "--secret-stdin",
                    "--json");
            for (String noun : new String[] {"api", "user", "client", "role", "key", "session"})
                command("", noun, "list");
            command("", "audit", "--json");
            new Cli(Terminal.ofProcess()).run("--version");
            String token = command("", "token", "issue", "--user", "vera", "--api", API);
            command(token, "token", "decode");
            ask(URI.create("http://localhost:" + server.port()));
        } finally {
            server.stop();
        }
    }

    private String command(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Terminal.writer(out),
                Terminal.writer(System.err),
                Map.of(),
                InstantSource.system(),
                _ -> Optional.empty());
        boolean needsStore = !(arguments[0].equals("token") && arguments[1].equals("decode"));
        Stream<String> store = needsStore ? Stream.of("--data", data.toString()) : Stream.of();
        int status =
                new Cli(terminal).run(Stream.concat(Stream.of(arguments), store).toArray(String[]::new));
        if (status != Cli.DONE) throw new IllegalStateException(String.join(" ", arguments) + " ended with " + status);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void ask(URI server) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String login = "{\"username\": \"vera\", \"password\": \"right password\"}";
            for (int i = 0; i < 20; i++) {
                send(http, HttpRequest.newBuilder(server.resolve("/jwks")).build());
                send(
                        http,
                        HttpRequest.newBuilder(server.resolve("/token"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "grant_type=client_credentials&client_id=shop&client_secret="
                                                + SECRET.replace(' ', '+').replace(",", "%2C")))
                                .build());
            }
            send(
                    http,
                    HttpRequest.newBuilder(server.resolve("/session"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(login))
                            .build());
            send(
                    http,
                    HttpRequest.newBuilder(server.resolve("/.well-known/oauth-authorization-server"))
                            .build());
        }
    }

    private static void send(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(
                    request.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            inside.sorted((one, other) -> other.compareTo(one)).forEach(Rehearsal::deleteOne);
        }
    }

    private static void deleteOne(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
