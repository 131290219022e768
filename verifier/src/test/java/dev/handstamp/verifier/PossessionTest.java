package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.testing.TestIssuer;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PossessionTest {

    private static final String API = "https://api.example";
    private static final URI ADDRESS = URI.create(API + "/orders");
    private static final TestIssuer ISSUER = TestIssuer.start();
    private static final PrivateJwk KEY = PrivateJwk.generate(Algorithm.ES256);
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final TokenVerifier VERIFIER = TokenVerifier.builder()
            .issuer(ISSUER.issuer())
            .audience(API)
            .keys(new FixedJwkSet(ISSUER.keys()))
            .build();

    private final Doorkeeper doorkeeper = Doorkeeper.of(VERIFIER);
    private final String bound = ISSUER.token()
            .claim("cnf", Map.of("jkt", KEY.publicJwk().orElseThrow().thumbprint()))
            .sign();

    @AfterAll
    static void end() {
        VERIFIER.close();
        ISSUER.close();
    }

    @Test
    void the_holder_of_the_key_is_admitted() {
        assertThat(doorkeeper.admit(request(bound, proof(bound)))).isInstanceOf(Admission.Admitted.class);
        ApiRequest withQuery = new ApiRequest("GET", "page=2", headers("DPoP " + bound, proof(bound)))
                .at(URI.create(ADDRESS + "?page=2"));
        assertThat(doorkeeper.admit(withQuery)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    @DisplayName("RFC 9449 §7.2: a DPoP-bound token presented as a bearer token is refused")
    void a_bound_token_is_no_bearer_token() {
        Challenge challenge = refused(new ApiRequest("GET", null, headers("Bearer " + bound)).at(ADDRESS));

        assertThat(challenge.detail()).isEqualTo("token_is_bound");
        assertThat(challenge.authenticate())
                .contains(
                        "DPoP realm=\"api\", error=\"invalid_token\", error_description=\"The access token is expired,"
                                + " revoked, malformed or not valid here\", algs=\"RS256 PS256 ES256 EdDSA\"");
        assertThat(detail(new ApiRequest("GET", null, headers("Bearer " + bound, proof(bound))).at(ADDRESS)))
                .isEqualTo("token_is_bound");
        assertThat(((Rejected) VERIFIER.verify(bound)).reason()).isEqualTo(Reason.TOKEN_IS_BOUND);
        Admission inCookie = doorkeeper
                .acceptCookie(API)
                .admit(new ApiRequest(
                                "GET",
                                null,
                                name -> name.equals("Cookie")
                                        ? List.of("__Host-handstamp=" + bound)
                                        : name.equals("DPoP") ? List.of(proof(bound)) : List.of())
                        .at(ADDRESS));
        assertThat(((Admission.Refused) inCookie).challenge().detail()).isEqualTo("token_is_bound");
    }

    @Test
    @DisplayName("RFC 9449 §7.1: a token that is not bound is refused under the scheme DPoP")
    void a_bearer_token_is_no_bound_token() {
        String free = ISSUER.token().sign();

        Challenge challenge = refused(request(free, proof(free)));

        assertThat(challenge.detail()).isEqualTo("token_is_not_bound");
        assertThat(challenge.authenticate().orElseThrow()).startsWith("DPoP ").contains("error=\"invalid_token\"");
        assertThat(doorkeeper.admit(new ApiRequest("GET", null, headers("Bearer " + free))))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void without_exactly_one_proof_there_is_no_way_in() {
        assertThat(detail(request(bound))).isEqualTo("dpop_proof_missing");
        assertThat(detail(request(bound, proof(bound), proof(bound)))).isEqualTo("dpop_proof_missing");
        assertThat(detail(request(bound, ""))).isEqualTo("dpop_proof_missing");
        assertThat(refused(request(bound)).error()).contains("invalid_dpop_proof");
    }

    @Test
    void a_proof_for_another_request_token_or_key_is_refused() {
        assertThat(detail(new ApiRequest("POST", null, headers("DPoP " + bound, proof(bound))).at(ADDRESS)))
                .isEqualTo("dpop_proof_mismatch");
        assertThat(detail(new ApiRequest("GET", null, headers("DPoP " + bound, proof(bound)))
                        .at(URI.create(API + "/other"))))
                .isEqualTo("dpop_proof_mismatch");
        assertThat(detail(request(bound, proof("another")))).isEqualTo("dpop_proof_mismatch");
        assertThat(detail(new ApiRequest("GET", null, headers("DPoP " + bound, proof(bound)))))
                .isEqualTo("dpop_proof_mismatch");

        PrivateJwk thief = PrivateJwk.generate(Algorithm.ES256);
        assertThat(detail(request(bound, proof(thief, bound, Map.of())))).isEqualTo("wrong_holder");
    }

    @Test
    void a_proof_serves_once() throws Exception {
        String proof = proof(bound);
        assertThat(doorkeeper.admit(request(bound, proof))).isInstanceOf(Admission.Admitted.class);
        assertThat(detail(request(bound, proof))).isEqualTo("dpop_proof_replayed");
        assertThat(detail(request(bound, proof))).isEqualTo("dpop_proof_replayed");

        String contested = proof(bound);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Admission> attempt = () -> doorkeeper.admit(request(bound, contested));
            int admitted = 0;
            for (Future<Admission> each : threads.invokeAll(Collections.nCopies(32, attempt))) {
                if (each.get() instanceof Admission.Admitted) admitted++;
            }
            assertThat(admitted).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_proof_that_is_refused_uses_nothing_up() {
        String proof = proof(bound);
        String expired = ISSUER.token()
                .claim("cnf", Map.of("jkt", KEY.publicJwk().orElseThrow().thumbprint()))
                .issuedAt(Instant.now().minusSeconds(900))
                .expiresAt(Instant.now().minusSeconds(600))
                .sign();
        assertThat(detail(request(expired, proof))).isEqualTo("expired");
        assertThat(doorkeeper.admit(request(bound, proof))).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void one_key_cannot_crowd_out_the_others_and_what_cannot_be_remembered_is_not_taken() {
        Doorkeeper small = doorkeeper.dpop(Dpop.builder().maximumProofs(3, 2).build());
        PrivateJwk other = PrivateJwk.generate(Algorithm.ES256);
        String others = ISSUER.token()
                .claim("cnf", Map.of("jkt", other.publicJwk().orElseThrow().thumbprint()))
                .sign();

        assertThat(small.admit(request(bound, proof(bound)))).isInstanceOf(Admission.Admitted.class);
        assertThat(small.admit(request(bound, proof(bound)))).isInstanceOf(Admission.Admitted.class);
        var tooMany = (Admission.Refused) small.admit(request(bound, proof(bound)));
        assertThat(tooMany.challenge().status()).isEqualTo(503);
        assertThat(tooMany.challenge().detail()).isEqualTo("dpop_proofs_too_many");
        assertThat(small.admit(request(others, proof(other, others, Map.of())))).isInstanceOf(Admission.Admitted.class);
        var full = (Admission.Refused) small.admit(request(others, proof(other, others, Map.of())));
        assertThat(full.challenge().detail()).isEqualTo("dpop_proofs_too_many");
    }

    @Test
    void a_proof_is_remembered_until_it_could_not_be_used_anyway() {
        SeenProofs seen = new SeenProofs(Duration.ofSeconds(70), 100, 100);
        Instant start = Instant.ofEpochSecond(1_800_000_000);
        for (int second = 0; second < 700; second += 7) {
            Instant now = start.plusSeconds(second);
            assertThat(seen.note("key", "at " + second, now)).isEqualTo(SeenProofs.Answer.NEW);
            for (int before = Math.max(0, second - 70); before <= second; before += 7) {
                assertThat(seen.note("key", "at " + before, now)).isEqualTo(SeenProofs.Answer.SEEN);
            }
        }
        assertThat(seen.note("key", "at 0", start.plusSeconds(10_000))).isEqualTo(SeenProofs.Answer.NEW);
        assertThat(seen.note("other", "at 0", start.plusSeconds(10_000))).isEqualTo(SeenProofs.Answer.NEW);
    }

    @Test
    @DisplayName("RFC 9449 §9: use_dpop_nonce, and the nonce of the answer opens the door")
    void a_server_can_ask_for_its_nonce() {
        Doorkeeper strict = doorkeeper.dpop(
                Dpop.builder().requireNonce(Duration.ofMinutes(5)).build());

        var refused = (Admission.Refused) strict.admit(request(bound, proof(bound)));
        String nonce = refused.challenge().headers().get("DPoP-Nonce");

        assertThat(refused.challenge().status()).isEqualTo(401);
        assertThat(refused.challenge().error()).contains("use_dpop_nonce");
        assertThat(strict.admit(request(bound, proof(KEY, bound, Map.of("nonce", nonce)))))
                .isInstanceOf(Admission.Admitted.class);
        for (String wrong : List.of("", ".", "x", nonce + "x", nonce.substring(1), "0" + nonce, "." + nonce)) {
            var again = (Admission.Refused) strict.admit(request(bound, proof(KEY, bound, Map.of("nonce", wrong))));
            assertThat(again.challenge().error()).as(wrong).contains("use_dpop_nonce");
        }
        assertThat(refused(request(bound)).headers()).doesNotContainKey("DPoP-Nonce");
    }

    @Test
    void a_nonce_lives_its_time_and_is_known_to_whoever_has_the_secret() {
        byte[] secret = "a secret of at least 32 characters".getBytes(StandardCharsets.UTF_8);
        DpopNonces one = DpopNonces.shared(secret, Duration.ofSeconds(60));
        DpopNonces other = DpopNonces.shared(secret, Duration.ofSeconds(60));
        DpopNonces stranger = DpopNonces.random(Duration.ofSeconds(60));
        Instant now = Instant.ofEpochSecond(1_800_000_000);
        String nonce = one.next(now);

        assertThat(other.isFresh(nonce, now)).isTrue();
        assertThat(other.isFresh(nonce, now.plusSeconds(60))).isTrue();
        assertThat(other.isFresh(nonce, now.plusSeconds(61))).isFalse();
        assertThat(stranger.isFresh(nonce, now)).isFalse();
        assertThatThrownBy(() -> DpopNonces.shared(new byte[31], Duration.ofSeconds(60)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Dpop.builder().nonceSecret(secret).build()).hasMessageContaining("requireNonce");
    }

    @Test
    void behind_a_proxy_the_proof_is_made_for_the_outside_address() {
        ApiRequest inside = new ApiRequest("GET", null, headers("DPoP " + bound, proof(bound)))
                .at(URI.create("http://10.0.0.7:8080/orders"));

        assertThat(detail(inside)).isEqualTo("dpop_proof_mismatch");
        assertThat(doorkeeper.reachedAt(API).admit(inside)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void a_requirement_is_refused_under_the_scheme_of_the_request() {
        var refused = (Admission.Refused) doorkeeper.admit(request(bound, proof(bound)), Requirement.scope("list"));

        assertThat(refused.challenge().status()).isEqualTo(403);
        assertThat(refused.challenge().authenticate().orElseThrow())
                .startsWith("DPoP ")
                .contains("error=\"insufficient_scope\"", "scope=\"list\"");
    }

    @Test
    void a_binding_that_we_cannot_check_is_refused() {
        for (Object cnf :
                new Object[] {"x", Map.of(), Map.of("kid", "x"), Map.of("jkt", 1), List.of("jkt"), Map.of("jkt", "")}) {
            String token = ISSUER.token().claim("cnf", cnf).sign();
            assertThat(detail(new ApiRequest("GET", null, headers("Bearer " + token))))
                    .isEqualTo("binding_unknown");
            assertThat(detail(request(token, proof(token)))).isEqualTo("binding_unknown");
        }
    }

    @Test
    @DisplayName("RFC 8705 §3: the certificate must match the thumbprint in the token, or 401 invalid_token")
    void a_token_that_is_bound_to_a_certificate_needs_it(@TempDir Path folder) throws Exception {
        X509Certificate own = certificate(folder, "own");
        X509Certificate foreign = certificate(folder, "foreign");
        String token = ISSUER.token()
                .claim("cnf", Map.of("x5t#S256", Sha256.base64Url(own.getEncoded())))
                .sign();
        var request = new ApiRequest("GET", null, headers("Bearer " + token));

        assertThat(doorkeeper.admit(request.presenting(own))).isInstanceOf(Admission.Admitted.class);
        assertThat(detail(request)).isEqualTo("certificate_missing");
        assertThat(detail(request.presenting(foreign))).isEqualTo("wrong_holder");
        Challenge challenge = refused(request.presenting(foreign));
        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.authenticate().orElseThrow()).startsWith("Bearer ").contains("invalid_token");
        assertThat(detail(request(token, proof(token)))).isEqualTo("token_is_not_bound");
        assertThat(((Rejected) VERIFIER.verify(token)).reason()).isEqualTo(Reason.TOKEN_IS_BOUND);

        String both = ISSUER.token()
                .claim(
                        "cnf",
                        Map.of(
                                "x5t#S256",
                                Sha256.base64Url(own.getEncoded()),
                                "jkt",
                                KEY.publicJwk().orElseThrow().thumbprint()))
                .sign();
        assertThat(detail(request(both, proof(both)))).isEqualTo("certificate_missing");
        assertThat(doorkeeper.admit(request(both, proof(both)).presenting(own))).isInstanceOf(Admission.Admitted.class);
        assertThat(detail(request(both).presenting(own))).isEqualTo("dpop_proof_missing");
    }

    private static X509Certificate certificate(Path folder, String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "only for this test",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, "only for this test".toCharArray());
        }
        return (X509Certificate) store.getCertificate(name);
    }

    private String detail(ApiRequest request) {
        return refused(request).detail();
    }

    private Challenge refused(ApiRequest request) {
        Admission admission = doorkeeper.admit(request);
        assertThat(admission).isInstanceOf(Admission.Refused.class);
        return ((Admission.Refused) admission).challenge();
    }

    private static ApiRequest request(String token, String... proofs) {
        return new ApiRequest("GET", null, headers("DPoP " + token, proofs)).at(ADDRESS);
    }

    private static Function<String, List<String>> headers(String authorization, String... proofs) {
        Map<String, List<String>> headers = new TreeMap<>();
        headers.put("authorization", List.of(authorization));
        headers.put("dpop", List.of(proofs));
        return name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    private static String proof(String token) {
        return proof(KEY, token, Map.of());
    }

    private static String proof(PrivateJwk key, String token, Map<String, Object> more) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("jti", UUID.randomUUID().toString());
        claims.put("htm", "GET");
        claims.put("htu", ADDRESS.toString());
        claims.put("iat", Instant.now().getEpochSecond());
        claims.put("ath", Sha256.base64Url(token));
        claims.putAll(more);
        Map<String, Object> header = Map.of(
                "typ",
                "dpop+jwt",
                "alg",
                "ES256",
                "jwk",
                key.publicJwk().orElseThrow().toJson());
        String content =
                BASE64URL.encodeToString(Json.write(header)) + "." + BASE64URL.encodeToString(Json.write(claims));
        return content + "." + BASE64URL.encodeToString(key.sign(content.getBytes(StandardCharsets.US_ASCII)));
    }
}
