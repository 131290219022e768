package dev.handstamp.server.domain.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.PrivateJwk;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClientKeysTest {

    private final Jwk key = PrivateJwk.generate(Algorithm.ES256).publicJwk().orElseThrow();
    private final ClientKeys keys =
            ClientKeys.of(Map.of("keys", List.of(key.toJson()))).orElseThrow();

    @Test
    @DisplayName("A kid that somebody makes up leaves nothing behind")
    void what_is_not_found_is_not_remembered() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(keys.find(Optional.of("made-up-" + i), Algorithm.ES256)).isEmpty();
            assertThat(keys.find(Optional.of("made-up-" + i), Algorithm.PS256)).isEmpty();
        }
        assertThat(keys.remembered()).isZero();

        var found = keys.find(Optional.of(key.keyId()), Algorithm.ES256);
        assertThat(found).isPresent();
        assertThat(keys.find(Optional.empty(), Algorithm.ES256)).containsSame(found.get());
        assertThat(keys.find(Optional.empty(), Algorithm.PS256)).isEmpty();
        assertThat(keys.remembered()).isEqualTo(1);
    }

    @Test
    void a_member_of_a_wrong_type_makes_it_no_key_set() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("kty", 1L),
                Map.of("kty", "RSA", "key_ops", "verify"),
                Map.of("kty", "RSA", "x5c", List.of(1L)))) {
            assertThat(ClientKeys.of(Map.of("keys", List.of(wrong)))).isEmpty();
        }
        assertThat(ClientKeys.of(Map.of("keys", List.of(Map.of("kty", "RSA", "ext", true)))))
                .isPresent();
    }
}
