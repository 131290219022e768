package dev.handstamp.demo;

import dev.handstamp.server.Handstamp;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.log.Log;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// The server and Nightclub in one process. They meet only over HTTP, as they would on two machines.
final class Demo implements AutoCloseable {

    // One machine has one clock, so the doors close when the page counts to zero: but for a second, because the issuer
    // dates a stamp up to that much ahead when it has just taken back everything that it stamped until then.
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(1);

    // When the issuer is not heard, nobody knows who is still welcome: then the doors answer 503.
    private static final Silence WHEN_SILENT = Silence.failClosed(Duration.ofSeconds(10));

    private final GuestBook guestBook;
    private final Handstamp server;
    private final TokenVerifier verifier;
    private final Nightclub nightclub;
    private final PrintStream log;

    /// Serves when this returns.
    ///
    /// @throws IOException or a RuntimeException if it cannot, its message saying why: then nothing is left running
    static Demo start(Options options) throws IOException {
        OwnerOnly.folder(options.data());
        PrintStream log = OwnerOnly.append(options.data().resolve("server.log"));
        Log.writeTo(log);
        Log.captureLibraries();
        ServerConfig config = ServerConfig.of(Map.of(
                "data", options.data().toString(),
                "port", Integer.toString(options.serverPort()),
                "management.port", Integer.toString(options.managementPort())));
        GuestBook guestBook = GuestBook.prepare(config);
        Handstamp server = Handstamp.start(config);
        try {
            return new Demo(options, guestBook, server, Reception.of(config), log);
        } catch (IOException | RuntimeException e) {
            server.stop();
            throw e;
        }
    }

    private Demo(Options options, GuestBook guestBook, Handstamp server, Reception reception, PrintStream log)
            throws IOException {
        this.guestBook = guestBook;
        this.server = server;
        this.log = log;
        this.verifier = verifier(options.introspect());
        try {
            this.nightclub = new Nightclub(
                            options.apiPort(),
                            server.issuer(),
                            GuestBook.AUDIENCE,
                            verifier,
                            options.introspect()
                                    ? "by asking the issuer about each (introspection)"
                                    : "here, with the keys and the revocations that the issuer publishes",
                            reception,
                            InstantSource.system())
                    .start();
        } catch (IOException | RuntimeException e) {
            verifier.close();
            throw e;
        }
    }

    private TokenVerifier verifier(boolean introspect) {
        var builder = TokenVerifier.builder()
                .issuer(server.issuer().toString())
                .audience(GuestBook.AUDIENCE)
                .clockSkew(CLOCK_SKEW)
                .loadAtStart();
        return introspect
                ? builder.introspection(GuestBook.AUDIENCE, guestBook.apiSecret())
                        .build()
                : builder.revocationFeed(guestBook.apiSecret(), WHEN_SILENT).build();
    }

    Walk walk(Path data) {
        return new Walk(server.issuer().toString(), nightclub.origin(), data, guestBook.passwords());
    }

    /// Nightclub first: it needs the server, and not the other way around.
    @Override
    public void close() {
        nightclub.close();
        verifier.close();
        server.stop();
        Log.writeTo(System.out);
        log.close();
    }
}
