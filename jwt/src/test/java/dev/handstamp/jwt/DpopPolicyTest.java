package dev.handstamp.jwt;

import static dev.handstamp.jwt.Vectors.objects;
import static dev.handstamp.jwt.Vectors.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DpopPolicyTest {

    private static final Map<String, Object> FILE = Vectors.read("rfc9449/dpop.json");
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final String ADDRESS = "https://api.example/orders";
    private static final String TOKEN = "the.access.token";
    private static final PrivateJwk KEY = PrivateJwk.generate(Algorithm.ES256);

    private final DpopPolicy policy = DpopPolicy.builder().build();
    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();

    DpopPolicyTest() {
        header.put("typ", "dpop+jwt");
        header.put("alg", "ES256");
        header.put("jwk", publicMembers(KEY));
        claims.put("jti", "one");
        claims.put("htm", "GET");
        claims.put("htu", ADDRESS);
        claims.put("iat", NOW.getEpochSecond());
        claims.put("ath", Sha256.base64Url(TOKEN));
    }

    @Test
    void the_proofs_of_the_rfc_are_good_for_their_requests_in_their_time() {
        int checked = 0;
        for (Map<String, Object> vector : objects(FILE, "cases")) {
            if (!"dpop-proof".equals(vector.get("kind"))) continue;
            Map<String, Object> said = Vectors.object(vector, "claims");
            String token = said.containsKey("ath") ? text(FILE, "access_token_for_ath") : null;
            Instant then = Instant.ofEpochSecond((Long) said.get("iat"));

            ProofVerification answer =
                    policy.check(text(vector, "token"), text(said, "htm"), URI.create(text(said, "htu")), token, then);

            assertThat(((DpopProof) answer).thumbprint()).isEqualTo(text(FILE, "jkt"));
            assertThat(((DpopProof) answer).jwtId()).isEqualTo(text(said, "jti"));
            checked++;
        }
        assertThat(checked).isEqualTo(3);
        assertThat(Sha256.base64Url(text(FILE, "access_token_for_ath"))).isEqualTo(text(FILE, "ath"));
    }

    @Test
    void a_good_proof_says_whose_key_signed_it() throws Exception {
        claims.put("nonce", "n-1");

        var proof = (DpopProof) check();

        assertThat(proof.thumbprint()).isEqualTo(Thumbprint.of(publicMembers(KEY)));
        assertThat(proof.nonce()).contains("n-1");
        assertThat(proof.issuedAt()).isEqualTo(NOW);
    }

    @Test
    void keys_of_every_allowed_algorithm_prove_with_and_without_alg() {
        for (Algorithm algorithm : policy.algorithms()) {
            PrivateJwk key = PrivateJwk.generate(algorithm);
            header.put("alg", algorithm.joseName());
            Map<String, Object> members = publicMembers(key);
            header.put("jwk", members);
            assertThat(policy.check(signed(key), "GET", URI.create(ADDRESS), TOKEN, NOW))
                    .isInstanceOf(DpopProof.class);
            members.put("alg", algorithm.joseName());
            assertThat(policy.check(signed(key), "GET", URI.create(ADDRESS), TOKEN, NOW))
                    .isInstanceOf(DpopProof.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at+jwt", "JWT", "dpop", "dpop+jwt ", ""})
    @DisplayName("RFC 9449 §4.3: the typ JOSE header parameter has the value dpop+jwt")
    void another_type_is_refused(String type) {
        header.put("typ", type);
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
        header.remove("typ");
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "ES384", "es256", ""})
    @DisplayName("RFC 9449 §4.3: alg is an asymmetric algorithm, is not none, is supported and deemed secure")
    void another_algorithm_is_refused(String alg) {
        header.put("alg", alg);
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
    }

    @Test
    void a_symmetric_algorithm_cannot_be_allowed() {
        assertThatThrownBy(() -> DpopPolicy.builder().algorithms(Algorithm.ES256, Algorithm.HS256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DpopPolicy.builder().algorithms()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("RFC 9449 §4.3: the jwk JOSE header parameter does not contain a private key")
    void a_private_key_in_the_header_is_refused() {
        header.put("jwk", KEY.toJson());
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
        header.put("jwk", Map.of("kty", "oct", "k", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
    }

    @Test
    void a_header_without_its_key_or_with_what_changes_its_meaning_is_refused() {
        for (Object wrong : new Object[] {"x", 1, List.of(), Map.of(), Map.of("kty", "EC", "crv", "P-256")}) {
            header.put("jwk", wrong);
            assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
        }
        header.put("jwk", publicMembers(KEY));
        header.put("crit", List.of("jwk"));
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
    }

    @Test
    @DisplayName("RFC 9449 §4.3: the JWT signature verifies with the public key contained in the jwk")
    void the_signature_of_another_key_is_refused() {
        String proof = signed(PrivateJwk.generate(Algorithm.ES256));
        assertThat(reason(policy.check(proof, "GET", URI.create(ADDRESS), TOKEN, NOW)))
                .isEqualTo(Reason.DPOP_PROOF_INVALID);
    }

    @Test
    @DisplayName("RFC 9449 §4.3: all required claims are contained in the JWT")
    void a_claim_that_is_missing_or_of_another_type_is_refused() {
        for (String name : new String[] {"jti", "htm", "htu", "iat", "ath"}) {
            Object right = claims.remove(name);
            assertThat(check()).as(name).isInstanceOf(Rejected.class);
            for (Object wrong : new Object[] {"", true, List.of(), Map.of(), -1L}) {
                claims.put(name, wrong);
                assertThat(check()).as(name + " " + wrong).isInstanceOf(Rejected.class);
            }
            claims.put(name, right);
        }
        assertThat(check()).isInstanceOf(DpopProof.class);
        claims.put("jti", "x".repeat(257));
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
        claims.put("jti", "one");
        claims.put("nonce", 1);
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "get", "GET ", "HEAD"})
    @DisplayName("RFC 9449 §4.3: the htm claim matches the HTTP method of the current request")
    void a_proof_for_another_method_is_refused(String method) {
        claims.put("htm", method);
        assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_MISMATCH);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example/orders, https://api.example/orders",
        "HTTPS://API.EXAMPLE/orders, https://api.example/orders",
        "https://api.example:443/orders, https://api.example/orders",
        "https://api.example, https://api.example/",
        "https://api.example/a/../orders, https://api.example/orders",
        "https://api.example/./orders/., https://api.example/orders/",
        "https://api.example/%6frders%2f, https://api.example/orders%2F",
        "https://api.example/orders?a=b#c, https://api.example/orders?d=e"
    })
    void spellings_of_one_address_are_the_same(String claimed, String asked) {
        claims.put("htu", claimed);
        assertThat(policy.check(signed(KEY), "GET", URI.create(asked), TOKEN, NOW))
                .isInstanceOf(DpopProof.class);
    }

    @ParameterizedTest
    @CsvSource({
        "http://api.example/orders, https://api.example/orders",
        "https://api.example:8443/orders, https://api.example/orders",
        "https://api.example/orders/, https://api.example/orders",
        "https://api.example/Orders, https://api.example/orders",
        "https://api.example/a%2Forders, https://api.example/a/orders",
        "https://api.example.evil/orders, https://api.example/orders",
        "https://x@api.example/orders, https://api.example/orders",
        "/orders, https://api.example/orders",
        "orders, https://api.example/orders",
        "https:orders, https://api.example/orders",
        "ftp://api.example/orders, https://api.example/orders",
        "'https://api.example/ orders', https://api.example/orders"
    })
    @DisplayName("RFC 9449 §4.3: the htu claim matches the HTTP URI value, ignoring any query and fragment parts")
    void a_proof_for_another_address_is_refused(String claimed, String asked) {
        claims.put("htu", claimed);
        assertThat(reason(policy.check(signed(KEY), "GET", URI.create(asked), TOKEN, NOW)))
                .isEqualTo(Reason.DPOP_PROOF_MISMATCH);
    }

    @Test
    @DisplayName("RFC 9449 §4.3: ath equals the hash of that access token")
    void a_proof_for_another_token_is_refused() {
        assertThat(reason(policy.check(signed(KEY), "GET", URI.create(ADDRESS), TOKEN + "x", NOW)))
                .isEqualTo(Reason.DPOP_PROOF_MISMATCH);
        claims.remove("ath");
        assertThat(policy.check(signed(KEY), "GET", URI.create(ADDRESS), null, NOW))
                .isInstanceOf(DpopProof.class);
    }

    @ParameterizedTest
    @CsvSource({"-61, false", "-60, true", "0, true", "10, true", "11, false", "-86400, false"})
    @DisplayName("RFC 9449 §4.3: the creation time of the JWT is within an acceptable window")
    void a_proof_lives_for_a_minute(long seconds, boolean isGood) {
        claims.put("iat", NOW.getEpochSecond() + seconds);
        assertThat(check() instanceof DpopProof).isEqualTo(isGood);
        if (!isGood) assertThat(reason()).isEqualTo(Reason.DPOP_PROOF_EXPIRED);
    }

    @Test
    void the_window_is_bounded() {
        assertThatThrownBy(() -> DpopPolicy.builder().maximumAge(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DpopPolicy.builder().maximumAge(Duration.ofMinutes(6)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DpopPolicy.builder().clockSkew(Duration.ofSeconds(61)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatever_is_sent_in_its_place_is_refused_and_never_throws() {
        var wrong = new ArrayList<>(
                List.of("", ".", "..", "a.b.c", "x".repeat(8193), signed(KEY) + ".x", signed(KEY) + "A"));
        String proof = signed(KEY);
        for (int i = 0; i < proof.length(); i += 5) {
            wrong.add(proof.substring(0, i) + (proof.charAt(i) == 'A' ? 'B' : 'A') + proof.substring(i + 1));
        }
        for (String each : wrong) {
            assertThat(policy.check(each, "GET", URI.create(ADDRESS), TOKEN, NOW))
                    .isInstanceOf(Rejected.class);
        }
    }

    private ProofVerification check() {
        return policy.check(signed(KEY), "GET", URI.create(ADDRESS), TOKEN, NOW);
    }

    private Reason reason() {
        return reason(check());
    }

    private static Reason reason(ProofVerification answer) {
        return ((Rejected) answer).reason();
    }

    private String signed(PrivateJwk key) {
        String content = Base64Url.encode(Json.write(header)) + "." + Base64Url.encode(Json.write(claims));
        return content + "." + Base64Url.encode(key.sign(content.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Map<String, Object> publicMembers(PrivateJwk key) {
        var members = new LinkedHashMap<>(key.publicJwk().orElseThrow().toJson());
        members.keySet().removeAll(List.of("kid", "use", "alg"));
        return members;
    }
}
