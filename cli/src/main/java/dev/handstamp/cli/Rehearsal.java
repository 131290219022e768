package dev.handstamp.cli;

import dev.handstamp.server.Handstamp;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A run through what the program does, on data of its own, so that the JVM can write down what it loaded and start
/// faster the next time (`-XX:AOTCacheOutput`).
///
/// What is run here is in the cache, and what is not is not: a start as `serve` does it, on an empty folder and on a
/// used one, the commands, and the requests that a server answers most.
final class Rehearsal {

    private static final String API = "http://localhost/rehearsal";
    private static final String SECRET = "only for this rehearsal, 7 x longer than it needs to be";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int ROUNDS = 20;

    private final Path data;

    private Rehearsal(Path data) {
        this.data = data;
    }

    public static void main(String... arguments) throws IOException {
        Path data = Files.createTempDirectory("handstamp-rehearsal");
        try {
            new Rehearsal(data).run();
        } finally {
            delete(data);
        }
        System.exit(Cli.DONE);
    }

    private void run() throws IOException {
        withServer(server -> {
            register();
            commands();
            ask(server.port());
        });
        withServer(server -> ask(server.port()));
    }

    private interface Scene {
        void play(Handstamp server) throws IOException;
    }

    private void withServer(Scene scene) throws IOException {
        ServeFlags flags = ServeFlags.parse(
                        "serve",
                        "--data",
                        data.toString(),
                        "--port",
                        "0",
                        "--management-port",
                        "0",
                        "--issuer",
                        "http://localhost:9000",
                        "--log-level",
                        "warn")
                .orElseThrow();
        Handstamp server = new Serving(terminal("", new ByteArrayOutputStream())).start(flags);
        try {
            scene.play(server);
        } finally {
            server.stop();
        }
    }

    private void register() {
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
    }

    private void commands() {
        for (String noun : new String[] {"api", "user", "client", "role", "key", "session"}) command("", noun, "list");
        command("", "audit", "--json");
        new Cli(Terminal.ofProcess()).run("--version");
        String token = command("", "token", "issue", "--user", "vera", "--api", API);
        command(token, "token", "decode");
    }

    private String command(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean needsStore = !(arguments[0].equals("token") && arguments[1].equals("decode"));
        Stream<String> store = needsStore ? Stream.of("--data", data.toString()) : Stream.of();
        int status = new Cli(terminal(input, out))
                .run(Stream.concat(Stream.of(arguments), store).toArray(String[]::new));
        if (status != Cli.DONE) throw new IllegalStateException(String.join(" ", arguments) + " ended with " + status);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Terminal terminal(String input, ByteArrayOutputStream out) {
        return new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Terminal.writer(out),
                Terminal.writer(System.err),
                environment(),
                InstantSource.system(),
                _ -> Optional.empty(),
                () -> false,
                () -> false);
    }

    /// The variables of this process, but for those that would change what is rehearsed.
    private static Map<String, String> environment() {
        Predicate<String> isOurs = name -> name.startsWith("HANDSTAMP_");
        return System.getenv().entrySet().stream()
                .filter(variable -> !isOurs.test(variable.getKey()))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static void ask(int port) throws IOException {
        String login = "{\"username\": \"vera\", \"password\": \"right password\"}";
        String basic = "Authorization: Basic " + base64("shop:" + encoded(SECRET)) + "\r\n";
        try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), port)) {
            for (int i = 0; i < ROUNDS; i++) {
                String token = member(
                        "access_token",
                        send(connection, "POST /token", basic, FORM, "grant_type=client_credentials&scope=read"));
                send(connection, "POST /introspect", basic, FORM, "token=" + token);
                send(connection, "GET /jwks", "", FORM, "");
            }
            String session = send(connection, "POST /session", "", "application/json", login);
            String refresh = "{\"refresh_token\": \"" + member("refresh_token", session) + "\"}";
            send(connection, "POST /session/refresh", "", "application/json", refresh);
            send(connection, "GET /.well-known/oauth-authorization-server", "", FORM, "");
        }
    }

    /// Sends a request and answers the whole response, which is expected to be good.
    private static String send(Socket connection, String methodAndPath, String header, String type, String body)
            throws IOException {
        String request = methodAndPath + " HTTP/1.1\r\nHost: localhost\r\n" + header + "Content-Type: " + type
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        connection.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder response = new StringBuilder();
        while (response.indexOf("\r\n\r\n") < 0) {
            int next = connection.getInputStream().read();
            if (next < 0) throw new IOException("the connection ended after " + response);
            response.append((char) next);
        }
        int length = Integer.parseInt(response.toString().replaceAll("(?s).*\r\nContent-Length: (\\d+)\r\n.*", "$1"));
        response.append(new String(connection.getInputStream().readNBytes(length), StandardCharsets.UTF_8));
        if (!response.toString().startsWith("HTTP/1.1 200 ")) {
            throw new IllegalStateException(methodAndPath + " was answered " + response);
        }
        return response.toString();
    }

    private static String member(String name, String response) {
        int start = response.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return response.substring(start, response.indexOf('"', start));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
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
