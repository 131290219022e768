package dev.handstamp.server.domain.passkey;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MakerTest {

    @ParameterizedTest
    @CsvSource({
        "fbfc3007-154e-4ecc-8c0b-6e020557d7bd, Apple Passwords",
        "dd4ec289-e01d-41c9-bb89-70fa845d4bf2, iCloud Keychain (Managed)",
        "d3452668-01fd-4c12-926c-83a4204853aa, Microsoft Password Manager",
        "b78a0a55-6ef8-d246-a042-ba0f6d55050c, LastPass",
        "cb69481e-8ff7-4039-93ec-0a2729a154a8, YubiKey 5",
        "ee882879-721c-4913-9775-3dfcce97072a, YubiKey 5",
        "fa2b99dc-9e39-4257-8f92-4a30d23c4118, YubiKey 5 NFC",
        "2fc0579f-8113-47ea-b116-bb5a8db9202a, YubiKey 5 NFC",
        "d8522d9f-575b-4866-88a9-ba99fa02f35b, YubiKey Bio"
    })
    void a_model_that_is_known_has_its_public_name(String aaguid, String name) {
        assertThat(Maker.named(aaguid)).contains(name);
        assertThat(PasskeyName.parse(name)).isPresent();
    }

    @Test
    void who_does_not_say_is_nobody() {
        assertThat(Maker.named("00000000-0000-0000-0000-000000000000")).isEmpty();
    }
}
