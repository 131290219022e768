package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.handstamp.json.Json;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a check leaves to the collector, which no neighbour on the machine changes.
class AllocationTest {

    private static final int ROUNDS = 4_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @DisplayName("A check allocates at most 4 KB beyond what the bare signature allocates")
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    void a_check_allocates_little(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));
        String token = Door.sign(key, Door.header(key), Json.write(Door.claims()));
        int dot = token.lastIndexOf('.');
        byte[] input = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
        byte[] signature = Base64Url.decode(token.substring(dot + 1));

        long bare = bytesPerRound(() -> assertGood(isSigned(key.verificationKey(), input, signature)));
        long whole = bytesPerRound(() -> assertGood(Door.POLICY.check(token, keys, Door.NOW) instanceof Verified));

        assertThat(whole - bare).isBetween(0L, 4096L);
    }

    @Test
    @DisplayName("Without ACCP, an EdDSA check of ours allocates at most 1 KB itself, 4 KB with all that is around it")
    void a_check_of_our_own_allocates_little() throws Exception {
        PrivateJwk pair = PrivateJwk.generate(Algorithm.EDDSA);
        Jwk key = Jwk.parse(pair.publicJwk().orElseThrow().toJson(), CryptoProvider.JDK);
        JwkSet keys = JwkSet.of(List.of(key));
        String token = Door.sign(pair, Door.header(pair), Json.write(Door.claims()));
        int dot = token.lastIndexOf('.');
        byte[] input = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
        byte[] signature = Base64Url.decode(token.substring(dot + 1));

        assertThat(bytesPerRound(() -> assertGood(isSigned(key, input, signature))))
                .isLessThan(1024);
        assertThat(bytesPerRound(() -> assertGood(Door.POLICY.check(token, keys, Door.NOW) instanceof Verified)))
                .isLessThan(4096);
    }

    private static boolean isSigned(VerificationKey key, byte[] input, byte[] signature) {
        return key instanceof Jwk jwk
                ? jwk.verifies(input, input.length, signature)
                : ((SharedSecret) key).verifies(input, input.length, signature);
    }

    private static void assertGood(boolean good) {
        if (!good) throw new AssertionError("refused");
    }

    private static long bytesPerRound(Runnable round) {
        for (int i = 0; i < ROUNDS; i++) round.run(); // What is made once is made now.
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) round.run();
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / ROUNDS;
    }
}
