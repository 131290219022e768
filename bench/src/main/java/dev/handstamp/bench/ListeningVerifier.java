package dev.handstamp.bench;

import dev.handstamp.jwt.Verified;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One API in a process of its own: verifies the tokens of a file again and again, in their order, and writes when each
/// was first refused, by the clock that all processes of a machine share.
public final class ListeningVerifier {

    /// What a refusal is found too late by, at most. A hundred processes that look more often keep the machine busy.
    private static final long POLL_MILLIS = 25;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private ListeningVerifier() {}

    /// Takes issuer, audience, secret, the file of tokens and the file to write.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> tokens = Files.readAllLines(Path.of(arguments[3]));
        try (TokenVerifier verifier = TokenVerifier.builder()
                .issuer(arguments[0])
                .audience(arguments[1])
                .maximumLifetime(Duration.ofHours(24))
                .revocationFeed(arguments[2], Silence.failClosed(Duration.ofMinutes(5)))
                .build()) {
            var feed = verifier.revocationFeed().orElseThrow();
            if (!feed.awaitConnected(PATIENCE))
                throw new IOException(feed.status().toString());
            for (String token : tokens) {
                if (!(verifier.verify(token) instanceof Verified)) throw new IOException("a good token was refused");
            }
            System.out.println("ready");
            Files.write(Path.of(arguments[4]), refusals(verifier, tokens));
            System.out.println("done " + feed.status());
        }
    }

    private static List<String> refusals(TokenVerifier verifier, List<String> tokens) throws InterruptedException {
        var times = new ArrayList<String>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (times.size() < tokens.size() && System.nanoTime() < deadline) {
            if (verifier.verify(tokens.get(times.size())) instanceof Verified) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } else {
                times.add(Long.toString(System.nanoTime()));
            }
        }
        return times;
    }
}
