package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SeveralIssuersTest {

    private final TestIssuer blue = TestIssuer.startAt("/tenants/blue");
    private final TestIssuer green = TestIssuer.startAt("/tenants/green");
    private final TestIssuer stranger = TestIssuer.start();
    private final TokenVerifier ofBlue = verifier(blue, "https://blue.example");
    private final TokenVerifier ofGreen = verifier(green, "https://green.example");
    private final TokenVerifier verifier = TokenVerifier.anyOf(List.of(ofBlue, ofGreen));

    @AfterEach
    void end() {
        verifier.close();
        ofBlue.close();
        ofGreen.close();
        blue.close();
        green.close();
        stranger.close();
    }

    @Test
    void each_token_is_checked_with_the_keys_and_the_audience_of_its_issuer() {
        assertThat(subject(verifier.verify(blue.token()
                        .audience("https://blue.example")
                        .subject("b")
                        .sign())))
                .isEqualTo("b");
        assertThat(subject(verifier.verify(green.token()
                        .audience("https://green.example")
                        .subject("g")
                        .sign())))
                .isEqualTo("g");
        assertThat(reason(verifier.verify(
                        blue.token().audience("https://green.example").sign())))
                .isEqualTo(Reason.WRONG_AUDIENCE);
    }

    @Test
    void no_issuer_can_speak_for_another() {
        String pretended = blue.token()
                .audience("https://green.example")
                .claim("iss", green.issuer())
                .sign();
        String withGreensKeyId = blue.token()
                .audience("https://green.example")
                .claim("iss", green.issuer())
                .header("kid", green.key(Algorithm.ES256).keyId())
                .sign();

        assertThat(reason(verifier.verify(pretended))).isEqualTo(Reason.UNKNOWN_KEY);
        assertThat(reason(verifier.verify(withGreensKeyId))).isEqualTo(Reason.BAD_SIGNATURE);
    }

    @Test
    void an_issuer_that_is_not_on_the_list_is_never_contacted_and_nobody_else_is_on_its_account() {
        for (int i = 0; i < 100; i++) {
            String token = stranger.token().audience("https://blue.example").sign();
            assertThat(reason(verifier.verify(token))).isEqualTo(Reason.WRONG_ISSUER);
        }
        for (TestIssuer each : List.of(stranger, blue, green)) {
            assertThat(each.metadataRequests() + each.keyRequests()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b.c", "a.b", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.AA"})
    void what_is_no_token_is_refused_as_ever(String text) {
        assertThat(verifier.verify(text)).isInstanceOf(Rejected.class);
        assertThat(verifier.explain(text).failure()).isPresent();
        assertThat(blue.metadataRequests() + green.metadataRequests()).isZero();
    }

    @Test
    void an_issuer_that_is_down_does_not_touch_the_others() {
        blue.goDown();

        assertThat(reason(verifier.verify(
                        blue.token().audience("https://blue.example").sign())))
                .isEqualTo(Reason.KEYS_UNAVAILABLE);
        assertThat(subject(verifier.verify(green.token()
                        .audience("https://green.example")
                        .subject("g")
                        .sign())))
                .isEqualTo("g");
    }

    @Test
    void the_explanation_names_the_issuers_that_are_trusted() {
        String foreign = verifier.explain(stranger.token().sign()).toString();
        assertThat(foreign).contains("Trusted: " + blue.issuer() + " " + green.issuer());
        assertThat(verifier.explain(
                                blue.token().audience("https://blue.example").sign())
                        .failure())
                .isEmpty();
    }

    @Test
    void a_tenant_more_takes_nothing_from_the_others() {
        String token = blue.token().audience("https://blue.example").sign();
        assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
        try (TokenVerifier third = verifier(stranger, "https://third.example");
                TokenVerifier more = TokenVerifier.anyOf(List.of(ofBlue, ofGreen, third))) {
            verifier.close();
            assertThat(more.verify(token)).isInstanceOf(Verified.class);
            assertThat(more.verify(
                            stranger.token().audience("https://third.example").sign()))
                    .isInstanceOf(Verified.class);
            assertThat(blue.keyRequests()).isEqualTo(1);
        }
    }

    @Test
    void a_list_that_leaves_open_who_answers_is_refused() {
        assertThatThrownBy(() -> TokenVerifier.anyOf(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenVerifier.anyOf(List.of(ofBlue, ofBlue)))
                .hasMessageContaining("two verifiers for " + blue.issuer());
        assertThatThrownBy(() -> TokenVerifier.anyOf(List.of(verifier))).hasMessageContaining("exactly one issuer");
        TokenVerifier ofAnybody = TokenVerifier.builder()
                .anyIssuer()
                .anyAudience()
                .keys(new FixedJwkSet(blue.keys()))
                .build();
        assertThatThrownBy(() -> TokenVerifier.anyOf(List.of(ofAnybody))).hasMessageContaining("exactly one issuer");
    }

    private static TokenVerifier verifier(TestIssuer issuer, String audience) {
        return TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience(audience)
                .build();
    }

    private static String subject(Verification verification) {
        return ((Verified) verification).accessToken().subject();
    }

    private static Reason reason(Verification verification) {
        return ((Rejected) verification).reason();
    }
}
