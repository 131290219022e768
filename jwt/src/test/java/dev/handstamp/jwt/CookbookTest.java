package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.object;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The JOSE cookbook: RFC 7520, RFC 7797, RFC 8037")
class CookbookTest {

    @Test
    void public_keys_are_read_and_written_back() throws Exception {
        for (String file : new String[] {"3_1.ec_public_key", "3_3.rsa_public_key"}) {
            Map<String, Object> json = Vectors.read("cookbook/jwk/" + file + ".json");
            assertThat(Jwk.parse(json).toJson()).containsAllEntriesOf(json);
        }
    }

    @Test
    void private_keys_are_read_and_written_back_and_never_taken_for_public_ones() throws Exception {
        for (String file :
                new String[] {"3_2.ec_private_key", "3_4.rsa_private_key", "3_5.symmetric_key_mac_computation"}) {
            Map<String, Object> json = Vectors.read("cookbook/jwk/" + file + ".json");
            assertThat(PrivateJwk.parse(json).toJson()).containsAllEntriesOf(json);
            assertThatThrownBy(() -> Jwk.parse(json)).isInstanceOf(InvalidJwkException.class);
        }
    }

    @Test
    void a_key_for_encryption_is_refused() {
        Map<String, Object> json = Vectors.read("cookbook/jwk/3_6.symmetric_key_encryption.json");
        assertThatThrownBy(() -> PrivateJwk.parse(json)).isInstanceOf(InvalidJwkException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "jws/4_1.rsa_v15_signature, RS256",
        "jws/4_2.rsa-pss_signature, PS384",
        "jws/4_3.ecdsa_signature, ES512",
        "curve25519/jws, EdDSA"
    })
    void signatures_verify_with_the_key_for_their_algorithm(String file, String algorithm) throws Exception {
        Map<String, Object> example = Vectors.read("cookbook/" + file + ".json");
        Map<String, Object> input = object(example, "input");
        var jwk = new LinkedHashMap<>(object(input, "key"));
        jwk.put("alg", algorithm);
        VerificationKey key = PrivateJwk.parse(jwk).verificationKey();

        assertThat(Jws.parse(text(object(example, "output"), "compact"))
                        .orElseThrow()
                        .verify(key))
                .hasValue(text(input, "payload").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jws/4_6.protecting_specific_header_fields",
                "jws/4_8.multiple_signatures",
                "rfc7797/4.2.hmac-sha2_b64_false"
            })
    void json_serialization_is_refused(String file) {
        Map<String, Object> output = object(Vectors.read("cookbook/" + file + ".json"), "output");
        assertThat(Jws.parse(Json.text(object(output, "json")))).isEmpty();
    }

    @Test
    void an_unencoded_payload_is_refused() {
        Map<String, Object> example = Vectors.read("cookbook/rfc7797/hmac-sha2_b64_false.json");
        assertThat(Jws.parse(text(object(example, "output"), "compact"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5_10.including_additional_authentication_data",
                "5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm",
                "5_6.direct_encryption_using_aes-gcm",
                "5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2"
            })
    void an_encrypted_message_is_refused(String file) {
        Map<String, Object> output = object(Vectors.read("cookbook/jwe/" + file + ".json"), "output");
        Object compact = output.get("compact");
        assertThat(Jws.parse(compact == null ? Json.text(output) : (String) compact))
                .isEmpty();
    }
}
