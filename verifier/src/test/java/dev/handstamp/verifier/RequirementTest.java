package dev.handstamp.verifier;

import static dev.handstamp.verifier.Condition.atLeast;
import static dev.handstamp.verifier.Requirement.claim;
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
        assertThat(denied(requirement, token).authenticate().orElseThrow())
                .startsWith("Bearer realm=\"api\", error=\"insufficient_scope\"")
                .contains(inChallenge);
    }

    private static Challenge denied(Requirement requirement, TokenBuilder token) {
        Decision decision = requirement.check(checked(token));
        assertThat(decision).as(requirement.toString()).isInstanceOf(Denied.class);
        Challenge challenge = ((Denied) decision).challenge();
        assertThat(challenge.status()).isEqualTo(403);
        return challenge;
    }

    private static AccessToken checked(TokenBuilder token) {
        return ((Verified) VERIFIER.verify(token.sign())).accessToken();
    }
}
