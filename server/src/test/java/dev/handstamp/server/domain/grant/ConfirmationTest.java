package dev.handstamp.server.domain.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Claims;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfirmationTest {

    @Test
    void what_a_token_is_bound_to_stands_in_cnf() {
        assertThat(bound(Map.of("jkt", "a", "x5t#S256", "b")))
                .isEqualTo(new Confirmation(Optional.of("a"), Optional.of("b")));
        assertThat(Confirmation.of(Claims.of(Map.of()))).isEqualTo(Confirmation.NONE);
    }

    @Test
    void what_is_no_text_there_names_nothing() {
        assertThat(bound(Map.of("jkt", 7L, "x5t#S256", List.of()))).isEqualTo(Confirmation.NONE);
        assertThat(bound("jkt")).isEqualTo(Confirmation.NONE);
    }

    private static Confirmation bound(Object cnf) {
        return Confirmation.of(Claims.of(Map.of("cnf", cnf)));
    }
}
