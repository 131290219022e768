package dev.handstamp.demo;

import dev.handstamp.forwardauth.ForwardAuth;
import dev.handstamp.forwardauth.ForwardAuthSettings;
import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.log.Log;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/// `./handstamp demo forward-auth`: nginx in front, and behind it an application that knows nothing of tokens, the
/// service
/// that nginx asks about them, and the server that issues them. All but nginx listen on free ports of loopback.
final class ProxyDemo implements AutoCloseable {

    static final String USAGE = """
        usage: ./handstamp demo forward-auth [--data DIR] [--port N]

          --data DIR  where the demonstration keeps everything; demo-data unless given
          --port N    where nginx listens; 9005 unless given
        """;

    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final GuestBook guestBook;
    private final Path data;
    private final String origin;

    /// Serves when this returns.
    ///
    /// @throws IOException or a RuntimeException if it cannot, its message saying why: then nothing is left running
    static ProxyDemo start(Path data, int port) throws IOException {
        OwnerOnly.folder(data);
        PrintStream log = OwnerOnly.append(data.resolve("server.log"));
        Log.writeTo(log);
        Log.captureLibraries();
        return new ProxyDemo(data, port, log);
    }

    private ProxyDemo(Path data, int port, PrintStream log) throws IOException {
        this.data = data;
        this.origin = "http://localhost:" + port;
        running.push(log);
        running.push(() -> Log.writeTo(System.out));
        try {
            ServerConfig config = ServerConfig.of(
                    Map.of("data", data.toString(), "issuer", origin, "port", "0", "management.port", "0"));
            guestBook = GuestBook.prepare(config);
            Handstamp server = Handstamp.start(config);
            running.push(server::stop);
            Cloakroom cloakroom = keep(new Cloakroom());
            ForwardAuth forwardAuth = keep(ForwardAuth.start(forwardAuthSettings()));
            keep(Nginx.start(
                    data.toAbsolutePath().resolve("nginx"),
                    port,
                    Map.of(
                            "127.0.0.1:ISSUER", "127.0.0.1:" + server.port(),
                            "127.0.0.1:UPSTREAM", "127.0.0.1:" + cloakroom.port(),
                            "127.0.0.1:FORWARD_AUTH", "127.0.0.1:" + forwardAuth.port())));
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private ForwardAuthSettings forwardAuthSettings() {
        return ForwardAuthSettings.of(Map.of(
                "issuer",
                origin,
                "audience",
                GuestBook.AUDIENCE,
                "port",
                "0",
                "origins",
                origin,
                "login-url",
                origin + "/login?return_to={url}",
                "user-claim",
                "preferred_username",
                "revocation",
                "refuse",
                "api-secret",
                guestBook.apiSecret()));
    }

    ProxyWalk walk() {
        return new ProxyWalk(origin, data, guestBook.passwords());
    }

    /// Nginx first: it needs the others.
    @Override
    public void close() {
        while (!running.isEmpty()) closed(running.pop());
    }

    private static void closed(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            Log.error("a part of the demonstration did not stop", e);
        }
    }

    private <T extends AutoCloseable> T keep(T one) {
        running.push(one);
        return one;
    }
}
