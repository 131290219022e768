package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// `-Dhandstamp.mutants=…` sets how many; `jwt/fuzz mutants` runs ten million.
class MutationTest {

    private static final int MUTANTS = Integer.getInteger("handstamp.mutants", 300_000);
    private static final long SEED = 20_260_101;

    /// A check may be made to wait by others on the machine, and that is not its doing.
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Test
    @DisplayName("T-46: none of 300,000 mutants of good tokens is let in, and none raises an exception")
    void no_mutant_is_let_in() {
        List<PrivateJwk> signers = List.of(
                PrivateJwk.generate(Algorithm.HS256), Door.EC, Door.ED, Door.RSA, PrivateJwk.generate(Algorithm.PS256));
        JwkSet keys =
                JwkSet.of(signers.stream().map(PrivateJwk::verificationKey).toList());
        var good = new ArrayList<String>();
        for (PrivateJwk key : signers) {
            for (String subject : List.of("vera", "nick", "mia")) {
                var claims = Door.claims();
                claims.put("sub", subject);
                good.add(Door.sign(key, Door.header(key), Json.write(claims)));
            }
        }
        Set<String> unchanged = new HashSet<>(good);
        var mutator = new Mutator(SEED);
        int checked = 0;
        long slowest = 0;
        for (int i = 0; i < MUTANTS; i++) {
            String mutant = mutator.mutate(good.get(i % good.size()), good);
            if (unchanged.contains(mutant)) {
                continue;
            }
            checked++;
            long began = THREADS.getCurrentThreadCpuTime();
            Verification verification = Door.POLICY.check(mutant, keys, Door.NOW);
            slowest = Math.max(slowest, THREADS.getCurrentThreadCpuTime() - began);
            if (!(verification instanceof Rejected)) {
                assertThat(mutant).as("mutant " + i + " of seed " + SEED).isNull();
            }
        }
        System.out.printf("%,d mutants refused, the slowest after %.1f ms of processor time%n", checked, slowest / 1e6);
        assertThat(checked).isGreaterThan(MUTANTS / 10 * 9);
        for (String token : good) {
            assertThat(Door.POLICY.check(token, keys, Door.NOW)).isInstanceOf(Verified.class);
        }
    }
}
