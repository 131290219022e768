package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KeyEncryptionTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Audience ORDERS = new Audience("https://api.example/orders");
    private static final Audience STOCK = new Audience("https://api.example/stock");

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final KeyEncryption encryption = new KeyEncryption(masterKey(), secrets);
    private final NewKeys newKeys = new NewKeys(encryption);

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    void a_key_comes_back_whole(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        SigningKey stored = encryption.encrypt(key, Optional.of(ORDERS), NOW);
        assertThat(encryption.decrypt(stored).toJson()).isEqualTo(key.toJson());
        assertThat(stored.keyId()).isEqualTo(key.keyId());
    }

    @Test
    void the_stored_text_holds_no_member_of_the_private_key() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.RS256);
        String stored = encryption.encrypt(key, Optional.empty(), NOW).encryptedKey();
        String decoded = new String(
                Base64.getUrlDecoder().decode(stored.substring("v1.".length())),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        for (Object member : key.toJson().values()) {
            assertThat(stored).doesNotContain((String) member);
            assertThat(decoded).doesNotContain((String) member);
        }
    }

    @Test
    void the_same_key_is_encrypted_differently_each_time() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        assertThat(encryption.encrypt(key, Optional.empty(), NOW).encryptedKey())
                .isNotEqualTo(encryption.encrypt(key, Optional.empty(), NOW).encryptedKey());
    }

    @Test
    void a_changed_or_shortened_ciphertext_does_not_open() {
        SigningKey key = newKeys.generate(Algorithm.ES256, Optional.empty(), NOW);
        byte[] sealed = Base64.getUrlDecoder().decode(key.encryptedKey().substring(3));
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertDamaged(
                    with(key, "v1." + Base64.getUrlEncoder().withoutPadding().encodeToString(changed)));
        }
        for (String text : new String[] {
            "", "v1.", "v1.AAAA", "v1.!", "v2." + key.encryptedKey().substring(3)
        }) {
            assertDamaged(with(key, text));
        }
        assertDamaged(
                with(key, key.encryptedKey().substring(0, key.encryptedKey().length() - 4)));
    }

    @Test
    void a_ciphertext_moved_to_another_row_does_not_open() {
        SigningKey one = newKeys.generate(Algorithm.ES256, Optional.empty(), NOW);
        SigningKey other = newKeys.generate(Algorithm.ES256, Optional.empty(), NOW);
        assertDamaged(with(one, other.encryptedKey()));
    }

    @Test
    void a_shared_secret_moved_to_another_api_does_not_open() {
        SigningKey key = newKeys.generate(Algorithm.HS256, Optional.of(ORDERS), NOW);
        assertThat(encryption.decrypt(key).algorithm()).isEqualTo(Algorithm.HS256);
        assertDamaged(row(key, Algorithm.HS256, Optional.of(STOCK)));
        assertDamaged(row(key, Algorithm.HS256, Optional.empty()));
        assertDamaged(row(key, Algorithm.HS384, Optional.of(ORDERS)));
    }

    @Test
    void another_master_key_is_told_apart_by_the_check_value_and_opens_nothing() {
        KeyEncryption other = new KeyEncryption(masterKey(), secrets);
        assertThat(encryption.isRightFor(encryption.checkValue())).isTrue();
        assertThat(other.isRightFor(encryption.checkValue())).isFalse();
        assertThat(encryption.isRightFor("")).isFalse();
        SigningKey key = newKeys.generate(Algorithm.ES256, Optional.empty(), NOW);
        assertThatThrownBy(() -> other.decrypt(key)).isInstanceOf(DamagedKey.class);
    }

    @Test
    void a_key_pair_belongs_to_no_api_and_a_shared_secret_needs_one() {
        assertThat(newKeys.generate(Algorithm.ES256, Optional.of(ORDERS), NOW).api())
                .isEmpty();
        assertThat(newKeys.generate(Algorithm.HS256, Optional.of(ORDERS), NOW).api())
                .contains(ORDERS);
        assertThatThrownBy(() -> newKeys.generate(Algorithm.HS256, Optional.empty(), NOW))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void assertDamaged(SigningKey key) {
        assertThatThrownBy(() -> encryption.decrypt(key))
                .isInstanceOf(DamagedKey.class)
                .hasMessageContaining(key.keyId());
    }

    private MasterKey masterKey() {
        return MasterKey.parse("test", Base64.getUrlEncoder().encodeToString(secrets.bytes(32)));
    }

    private static SigningKey with(SigningKey key, String encryptedKey) {
        return new SigningKey(
                key.keyId(),
                key.algorithm(),
                key.api(),
                encryptedKey,
                key.createdAt(),
                key.activatedAt(),
                key.retiredAt(),
                key.removedAt());
    }

    private static SigningKey row(SigningKey key, Algorithm algorithm, Optional<Audience> api) {
        return new SigningKey(
                key.keyId(),
                algorithm,
                api,
                key.encryptedKey(),
                key.createdAt(),
                key.activatedAt(),
                key.retiredAt(),
                key.removedAt());
    }
}
