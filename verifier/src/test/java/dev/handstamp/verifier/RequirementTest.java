package dev.handstamp.verifier;

import static dev.handstamp.verifier.Condition.atLeast;
import static dev.handstamp.verifier.Requirement.acr;
import static dev.handstamp.verifier.Requirement.authenticatedWithin;
import static dev.handstamp.verifier.Requirement.claim;
import static dev.handstamp.verifier.Requirement.client;
import static dev.handstamp.verifier.Requirement.clientItself;
import static dev.handstamp.verifier.Requirement.role;
import static dev.handstamp.verifier.Requirement.scope;
import static dev.handstamp.verifier.Requirement.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class RequirementTest {

    private static final TestIssuer ISSUER = TestIssuer.start();
    private static final TokenVerifier VERIFIER = TokenVerifier.builder()
            .issuer(ISSUER.issuer())
            .audience("https://api.example")
            .build();

    @AfterAll
    static void end() {
        VERIFIER.close();
        ISSUER.close();
    }

    @Test
    void a_scope_is_met_by_a_token_that_carries_it_among_others() {
        assertGranted(scope("b"), token().scope("a", "b", "c"));
        assertGranted(scope("a", "c"), token().scope("a", "b", "c"));
    }

    @Test
    void a_missing_scope_is_challenged_with_it() {
        assertDenied(scope("guestlist:write"), token().scope("guestlist:read"), "scope=\"guestlist:write\"");
        assertDenied(scope("a"), token().scope("aa", "A", "a:b"), "scope=\"a\"");
        assertDenied(scope("a"), token(), "scope=\"a\"");
    }

    @Test
    void a_missing_scope_is_challenged_with_every_scope_of_the_sentence() {
        Requirement both = scope("read").and(scope("write")).and(role("vip"));

        assertDenied(both, token().scope("read").role("vip"), "scope=\"read write\"");
        assertDenied(both, token(), "scope=\"read write\"");
    }

    @Test
    void when_only_the_role_is_missing_no_scope_is_asked_for() {
        Challenge challenge = denied(scope("read").and(role("vip")), token().scope("read"));

        assertThat(challenge.authenticate().orElseThrow()).doesNotContain("scope=");
        assertThat(challenge.detail()).isEqualTo("needs scope read and role vip");
    }

    @Test
    void a_role_comes_from_roles_or_else_from_groups() {
        assertGranted(role("vip"), token().role("staff", "vip"));
        assertGranted(role("vip"), token().claim("groups", List.of("vip")));
        assertDenied(role("vip"), token().claim("roles", List.of()).claim("groups", List.of("vip")), "privileges");
        assertDenied(role("vip"), token().role("VIP", "vip2"), "privileges");
        assertDenied(role("vip"), token(), "privileges");
    }

    @Test
    void an_age_is_a_number_that_is_high_enough() {
        Requirement bar = claim("age", atLeast(18));

        assertGranted(bar, token().claim("age", 18));
        assertGranted(bar, token().claim("age", new BigDecimal("18.5")));
        assertDenied(bar, token().claim("age", 17), "privileges");
        assertDenied(bar, token().claim("age", new BigDecimal("17.99")), "privileges");
        assertDenied(bar, token().claim("age", -18), "privileges");
        assertDenied(bar, token(), "privileges");
    }

    @Test
    void a_claim_of_another_type_meets_nothing() {
        Requirement bar = claim("age", atLeast(18));

        for (Object age : List.of("34", true, List.of(34), JsonNull.NULL)) {
            assertDenied(bar, token().claim("age", age), "privileges");
        }
        assertDenied(claim("age", Condition.atMost(99)), token().claim("age", "34"), "privileges");
        assertDenied(claim("age", Condition.equalTo(34)), token().claim("age", "34"), "privileges");
        assertDenied(claim("plan", Condition.equalTo("34")), token().claim("plan", 34), "privileges");
        assertDenied(claim("admin", Condition.isTrue()), token().claim("admin", "true"), "privileges");
    }

    @Test
    void every_condition_says_yes_to_what_it_describes() {
        assertGranted(claim("age", Condition.atMost(20)), token().claim("age", 20));
        assertDenied(claim("age", Condition.atMost(20)), token().claim("age", 21), "privileges");
        assertGranted(claim("age", Condition.equalTo(20)), token().claim("age", new BigDecimal("20.0")));
        assertGranted(claim("plan", Condition.equalTo("gold")), token().claim("plan", "gold"));
        assertGranted(claim("plan", Condition.oneOf("gold", "silver")), token().claim("plan", "silver"));
        assertDenied(claim("plan", Condition.oneOf("gold", "silver")), token().claim("plan", "tin"), "privileges");
        assertGranted(claim("admin", Condition.isTrue()), token().claim("admin", true));
        assertGranted(claim("teams", Condition.contains("red")), token().claim("teams", List.of("blue", "red")));
        assertGranted(claim("teams", Condition.contains("red")), token().claim("teams", "red"));
        assertDenied(claim("teams", Condition.contains("red")), token().claim("teams", "redder"), "privileges");
        assertGranted(claim("x", Condition.present()), token().claim("x", 0));
        assertDenied(claim("x", Condition.present()), token().claim("x", JsonNull.NULL), "privileges");
    }

    @Test
    void an_authentication_that_is_too_old_is_asked_for_again() {
        Requirement fresh = authenticatedWithin(Duration.ofMinutes(5));
        long now = Instant.now().getEpochSecond();

        assertGranted(fresh, token().claim("auth_time", now - 290));
        assertGranted(fresh, token().claim("auth_time", now + 30));
        for (Object wrong : List.of(now - 302, now + 100, 0, "now", JsonNull.NULL)) {
            Challenge challenge = denied(fresh, token().claim("auth_time", wrong));
            assertThat(challenge.status()).isEqualTo(401);
            assertThat(challenge.error()).contains("insufficient_user_authentication");
            assertThat(challenge.authenticate().orElseThrow())
                    .contains("max_age=\"300\"")
                    .doesNotContain("acr_values");
        }
        assertThat(denied(fresh, token()).status()).isEqualTo(401);
    }

    @Test
    void the_age_of_an_authentication_is_exact_at_its_edge() {
        var verified =
                (Verified) VERIFIER.verify(token().claim("auth_time", 1_000).sign());
        Requirement fresh = authenticatedWithin(Duration.ofSeconds(60));

        assertThat(fresh.check(verified.accessToken(), Instant.ofEpochSecond(1_060, 999_999_999)))
                .isInstanceOf(Granted.class);
        assertThat(fresh.check(verified.accessToken(), Instant.ofEpochSecond(1_061)))
                .isInstanceOf(Denied.class);
    }

    @Test
    void another_way_of_authentication_is_asked_for_by_name_the_best_first() {
        Requirement strong = acr("phr", "mfa");

        assertGranted(strong, token().claim("acr", "mfa"));
        Challenge challenge = denied(strong, token().claim("acr", "pwd"));
        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.authenticate().orElseThrow())
                .contains("acr_values=\"phr mfa\"")
                .doesNotContain("max_age");
        assertThat(denied(strong, token()).status()).isEqualTo(401);
        assertThatThrownBy(() -> acr()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> acr("two words")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void one_sentence_of_authentication_and_scope_is_asked_for_in_one_go() {
        Requirement transfer = scope("transfer")
                .and(acr("phr", "mfa"))
                .and(authenticatedWithin(Duration.ofMinutes(10)))
                .and(authenticatedWithin(Duration.ofMinutes(2)))
                .and(acr("mfa", "otp"));
        assertThat(transfer)
                .hasToString("scope transfer and acr phr or mfa and authenticated within 600 s"
                        + " and authenticated within 120 s and acr mfa or otp");

        assertThat(denied(transfer, token()).authenticate().orElseThrow())
                .contains("acr_values=\"mfa\"", "max_age=\"120\"", "scope=\"transfer\"");
        assertThat(denied(transfer, token().scope("transfer")).authenticate().orElseThrow())
                .contains("acr_values=\"mfa\"", "max_age=\"120\"")
                .doesNotContain("scope=");
        Challenge scopeOnly = denied(
                transfer,
                token().claim("acr", "mfa").claim("auth_time", Instant.now().getEpochSecond()));
        assertThat(scopeOnly.status()).isEqualTo(403);
        assertThat(scopeOnly.error()).contains("insufficient_scope");
        assertThatThrownBy(() -> acr("phr").and(acr("mfa"))).hasMessageContaining("no acr is both");
    }

    @Test
    void a_door_can_be_for_certain_clients_or_for_clients_themselves() {
        assertGranted(client("shop", "till"), token().clientId("till"));
        assertDenied(client("shop", "till"), token().clientId("shop2"), "privileges");
        assertGranted(clientItself(), token().client("shop"));
        assertDenied(clientItself(), token().subject("vera").clientId("shop"), "privileges");
        assertThat(client("shop").and(user())).hasToString("client shop and a user");
    }

    @Test
    void a_foreign_token_that_names_nobody_is_neither_a_user_s_nor_a_client_s() {
        try (TokenVerifier open = TokenVerifier.builder()
                .issuer(ISSUER.issuer())
                .audience("https://api.example")
                .foreignTypes("JWT")
                .build()) {
            String nobodys = token().header("typ", "JWT").without("sub").sign();
            AccessToken token = ((Verified) open.verify(nobodys)).accessToken();
            assertThat(token.subject()).isEmpty();
            assertThat(user().check(token)).isInstanceOf(Denied.class);
            assertThat(clientItself().check(token)).isInstanceOf(Denied.class);
        }
    }

    @Test
    void a_client_on_its_own_account_is_no_user() {
        assertGranted(user(), token().subject("vera").clientId("shop"));
        assertDenied(user(), token().client("shop"), "privileges");
    }

    @Test
    void or_is_met_by_either_side() {
        Requirement either = scope("admin").or(role("staff"));

        assertGranted(either, token().scope("admin"));
        assertGranted(either, token().role("staff"));
        assertDenied(either, token().scope("user").role("guest"), "scope=\"admin\"");
    }

    @Test
    void any_token_meets_no_requirement() {
        assertGranted(Requirement.anyToken(), token());
    }

    @Test
    void a_requirement_reads_like_a_sentence() {
        assertThat(scope("a", "b").and(role("vip").or(user())).and(claim("age", atLeast(18))))
                .hasToString("scope a b and (role vip or a user) and claim age at least 18");
    }

    @Test
    void a_scope_that_no_challenge_could_carry_is_refused_when_it_is_written() {
        assertThatThrownBy(() -> scope("a b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scope()).isInstanceOf(IllegalArgumentException.class);
    }

    private static TokenBuilder token() {
        return ISSUER.token();
    }

    private static void assertGranted(Requirement requirement, TokenBuilder token) {
        assertThat(requirement.check(checked(token))).as(requirement.toString()).isEqualTo(new Granted());
    }

    private static void assertDenied(Requirement requirement, TokenBuilder token, String inChallenge) {
        Challenge challenge = denied(requirement, token);
        assertThat(challenge.status()).isEqualTo(403);
        assertThat(challenge.authenticate().orElseThrow())
                .startsWith("Bearer realm=\"api\", error=\"insufficient_scope\"")
                .contains(inChallenge);
    }

    private static Challenge denied(Requirement requirement, TokenBuilder token) {
        Decision decision = requirement.check(checked(token));
        assertThat(decision).as(requirement.toString()).isInstanceOf(Denied.class);
        return ((Denied) decision).challenge();
    }

    private static AccessToken checked(TokenBuilder token) {
        return ((Verified) VERIFIER.verify(token.sign())).accessToken();
    }
}
