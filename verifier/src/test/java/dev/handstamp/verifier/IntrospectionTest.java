package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.Answer;
import dev.handstamp.testing.TestIssuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(120)
final class IntrospectionTest {

    private static final String API = "https://api.example";
    private static final String ID = "api one: ü+%";
    private static final String SECRET = "s3cr3t:& =ü";

    private final TestIssuer issuer = TestIssuer.start();
    private final TokenVerifier local = builder().build();
    private final TokenVerifier asking = builder().introspection(ID, SECRET).build();

    IntrospectionTest() {
        issuer.introspectionClient(ID, SECRET);
    }

    @AfterEach
    void end() {
        local.close();
        asking.close();
        issuer.close();
    }

    @Test
    void a_good_token_says_the_same_as_after_a_local_check() {
        String token = issuer.token()
                .subject("vera")
                .sessionId("s1")
                .scope("a", "b")
                .role("vip")
                .claim("age", 34)
                .sign();

        AccessToken asked = verified(asking.verify(token));
        AccessToken checked = verified(local.verify(token));

        assertThat(issuer.introspectionRequests()).isEqualTo(1);
        assertThat(asked.claims().toMap()).containsAllEntriesOf(checked.claims().toMap());
        assertThat(asked).usingRecursiveComparison().ignoringFields("claims").isEqualTo(checked);
        assertThat(asked.scopes()).isEqualTo(checked.scopes());
        assertThat(asked.roles()).isEqualTo(checked.roles());
    }

    @Test
    void a_token_that_fails_the_local_check_is_refused_without_a_question() {
        Instant now = Instant.now();
        Map<String, Reason> wrong = Map.of(
                issuer.token().audience("https://other.example").sign(),
                Reason.WRONG_AUDIENCE,
                issuer.token().claim("iss", "https://other.example").sign(),
                Reason.WRONG_ISSUER,
                issuer.token()
                        .issuedAt(now.minusSeconds(900))
                        .expiresAt(now.minusSeconds(120))
                        .sign(),
                Reason.EXPIRED,
                issuer.token().header("typ", "JWT").sign(),
                Reason.WRONG_TYPE,
                issuer.token().without("client_id").sign(),
                Reason.MISSING_CLAIM,
                issuer.token().header("alg", "none").sign(),
                Reason.UNSUPPORTED_ALGORITHM,
                issuer.token()
                        .header("crit", List.of("b64"))
                        .header("b64", false)
                        .sign(),
                Reason.UNSUPPORTED_HEADER,
                issuer.token()
                        .payload("{\"exp\":1,\"exp\":2}".getBytes(StandardCharsets.UTF_8))
                        .sign(),
                Reason.MALFORMED_CLAIMS,
                "opaque-refresh-token",
                Reason.MALFORMED,
                "x".repeat(20_000),
                Reason.TOO_LONG);

        wrong.forEach((token, reason) -> {
            assertThat(reason(asking.verify(token))).isEqualTo(reason);
            assertThat(reason(local.verify(token))).isEqualTo(reason);
        });
        assertThat(issuer.introspectionRequests()).isZero();
    }

    @Test
    @DisplayName("O-27: tampered, foreign and revoked tokens are inactive")
    void what_the_issuer_does_not_vouch_for_is_inactive() {
        String good = issuer.token().sign();
        String[] parts = good.split("\\.", -1);
        String tampered = issuer.token().subject("nick").sign().split("\\.", -1)[1];

        assertThat(reason(asking.verify(parts[0] + "." + tampered + "." + parts[2])))
                .isEqualTo(Reason.INACTIVE);
        assertThat(reason(asking.verify(issuer.token()
                        .signedBy(PrivateJwk.generate(Algorithm.ES256))
                        .sign())))
                .isEqualTo(Reason.INACTIVE);
        assertThat(asking.verify(good)).isInstanceOf(Verified.class);
        issuer.revoke(good);
        assertThat(reason(asking.verify(good))).isEqualTo(Reason.INACTIVE);
    }

    static Stream<Map.Entry<Map<String, Object>, Reason>> strangeAnswers() {
        long past = Instant.now().minusSeconds(3600).getEpochSecond();
        return Stream.of(
                Map.entry(Map.of("aud", "https://other.example"), Reason.WRONG_AUDIENCE),
                Map.entry(Map.of("aud", List.of()), Reason.MALFORMED_CLAIMS),
                Map.entry(Map.of("iss", "https://other.example"), Reason.WRONG_ISSUER),
                Map.entry(Map.of("iat", past - 60, "exp", past), Reason.EXPIRED),
                Map.entry(Map.of("exp", "1999999999"), Reason.MALFORMED_CLAIMS),
                Map.entry(Map.of("nbf", Instant.now().plusSeconds(600).getEpochSecond()), Reason.NOT_YET_VALID),
                Map.entry(Map.of("jti", "another"), Reason.INACTIVE),
                Map.entry(Map.of("sub", "another"), Reason.INACTIVE),
                Map.entry(Map.of("client_id", "another"), Reason.INACTIVE),
                Map.entry(Map.of("active", false), Reason.INACTIVE),
                Map.entry(Map.of("active", "true"), Reason.INTROSPECTION_UNAVAILABLE),
                Map.entry(Map.of("active", 1), Reason.INTROSPECTION_UNAVAILABLE),
                Map.entry(Map.of("active", JsonNull.NULL), Reason.INTROSPECTION_UNAVAILABLE));
    }

    @ParameterizedTest
    @MethodSource("strangeAnswers")
    void what_the_issuer_says_must_pass_the_same_checks(Map.Entry<Map<String, Object>, Reason> strange) {
        String token = issuer.token().sign();
        Map<String, Object> answer =
                new LinkedHashMap<>(verified(local.verify(token)).claims().toMap());
        answer.put("active", true);
        issuer.answerIntrospectionWith(Answer.json(Json.text(answer)));
        assertThat(asking.verify(token)).isInstanceOf(Verified.class);

        answer.putAll(strange.getKey());
        issuer.answerIntrospectionWith(Answer.json(Json.text(answer)));

        assertThat(reason(asking.verify(token))).isEqualTo(strange.getValue());
    }

    @Test
    void an_answer_that_only_says_active_is_not_enough() {
        issuer.answerIntrospectionWith(Answer.json("{\"active\":true}"));

        assertThat(reason(asking.verify(issuer.token().sign()))).isEqualTo(Reason.MISSING_CLAIM);
    }

    @Test
    void what_the_issuer_says_now_counts_more_than_what_the_token_said() {
        String token = issuer.token().scope("a", "b").role("vip").sign();
        Map<String, Object> answer =
                new LinkedHashMap<>(verified(local.verify(token)).claims().toMap());
        answer.put("active", true);
        answer.put("scope", "a");
        answer.remove("roles");
        answer.remove("groups");
        issuer.answerIntrospectionWith(Answer.json(Json.text(answer)));

        AccessToken asked = verified(asking.verify(token));

        assertThat(asked.scopes()).containsExactly("a");
        assertThat(asked.roles()).isEmpty();
    }

    static Stream<Answer> uselessAnswers() {
        return Stream.of(
                Answer.status(500),
                Answer.status(401),
                Answer.status(200),
                Answer.html(),
                Answer.json("[]"),
                Answer.json("{}"),
                Answer.json("{\"active\":true,\"active\":false}"),
                Answer.json("{\"active\":true}").withoutLast(4),
                Answer.huge(1 << 20),
                Answer.json("{\"active\":true}").header("Content-Encoding", "gzip"),
                Answer.redirect("http://127.0.0.1:1/"),
                Answer.status(200).after(Duration.ofMinutes(1)),
                Answer.json("{\"active\":true}").dripping(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @MethodSource("uselessAnswers")
    void a_useless_answer_admits_no_one_and_the_next_good_one_does(Answer answer) {
        String token = issuer.token().sign();
        issuer.answerIntrospectionWith(answer);
        assertThat(reason(asking.verify(token))).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);

        issuer.answerNormally();
        assertThat(asking.verify(token)).isInstanceOf(Verified.class);
    }

    @Test
    @DisplayName("O-25: a wrong secret")
    void an_api_with_a_wrong_secret_learns_it_from_the_log_and_admits_no_one() {
        try (TokenVerifier wrong = builder().introspection(ID, "other").build()) {
            var rejected = (Rejected) wrong.verify(issuer.token().sign());

            assertThat(rejected.reason()).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
            assertThat(rejected.detail()).contains("answered 401");
        }
    }

    @Test
    void an_issuer_that_is_down_admits_no_one_and_is_asked_again_when_it_is_back() {
        String token = issuer.token().sign();
        issuer.goDown();
        assertThat(reason(asking.verify(token))).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);

        issuer.comeBack();
        assertThat(asking.verify(token)).isInstanceOf(Verified.class);
    }

    @Test
    void an_endpoint_on_another_origin_never_sees_the_secret() {
        try (TestIssuer other = TestIssuer.start()) {
            Map<String, Object> metadata = issuer.metadata();
            metadata.put("introspection_endpoint", other.issuer() + "/introspect");
            issuer.answerMetadataWith(Answer.json(Json.text(metadata)));

            assertThat(reason(asking.verify(issuer.token().sign()))).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
            assertThat(other.introspectionRequests()).isZero();
            assertThatThrownBy(() ->
                            builder().introspection(ID, SECRET).loadAtStart().build())
                    .isInstanceOf(KeysUnavailableException.class)
                    .hasMessageContaining("another origin");
        }
    }

    @Test
    void behind_the_local_check_it_says_whether_a_token_was_revoked() {
        try (Introspection check = Introspection.of(issuer.issuer(), ID, SECRET);
                TokenVerifier both = builder().revocation(check).build()) {
            String token = issuer.token().sign();
            assertThat(both.verify(token)).isInstanceOf(Verified.class);

            issuer.revoke(token);
            assertThat(reason(both.verify(token))).isEqualTo(Reason.INACTIVE);

            issuer.goDown();
            assertThat(reason(both.verify(token))).isEqualTo(Reason.INTROSPECTION_UNAVAILABLE);
        }
    }

    @Test
    void a_revocation_check_behind_it_has_the_last_word() {
        RevocationCheck nobody = (token, found, now) -> new Rejected(Reason.REVOKED);
        try (TokenVerifier strict =
                builder().introspection(ID, SECRET).revocation(nobody).build()) {
            assertThat(reason(strict.verify(issuer.token().sign()))).isEqualTo(Reason.REVOKED);
        }
    }

    @Test
    void an_outage_is_written_to_the_log_once() {
        List<String> log = RecordedLog.of(() -> {
            issuer.answerIntrospectionWith(Answer.status(500));
            for (int i = 0; i < 5; i++) asking.verify(issuer.token().sign());
            issuer.answerNormally();
            for (int i = 0; i < 5; i++) asking.verify(issuer.token().sign());
        });

        assertThat(log).hasSize(2);
        assertThat(log.get(0)).contains("/introspect answered 500");
        assertThat(log.get(1)).contains("works again");
    }

    @Test
    void half_a_credential_is_refused_when_it_is_configured() {
        assertThatThrownBy(() -> builder().introspection(ID, "").build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().introspection("", SECRET).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static AccessToken verified(Verification verification) {
        assertThat(verification).isInstanceOf(Verified.class);
        return ((Verified) verification).accessToken();
    }

    private static Reason reason(Verification verification) {
        assertThat(verification).isInstanceOf(Rejected.class);
        return ((Rejected) verification).reason();
    }

    private TokenVerifier.Builder builder() {
        return TokenVerifier.builder().issuer(issuer.issuer()).audience(API);
    }
}
