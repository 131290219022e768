package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Reason;
import dev.handstamp.verifier.Explanation.Check;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChallengeTest {

    @Test
    @DisplayName("RFC 6750 §3.1: without authentication the resource server SHOULD NOT include an error code")
    void a_missing_token_is_challenged_without_an_error() {
        Challenge challenge = Challenge.unauthorized().realm("nightclub");

        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.authenticate()).contains("Bearer realm=\"nightclub\"");
        assertThat(challenge.error()).isEmpty();
        assertThat(challenge.body()).asString().isEqualTo("{}");
    }

    @Test
    void a_refused_token_is_challenged_with_invalid_token() {
        Challenge challenge = Challenge.invalidToken(Reason.EXPIRED).realm("nightclub");

        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.authenticate())
                .contains("Bearer realm=\"nightclub\", error=\"invalid_token\", error_description=\""
                        + "The access token is expired, revoked, malformed or not valid here\"");
        assertThat(challenge.headers())
                .containsEntry("Cache-Control", "no-store")
                .containsEntry("Content-Type", "application/json");
    }

    @Test
    void the_wire_says_the_same_for_every_wrong_token_and_the_log_says_which() {
        Set<Reason> judged = EnumSet.complementOf(
                EnumSet.of(Reason.KEYS_UNAVAILABLE, Reason.INTROSPECTION_UNAVAILABLE, Reason.REVOCATIONS_UNKNOWN));
        judged.removeIf(reason -> Check.of(reason) == Check.BINDING); // Who holds a key is told how to use it.
        Set<String> wire = new TreeSet<>();
        Set<String> log = new TreeSet<>();
        for (Reason reason : judged) {
            Challenge challenge = Challenge.invalidToken(reason);
            wire.add(challenge.status()
                    + challenge.headers().toString()
                    + new String(challenge.body(), StandardCharsets.UTF_8));
            log.add(challenge.detail());
        }
        assertThat(wire).hasSize(1);
        assertThat(log).hasSameSizeAs(judged).contains("bad_signature");
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"KEYS_UNAVAILABLE", "INTROSPECTION_UNAVAILABLE", "REVOCATIONS_UNKNOWN"})
    void a_token_that_nobody_could_judge_is_not_called_invalid(Reason reason) {
        Challenge challenge = Challenge.invalidToken(reason);

        assertThat(challenge.status()).isEqualTo(503);
        assertThat(challenge.headers()).containsEntry("Retry-After", "5").doesNotContainKey("WWW-Authenticate");
        assertThat(challenge.body()).asString().doesNotContain("invalid_token");
    }

    @Test
    void a_missing_scope_is_challenged_with_every_scope_that_is_needed() throws Exception {
        Challenge challenge = Challenge.insufficientScope(List.of("guestlist:read", "guestlist:write"));

        assertThat(challenge.status()).isEqualTo(403);
        assertThat(challenge.authenticate())
                .contains("Bearer realm=\"api\", error=\"insufficient_scope\", error_description=\""
                        + "The access token does not carry the scope that is needed\", "
                        + "scope=\"guestlist:read guestlist:write\"");
        assertThat(Json.parseObject(challenge.body()))
                .containsEntry("error", "insufficient_scope")
                .containsEntry("scope", "guestlist:read guestlist:write");
    }

    @Test
    void a_missing_privilege_is_challenged_without_telling_which() {
        Challenge challenge = Challenge.insufficientPrivileges("needs role vip");

        assertThat(challenge.status()).isEqualTo(403);
        assertThat(challenge.authenticate())
                .contains("Bearer realm=\"api\", error=\"insufficient_scope\", error_description=\""
                        + "The access token does not carry the privileges that are needed\"");
        assertThat(challenge.detail()).isEqualTo("needs role vip");
    }

    @Test
    void a_malformed_request_is_a_400() {
        Challenge challenge = Challenge.invalidRequest("more than one Authorization header");

        assertThat(challenge.status()).isEqualTo(400);
        assertThat(challenge.authenticate())
                .contains("Bearer realm=\"api\", error=\"invalid_request\", "
                        + "error_description=\"more than one Authorization header\"");
    }

    @Test
    void a_request_from_another_site_is_a_403() {
        assertThat(Challenge.crossSite().status()).isEqualTo(403);
        assertThat(Challenge.crossSite().error()).contains("invalid_request");
    }

    @Test
    void no_text_breaks_out_of_its_quotes() {
        assertThat(Challenge.invalidRequest("a\"b\\c\r\nSet-Cookie: x\u00e9").authenticate())
                .contains("Bearer realm=\"api\", error=\"invalid_request\", "
                        + "error_description=\"a b c  Set-Cookie: x \"");
        assertThat(Challenge.unauthorized().realm("a\"b\\c").authenticate()).contains("Bearer realm=\"a\\\"b\\\\c\"");
        assertThatThrownBy(() -> Challenge.unauthorized().realm("a\nb")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "é", "a\n"})
    void a_scope_that_is_no_scope_token_is_refused(String scope) {
        assertThatThrownBy(() -> Challenge.insufficientScope(List.of(scope)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
