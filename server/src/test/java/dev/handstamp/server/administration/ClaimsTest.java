package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.Secret;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    private static final int BATCH = 200;
    private static final int MANY = 400_000;

    @Test
    void every_claim_is_known_again_and_no_other() {
        Claims claims = new Claims(new Secret("salt"));
        fill(claims, 20_000);
        for (int i = 0; i < 20_000; i++) assertThat(claims.has("name " + i)).isTrue();
        for (int i = 20_000; i < 40_000; i++)
            assertThat(claims.has("name " + i)).isFalse();
    }

    @Test
    void a_batch_that_begins_again_has_claimed_nothing() {
        Claims claims = new Claims(new Secret("salt"));
        claims.begin();
        claims.add("name a");
        assertThat(claims.has("name a")).isTrue();
        claims.begin();
        assertThat(claims.has("name a")).isFalse();
        claims.add("name b");
        claims.settle();
        claims.begin();
        assertThat(claims.has("name b")).isTrue();
    }

    @Test
    void a_claim_takes_ten_bytes_however_long_it_is() {
        Claims claims = new Claims(new Secret("salt"));
        long before = used();
        fill(claims, MANY);
        assertThat(used() - before).isLessThan(MANY * 20L);
        assertThat(claims.has("name 0")).isTrue();
    }

    private static void fill(Claims claims, int number) {
        for (int i = 0; i < number; i++) {
            if (i % BATCH == 0) claims.begin();
            claims.add("name " + i);
            if (i % BATCH == BATCH - 1) claims.settle();
        }
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
