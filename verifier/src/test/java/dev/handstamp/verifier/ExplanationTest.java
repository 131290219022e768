package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.Explanation.Check;
import dev.handstamp.verifier.Explanation.Outcome;
import dev.handstamp.verifier.Explanation.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ExplanationTest {

    private static final String API = "https://api.example";
    private static final TestIssuer ISSUER = TestIssuer.start();

    /// One fault for each check, in the order of the checks.
    private static final List<Fault> FAULTS = List.of(
            new Fault(Check.FORM, token -> {}, token -> token + ".x"),
            new Fault(Check.HEADER, token -> token.header("crit", List.of("x")), token -> token),
            new Fault(Check.ALGORITHM, token -> token.header("alg", "none"), token -> token),
            new Fault(Check.TYPE, token -> token.header("typ", "JWT"), token -> token),
            new Fault(Check.KEY, token -> token.header("kid", "unknown"), token -> token),
            new Fault(Check.SIGNATURE, token -> {}, ExplanationTest::otherSignature),
            new Fault(Check.CLAIMS, token -> token.without("jti"), token -> token),
            new Fault(Check.ISSUER, token -> token.claim("iss", "https://other.example"), token -> token),
            new Fault(Check.AUDIENCE, token -> token.audience("https://other.example"), token -> token),
            new Fault(Check.TIMES, ExplanationTest::expire, token -> token),
            new Fault(Check.REVOCATION, token -> token.subject("revoked"), token -> token));

    private final TokenVerifier verifier = verifier().build();

    private record Fault(Check check, Consumer<TokenBuilder> change, UnaryOperator<String> afterwards) {}

    @AfterAll
    static void end() {
        ISSUER.close();
    }

    @Test
    void a_good_token_passes_every_check() {
        Explanation explanation = verifier.explain(ISSUER.token().sign());

        assertThat(explanation.failure()).isEmpty();
        assertThat(explanation.steps()).extracting(Step::check).containsExactly(checksOfAToken());
        assertThat(explanation.steps()).extracting(Step::outcome).containsOnly(Outcome.PASSED);
        assertThat(explanation.steps())
                .allSatisfy(step -> assertThat(step.sentence()).isNotBlank());
    }

    @Test
    void a_token_with_two_faults_fails_at_the_first_so_what_is_shown_as_passed_did_pass() {
        for (int i = 0; i < FAULTS.size(); i++) {
            for (int j = i; j < FAULTS.size(); j++) {
                Fault first = FAULTS.get(i);
                Fault second = FAULTS.get(j);
                TokenBuilder token = ISSUER.token();
                first.change().accept(token);
                second.change().accept(token);
                String sent = token.sign();
                if (j > i) sent = second.afterwards().apply(sent);
                sent = first.afterwards().apply(sent);

                Explanation explanation = verifier.explain(sent);

                assertThat(explanation.failure().orElseThrow().check())
                        .as(first.check() + " and " + second.check())
                        .isEqualTo(first.check());
                assertThat(explanation.steps())
                        .allSatisfy(
                                step -> assertThat(step.outcome()).isEqualTo(expected(step.check(), first.check())));
            }
        }
    }

    @Test
    void every_reason_belongs_to_a_check() {
        for (Reason reason : Reason.values()) assertThat(Check.of(reason)).isNotNull();
    }

    @Test
    void over_all_crafted_tokens_the_explanation_says_what_the_check_says() throws Exception {
        Map<String, Object> file = Json.parseObject(
                Files.readAllBytes(Path.of("../jwt/src/test/resources/vectors/crafted/tokens.json")), 8 << 20);
        TokenVerifier crafted = TokenVerifier.builder()
                .issuer((String) file.get("issuer"))
                .audience((String) file.get("audience"))
                .algorithms(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA)
                .keys(new FixedJwkSet(JwkSet.parse(Json.write((Map<String, ?>) file.get("jwks")))))
                .clock(() -> Instant.ofEpochSecond((Long) file.get("now")))
                .build();
        List<String> disagreements = new ArrayList<>();
        for (Object each : (List<?>) file.get("cases")) {
            Map<?, ?> vector = (Map<?, ?>) each;
            String token = (String) vector.get("token");
            Verification verification = crafted.verify(token);
            Explanation explanation = crafted.explain(token);

            boolean agree = verification instanceof Rejected rejected
                    ? explanation.verification().equals(rejected)
                            && explanation.failure().orElseThrow().check() == Check.of(rejected.reason())
                    : explanation.failure().isEmpty();
            if (!agree) disagreements.add(vector.get("id") + ": " + verification + " but " + explanation);
            assertThat(explanation.toString()).matches("[\\x20-\\x7e\\n]*");
        }
        assertThat(disagreements).isEmpty();
    }

    @Test
    void a_refusal_names_the_key_the_clocks_and_what_to_do() {
        TokenBuilder token = ISSUER.token();
        expire(token);
        Explanation explanation = verifier.explain(token.sign());

        Step failed = explanation.failure().orElseThrow();
        assertThat(failed.sentence())
                .startsWith("expired: ")
                .contains("Get a new token.")
                .contains("clocks may differ by 60 s");
        assertThat(explanation.steps().get(Check.KEY.ordinal()).value())
                .isEqualTo(ISSUER.key(Algorithm.ES256).keyId());
    }

    @Test
    void with_introspection_the_issuer_is_asked_in_place_of_the_key() {
        ISSUER.introspectionClient("orders", "secret");
        String token = ISSUER.token().sign();
        try (TokenVerifier asking = TokenVerifier.builder()
                .issuer(ISSUER.issuer())
                .audience(API)
                .introspection("orders", "secret")
                .build()) {
            Explanation good = asking.explain(token);
            assertThat(good.failure()).isEmpty();
            assertThat(good.steps()).extracting(Step::check).doesNotContain(Check.KEY, Check.SIGNATURE);
            ISSUER.revoke(token);

            assertThat(asking.explain(token).failure().orElseThrow().check()).isEqualTo(Check.REVOCATION);
        }
    }

    @Test
    void the_walk_can_be_read_by_a_program() {
        Map<String, Object> json = verifier.explain("a.b").toJson();

        assertThat(json).containsEntry("accepted", false).containsEntry("reason", "malformed");
        assertThat(Json.text(json)).contains("{\"check\":\"form\",\"outcome\":\"failed\",\"value\":\"3 characters\"");
    }

    private static TokenVerifier.Builder verifier() {
        return TokenVerifier.builder()
                .issuer(ISSUER.issuer())
                .audience(API)
                .keys(new FixedJwkSet(ISSUER.keys()))
                .revocation((token, verified, now) ->
                        verified.accessToken().subject().equals("revoked") ? new Rejected(Reason.REVOKED) : verified);
    }

    private static void expire(TokenBuilder token) {
        token.issuedAt(Instant.now().minusSeconds(600)).expiresAt(Instant.now().minusSeconds(300));
    }

    private static String otherSignature(String token) {
        int last = token.length() - 1;
        char other = token.charAt(last - 4) == 'A' ? 'B' : 'A';
        return token.substring(0, last - 4) + other + token.substring(last - 3);
    }

    private static Outcome expected(Check check, Check failed) {
        if (check == failed) return Outcome.FAILED;
        return check.compareTo(failed) < 0 ? Outcome.PASSED : Outcome.NOT_REACHED;
    }

    private static Check[] checksOfAToken() {
        return FAULTS.stream().map(Fault::check).toArray(Check[]::new);
    }
}
