package dev.handstamp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.cli.Cli;
import dev.handstamp.cli.Terminal;
import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The assembled server in this process, on data of its own, with everything that an operator has beside it: the
/// command line.
///
/// Vera (role `buyer`) can log in. What APIs and clients there are, each test says.
public final class Issuer implements AutoCloseable {

    public static final String USER = "vera";
    public static final String PASSWORD = "correct horse battery staple";
    public static final String EMAIL = "vera@example.org";

    private final Path data;
    private final Handstamp handstamp;

    private Issuer(Path data, Handstamp handstamp) {
        this.data = data;
        this.handstamp = handstamp;
    }

    public static Issuer start() {
        return start(Map.of());
    }

    /// @param settings by name, over those of a test
    public static Issuer start(Map<String, String> settings) {
        try {
            Path data = Files.createTempDirectory("handstamp-interop");
            Map<String, String> all = new HashMap<>(Map.of(
                    "data", data.toString(),
                    "port", "0",
                    "management.port", "0",
                    "log.level", "error"));
            all.putAll(settings);
            Issuer issuer = new Issuer(data, Handstamp.start(ServerConfig.of(all)));
            issuer.run(
                    PASSWORD + "\n",
                    List.of(
                            "user",
                            "add",
                            USER,
                            "--name",
                            "Vera Vale",
                            "--email",
                            EMAIL,
                            "--role",
                            "buyer",
                            "--password-stdin"));
            return issuer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The `iss` of every token.
    public URI uri() {
        return handstamp.issuer();
    }

    @Override
    public String toString() {
        return handstamp.issuer().toString();
    }

    /// An API whose scopes vera may use. Answers its secret for introspection.
    public String addApi(String audience, String... scopes) {
        List<String> named = new ArrayList<>(List.of("--api", audience));
        List<String> added = new ArrayList<>(List.of("api", "add", audience, "--algorithm", "ES256", "--json"));
        for (String scope : scopes) {
            named.addAll(List.of("--scope", scope));
            added.addAll(List.of("--scope", scope));
        }
        String secret = text(json(run("", added)), "client_secret");
        List<String> role = new ArrayList<>(List.of("role", "add", "buyer"));
        role.addAll(named);
        run("", role);
        return secret;
    }

    /// Registers a client as an operator does.
    ///
    /// @param metadata for `--metadata`; none if empty
    public Registered addClient(String name, Map<String, Object> metadata, String... arguments) {
        List<String> all = new ArrayList<>(List.of("client", "add", name, "--json"));
        all.addAll(Arrays.asList(arguments));
        if (!metadata.isEmpty()) all.addAll(List.of("--metadata", "-"));
        return new Registered(json(run(Json.text(metadata), all)));
    }

    /// A client as it was registered.
    public record Registered(Map<String, Object> members) {

        public String id() {
            return text(members, "client_id");
        }

        public String secret() {
            return text(members, "client_secret");
        }
    }

    /// Runs a command that must succeed and answers what it printed.
    public String run(String input, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--data", data.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                Terminal.writer(out),
                Terminal.writer(err),
                Map.of(),
                InstantSource.system(),
                _ -> Optional.empty(),
                () -> false,
                () -> false);
        int status = new Cli(terminal).run(all.toArray(String[]::new));
        assertThat(status).as("%s: %s", arguments, err).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        handstamp.stop();
        try (var files = Files.walk(data)) {
            for (Path path : new ArrayList<>(files.toList()).reversed()) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> json(String text) {
        try {
            return Json.parseObject(text.strip().getBytes(StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new AssertionError(text, e);
        }
    }

    private static String text(Map<String, Object> object, String name) {
        if (object.get(name) instanceof String value) return value;
        throw new AssertionError("no text " + name + " among " + object.keySet());
    }
}
