package dev.handstamp.bench;

import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.verifier.RevocationFeed;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one look into the set of a [RevocationFeed] costs, and what the set takes in memory: with nothing, little and
/// a lot revoked, beside a look into a `HashMap` of as many names in the same run.
final class RevocationChecks {

    private static final String API = "https://api.example";
    private static final int CHECKS = 400_000;
    private static final int ROUNDS = 15;
    private static final double GOAL_NANOS = 200;
    private static final double GOAL_MEGABYTES = 64;

    private record Presented(String token, Verified verified) {}

    private RevocationChecks() {}

    static void print(List<Integer> sizes, Goals goals) throws InterruptedException {
        System.out.println(
                "| entries | a check | HashMap.get | ratio | 4,096 tokens in turn: what the feed adds to verify"
                        + " | verify without | HashMap.get | nanoTime | set in memory | first snapshot |");
        System.out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (int size : sizes) System.out.println(row(size, goals));
    }

    private static String row(int size, Goals goals) throws InterruptedException {
        try (TestIssuer issuer = TestIssuer.start()) {
            issuer.introspectionClient(API, "secret");
            Map<String, Integer> names = new HashMap<>();
            for (int i = 0; i < size; i++) {
                String name = name(i);
                names.put(name, i);
                switch (i % 4) {
                    case 0 -> issuer.revokeSession(name);
                    case 1 -> issuer.revokeGrant(name);
                    case 2 -> issuer.revokeSubject(name);
                    default -> issuer.revokeClient(name);
                }
            }
            long began = System.nanoTime();
            try (TokenVerifier verifier = TokenVerifier.builder()
                    .issuer(issuer.issuer())
                    .audience(API)
                    .seenTokens(1 << 16, 1L << 28)
                    .revocationFeed("secret", Silence.failClosed(Duration.ofHours(1)))
                    .build()) {
                RevocationFeed feed = verifier.revocationFeed().orElseThrow();
                if (!feed.awaitConnected(Duration.ofMinutes(2))) throw new IllegalStateException(feed.status() + "");
                long milliseconds = (System.nanoTime() - began) / 1_000_000;
                double check = check(feed, presented(issuer, verifier, 64));
                double get = get(names, 64);
                double[] cold = verify(issuer, verifier);
                String entries =
                        String.format(" with %,d entries", feed.status().size());
                goals.atMost("a check" + entries, check, GOAL_NANOS, "ns");
                goals.atMost("what the feed adds to verify" + entries, cold[0] - cold[1], GOAL_NANOS, "ns");
                goals.atMost("the set" + entries, feed.status().bytes() / 1e6, GOAL_MEGABYTES, "MB");
                return String.format(
                        "| %,d | %.0f ns | %.0f ns | %.1f | %.0f ns | %.0f ns | %.0f ns | %.0f ns | %.1f MB | %,d ms |",
                        feed.status().size(),
                        check,
                        get,
                        check / get,
                        cold[0] - cold[1],
                        cold[1],
                        get(names, 4096),
                        nanoTime(),
                        feed.status().bytes() / 1e6,
                        milliseconds);
            }
        }
    }

    private static List<Presented> presented(TestIssuer issuer, TokenVerifier verifier, int count) {
        List<Presented> presented = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String token = issuer.token()
                    .sessionId(name(-i - 1))
                    .claim("grant_id", name(-i - 2))
                    .subject(name(-i - 3))
                    .clientId(name(-i - 4))
                    .sign();
            if (verifier.verify(token) instanceof Verified verified) presented.add(new Presented(token, verified));
        }
        if (presented.size() != count) throw new IllegalStateException("a good token was refused");
        return presented;
    }

    /// The best of many rounds, because others use the machine too.
    private static double check(RevocationFeed feed, List<Presented> presented) {
        Instant now = Instant.now();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            int good = 0;
            long began = System.nanoTime();
            for (int i = 0; i < CHECKS; i++) {
                Presented each = presented.get(i % presented.size());
                if (feed.check(each.token, each.verified, now) instanceof Verified) good++;
            }
            best = Math.min(best, (System.nanoTime() - began) / (double) CHECKS);
            if (good != CHECKS) throw new IllegalStateException("a good token was refused");
        }
        return best;
    }

    /// A verification of a token that was seen before, with the feed and without any check of revocations, round by
    /// round; the best of each.
    private static double[] verify(TestIssuer issuer, TokenVerifier listening) {
        try (TokenVerifier deaf = TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience(API)
                .seenTokens(1 << 16, 1L << 28)
                .build()) {
            List<String> tokens = new ArrayList<>();
            for (Presented each : presented(issuer, listening, 4096)) tokens.add(each.token);
            double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};
            for (int round = 0; round < 2 * ROUNDS; round++) {
                best[0] = Math.min(best[0], round(listening, tokens));
                best[1] = Math.min(best[1], round(deaf, tokens));
            }
            return best;
        }
    }

    private static double round(TokenVerifier verifier, List<String> tokens) {
        int good = 0;
        long began = System.nanoTime();
        for (int i = 0; i < CHECKS; i++) {
            if (verifier.verify(tokens.get(i & 4095)) instanceof Verified) good++;
        }
        if (good != CHECKS) throw new IllegalStateException("a good token was refused");
        return (System.nanoTime() - began) / (double) CHECKS;
    }

    private static double get(Map<String, Integer> names, int count) {
        List<String> absent = new ArrayList<>();
        for (int i = 0; i < count; i++) absent.add(name(-i - 1));
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            int found = 0;
            long began = System.nanoTime();
            for (int i = 0; i < CHECKS; i++) {
                if (names.get(absent.get(i % count)) != null) found++;
            }
            best = Math.min(best, (System.nanoTime() - began) / (double) CHECKS);
            if (found > 0) throw new IllegalStateException("found what is not there");
        }
        return best;
    }

    private static double nanoTime() {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long last = 0;
            long began = System.nanoTime();
            for (int i = 0; i < CHECKS; i++) last = Math.max(last, System.nanoTime());
            best = Math.min(best, (last - began) / (double) CHECKS);
        }
        return best;
    }

    /// As long as the server's identifiers.
    private static String name(int number) {
        return String.format("%022x", number * 0x9E3779B97F4A7C15L);
    }
}
