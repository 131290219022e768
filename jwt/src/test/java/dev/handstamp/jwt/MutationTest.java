package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MutationTest {

    private static final int MUTANTS = 200_000;
    private static final long SEED = 20_260_101;

    @Test
    @DisplayName("T-46: none of 200,000 mutants of good tokens is let in, and none raises an exception")
    void no_mutant_is_let_in() {
        PrivateJwk hmac = PrivateJwk.generate(Algorithm.HS256);
        JwkSet keys = JwkSet.of(List.of(hmac.verificationKey(), Door.EC.verificationKey()));
        var good = new ArrayList<String>();
        for (PrivateJwk key : List.of(hmac, Door.EC)) {
            for (String subject : List.of("vera", "nick", "mia")) {
                var claims = Door.claims();
                claims.put("sub", subject);
                good.add(Door.sign(key, Door.header(key), Json.write(claims)));
            }
        }
        var mutator = new Mutator(SEED);
        int checked = 0;
        for (int i = 0; i < MUTANTS; i++) {
            String mutant = mutator.mutate(good.get(i % good.size()), good);
            if (good.contains(mutant)) {
                continue;
            }
            checked++;
            if (!(Door.POLICY.check(mutant, keys, Door.NOW) instanceof Rejected)) {
                assertThat(mutant).as("mutant " + i + " of seed " + SEED).isNull();
            }
        }
        assertThat(checked).isGreaterThan(MUTANTS * 9 / 10);
        for (String token : good) {
            assertThat(Door.POLICY.check(token, keys, Door.NOW)).isInstanceOf(Verified.class);
        }
    }
}
