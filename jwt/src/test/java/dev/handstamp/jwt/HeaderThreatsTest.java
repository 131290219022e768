package dev.handstamp.jwt;

import static dev.handstamp.jwt.Door.part;
import static dev.handstamp.jwt.Door.refusal;
import static dev.handstamp.jwt.Door.sign;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonNull;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderThreatsTest {

    private static final byte[] CLAIMS = Json.write(Door.claims());

    @ParameterizedTest
    @DisplayName("T-01, T-02, T-03: no casing or spelling of alg none is let in, with or without a signature")
    @ValueSource(
            strings = {
                "none",
                "None",
                "NONE",
                "nOnE",
                "none ",
                " none",
                "none\u0000",
                "\\u006eone",
                "n\u043ene",
                "",
                "-"
            })
    void alg_none_is_refused(String alg) {
        String json = "{\"alg\":\"" + alg.replace("\u0000", "\\u0000") + "\",\"kid\":\"" + Door.EC.keyId()
                + "\",\"typ\":\"at+jwt\"}";
        String input = Base64Url.encode(json.getBytes(StandardCharsets.UTF_8)) + "." + Base64Url.encode(CLAIMS);

        assertThat(refusal(input + ".")).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(input + "." + part(Door.good(), 2))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
        assertThat(refusal(Door.signText(Door.EC, input))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }

    @Test
    @DisplayName("T-04: alg missing, null, a number, a list or an object is malformed")
    void alg_of_another_type_is_refused() {
        for (Object alg : List.of(JsonNull.NULL, 0, List.of("ES256"), Map.of("ES256", 1), true)) {
            assertThat(refusal(Door.withHeader("alg", alg))).isEqualTo(Reason.MALFORMED);
        }
        var header = Door.header(Door.EC);
        header.remove("alg");
        assertThat(refusal(sign(Door.EC, header, CLAIMS))).isEqualTo(Reason.MALFORMED);
        assertThat(refusal(Door.withHeader("alg", "es256"))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }

    @Test
    @DisplayName("T-05: no spelling of a public key is an HMAC secret")
    void a_public_key_is_not_an_hmac_secret() {
        var key = (RSAPublicKey) Door.RSA.publicJwk().orElseThrow().publicKey();
        byte[] der = key.getEncoded();
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String pem = "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
        byte[] pkcs1 =
                Arrays.copyOfRange(der, 24, der.length); // What stands in the bit string of the key's X.509 form.
        String pkcs1Pem = "-----BEGIN RSA PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs1)
                + "\n-----END RSA PUBLIC KEY-----\n";
        assertThat(HexFormat.of().formatHex(pkcs1)).startsWith("3082010a0282010100");
        BigInteger modulus = key.getModulus();
        List<byte[]> spellings = List.of(
                bytes(pem),
                bytes(pem.strip()),
                bytes(pem.replace("\n", "\r\n")),
                bytes("\n" + pem),
                bytes(" " + pem),
                bytes(pkcs1Pem),
                bytes(pkcs1Pem.strip()),
                pkcs1,
                bytes(pem.replace("PUBLIC KEY", "CERTIFICATE")),
                der,
                bytes(Base64.getEncoder().encodeToString(der)),
                modulus.toByteArray(),
                Json.write(Door.RSA.publicJwk().orElseThrow().toJson()));
        for (byte[] secret : spellings) {
            for (Algorithm hmac : List.of(Algorithm.HS256, Algorithm.HS384, Algorithm.HS512)) {
                var header = Door.header(Door.RSA);
                header.put("alg", hmac.joseName());
                String input = Base64Url.encode(Json.write(header)) + "." + Base64Url.encode(CLAIMS);
                byte[] mac = SharedSecret.of(hmac, secret).mac(bytes(input), input.length());
                assertThat(refusal(input + "." + Base64Url.encode(mac))).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
            }
        }
    }

    @ParameterizedTest
    @DisplayName("T-06: a key without alg serves RS256 and nothing that a header asks for")
    @ValueSource(strings = {"PS256", "RS384", "RS512", "HS256"})
    void the_algorithm_comes_from_the_key(String alg) throws Exception {
        var withoutAlg = new LinkedHashMap<>(Door.RSA.publicJwk().orElseThrow().toJson());
        withoutAlg.remove("alg");
        JwkSet keys = JwkSet.of(List.of(Jwk.parse(withoutAlg)));
        var header = Door.header(Door.RSA);
        header.put("alg", alg);
        var asAsked = new LinkedHashMap<>(Door.RSA.toJson());
        asAsked.put("alg", alg);
        PrivateJwk signer = alg.equals("HS256") ? PrivateJwk.generate(Algorithm.HS256) : PrivateJwk.parse(asAsked);

        Verification verification = Door.POLICY.check(sign(signer, header, CLAIMS), keys, Door.NOW);

        assertThat(((Rejected) verification).reason()).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }

    @ParameterizedTest
    @DisplayName("T-07, T-08: kid is only compared; a path, a query or a template names no key")
    @ValueSource(
            strings = {
                "../../../../dev/null",
                "/proc/sys/kernel/ostype",
                "..\\..\\nul",
                "file:///dev/null",
                "x' UNION SELECT 'k'-- ",
                "*)(uid=*",
                "{\"$ne\":1}",
                "${jndi:ldap://127.0.0.1/a}",
                "#{7*7}"
            })
    void a_kid_that_means_something_elsewhere_is_unknown(String kid) {
        assertThat(refusal(Door.withHeader("kid", kid))).isEqualTo(Reason.UNKNOWN_KEY);
        PrivateJwk hmac = PrivateJwk.generate(Algorithm.HS256);
        var header = Door.header(hmac);
        header.put("kid", kid);
        assertThat(refusal(sign(hmac, header, CLAIMS))).isEqualTo(Reason.UNKNOWN_KEY);
    }

    @Test
    @DisplayName("T-09: kid of another type or size is malformed, and one log line tells so")
    void a_kid_of_another_type_or_size_is_refused() {
        for (Object kid : List.of(0, JsonNull.NULL, List.of(), Map.of(), true, "", "k".repeat(10_000))) {
            assertThat(refusal(Door.withHeader("kid", kid))).isEqualTo(Reason.MALFORMED);
        }
        assertThat(refusal(Door.withHeader("kid", "k".repeat(1 << 20)))).isEqualTo(Reason.TOO_LONG);
        String surrogate = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"\\ud800\"}";
        assertThat(refusal(sign(Door.EC, bytes(surrogate), CLAIMS))).isEqualTo(Reason.MALFORMED);

        var rejected = (Rejected) Door.check(Door.withHeader("kid", "a\u0000b\r\nc\u001b[31m\u202e" + "d".repeat(400)));
        assertThat(rejected.reason()).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(rejected.detail()).isPrintable().isASCII().hasSizeLessThan(220);
    }

    @Test
    @DisplayName("T-10: a key in the header is ignored")
    void an_embedded_key_is_ignored() {
        Map<String, Object> jwk = Door.STRANGER.publicJwk().orElseThrow().toJson();
        var realKid = Door.header(Door.EC);
        realKid.put("jwk", jwk);
        var ownKid = Door.header(Door.STRANGER);
        ownKid.put("jwk", jwk);
        var noKid = Door.header(Door.STRANGER);
        noKid.remove("kid");
        noKid.put("jwk", jwk);

        assertThat(refusal(sign(Door.STRANGER, realKid, CLAIMS))).isEqualTo(Reason.BAD_SIGNATURE);
        assertThat(refusal(sign(Door.STRANGER, ownKid, CLAIMS))).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(refusal(sign(Door.STRANGER, noKid, CLAIMS))).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @DisplayName("T-11: jku, x5u and x5c are ignored; this module has nothing to fetch them with")
    @ValueSource(strings = {"jku", "x5u", "x5c", "x5t"})
    void an_address_of_a_key_is_ignored(String name) {
        for (String url :
                List.of("http://127.0.0.1:1/", "file:///etc/passwd", "data:,x", Door.ISSUER + "@evil.example")) {
            var header = Door.header(Door.STRANGER);
            header.put(name, name.equals("x5c") ? List.of(url) : url);
            assertThat(refusal(sign(Door.STRANGER, header, CLAIMS))).isEqualTo(Reason.UNKNOWN_KEY);
            assertThat(refusal(Door.withHeader(name, url))).isNull();
        }
    }

    @Test
    @DisplayName("T-12, T-13, T-14: crit, b64 and zip are refused although the signature is right")
    void headers_that_change_the_meaning_are_refused() {
        var critical = Door.header(Door.EC);
        critical.put("crit", List.of("http://example.com/x"));
        critical.put("http://example.com/x", true);
        assertThat(refusal(sign(Door.EC, critical, CLAIMS))).isEqualTo(Reason.UNSUPPORTED_HEADER);
        for (Object crit : List.of(List.of(), List.of("exp"), "exp", JsonNull.NULL)) {
            assertThat(refusal(Door.withHeader("crit", crit))).isEqualTo(Reason.UNSUPPORTED_HEADER);
        }

        var unencoded = Door.header(Door.EC);
        unencoded.put("b64", false);
        String header = Base64Url.encode(Json.write(unencoded));
        assertThat(refusal(sign(Door.EC, unencoded, CLAIMS))).isEqualTo(Reason.UNSUPPORTED_HEADER);
        assertThat(refusal(Door.signText(Door.EC, header + "." + Json.text(Door.claims()))))
                .isNotNull();
        unencoded.put("crit", List.of("b64"));
        assertThat(refusal(sign(Door.EC, unencoded, CLAIMS))).isEqualTo(Reason.UNSUPPORTED_HEADER);

        assertThat(refusal(Door.withHeader("zip", "DEF"))).isEqualTo(Reason.UNSUPPORTED_HEADER);
    }

    @Test
    @DisplayName("T-27: a header with a duplicate member is malformed, escaped or not")
    void duplicate_header_members_are_refused() {
        String kid = Door.EC.keyId();
        var headers = new ArrayList<String>();
        headers.add("{\"alg\":\"ES256\",\"alg\":\"none\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}");
        headers.add("{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}");
        headers.add("{\"alg\":\"ES256\",\"\\u0061lg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}");
        headers.add("{\"alg\":\"ES256\",\"kid\":\"%s\",\"kid\":\"%<s\",\"typ\":\"at+jwt\"}");
        headers.add("{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\",\"typ\":\"at+jwt\"}");
        for (String header : headers) {
            assertThat(refusal(sign(Door.EC, bytes(header.formatted(kid)), CLAIMS)))
                    .isEqualTo(Reason.MALFORMED);
        }
    }

    @ParameterizedTest
    @DisplayName("T-36, T-37: every other kind of token is refused by its typ")
    @ValueSource(
            strings = {
                "JWT",
                "jwt",
                "",
                "logout+jwt",
                "dpop+jwt",
                "client-authentication+jwt",
                "oauth-authz-req+jwt",
                "statuslist+jwt",
                "token-introspection+jwt",
                "secevent+jwt",
                "application/application/at+jwt",
                "text/at+jwt",
                "at+jwt ",
                "at+jwt;x=1"
            })
    void another_typ_is_refused(String typ) {
        assertThat(refusal(Door.withHeader("typ", typ))).isEqualTo(Reason.WRONG_TYPE);
        var header = Door.header(Door.EC);
        header.remove("typ");
        assertThat(refusal(sign(Door.EC, header, CLAIMS))).isEqualTo(Reason.WRONG_TYPE);
        for (String same : List.of("AT+JWT", "application/at+jwt", "Application/AT+JWT")) {
            assertThat(refusal(Door.withHeader("typ", same))).isNull();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
