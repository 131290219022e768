package dev.handstamp.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.servlet.Container.Answer;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import dev.handstamp.verifier.Condition;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import jakarta.servlet.DispatcherType;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandstampFilterTest {

    private static final String AUDIENCE = "https://api.example";
    private static final String ORIGIN = "https://app.example";

    private static TestIssuer issuer;
    private static TokenVerifier verifier;
    private static Container container;

    @BeforeAll
    static void start() throws Exception {
        issuer = TestIssuer.start();
        verifier = verifierOf(issuer);
        container = Container.behind(
                HandstampFilter.builder(Doorkeeper.of(verifier).realm("shop").acceptCookie(ORIGIN))
                        .open("/health")
                        .require("/admin/*", Requirement.role("admin"))
                        .require("/admin/audit", Requirement.scope("audit:read"))
                        .require("/whoami/grown", Requirement.claim("age", Condition.atLeast(18)))
                        .build());
    }

    @AfterAll
    static void stop() throws Exception {
        container.close();
        verifier.close();
        issuer.close();
    }

    @Test
    void behind_the_filter_the_request_speaks_for_the_token() {
        Answer answer = container.get(
                "/whoami", bearer(token().subject("vera").clientId("shop-app").role("vip")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("vera by Bearer, vip: true, token: vera, principal: shop-app");
    }

    @Test
    void without_a_token_the_answer_is_a_bare_challenge_and_the_application_is_not_reached() {
        int before = container.reached.get();

        Answer answer = container.get("/whoami");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.challenge()).contains("Bearer realm=\"shop\"");
        assertThat(answer.headers().get("cache-control")).containsExactly("no-store");
        assertThat(container.reached).hasValue(before);
    }

    @Test
    void a_refused_token_is_told_invalid_token_and_nothing_more() {
        String expired = token().issuedAt(Instant.now().minusSeconds(900))
                .expiresAt(Instant.now().minusSeconds(600))
                .sign();
        for (String wrong :
                List.of(expired, token().audience("https://other.example").sign(), "not.a.token")) {
            Answer answer = container.get("/whoami", "Authorization", "Bearer " + wrong);

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.challenge().orElseThrow())
                    .isEqualTo("Bearer realm=\"shop\", error=\"invalid_token\", error_description="
                            + "\"The access token is expired, revoked, malformed or not valid here\"");
            assertThat(answer.body()).contains("\"error\":\"invalid_token\"");
        }
    }

    @Test
    void the_most_specific_pattern_decides_alone() {
        TokenBuilder auditor = token().scope("audit:read");

        assertThat(container.get("/admin/audit", bearer(auditor)).status()).isEqualTo(200);
        assertThat(container.get("/admin/users", bearer(auditor)).status()).isEqualTo(403);
        assertThat(container.get("/admin/users", bearer(token().role("admin"))).status())
                .isEqualTo(200);
        Answer refused = container.get("/admin/audit", bearer(token().role("admin")));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.challenge().orElseThrow())
                .contains("error=\"insufficient_scope\"", "scope=\"audit:read\"", "realm=\"shop\"");
    }

    @Test
    void any_claim_can_be_asked_for() {
        assertThat(container
                        .get("/whoami/grown", bearer(token().claim("age", 34L)))
                        .status())
                .isEqualTo(200);
        assertThat(container
                        .get("/whoami/grown", bearer(token().claim("age", 17L)))
                        .status())
                .isEqualTo(403);
        assertThat(container.get("/whoami/grown", bearer(token())).status()).isEqualTo(403);
    }

    @Test
    void an_open_door_needs_no_token_and_looks_at_none() {
        assertThat(container.get("/health").body()).isEqualTo("null by null, vip: false, token: none, principal: none");
        assertThat(container.get("/health", "Authorization", "Bearer rubbish").status())
                .isEqualTo(200);
        assertThat(container.get("/healthy").status()).isEqualTo(401);
        assertThat(container.get("/health/").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin",
                "/admin/",
                "/admin/x",
                "/admin;a=b/x",
                "/admin/../admin/x",
                "/./admin/x",
                "/%61dmin/x",
                "/health/../admin/x",
                "/admin/audit/",
                "/whoami/grown/"
            })
    void no_spelling_of_a_path_gets_around_its_requirement(String path) {
        Answer answer = container.get(path, bearer(token()));

        assertThat(answer.status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"//admin/x", "/health%2f..%2fadmin/x", "/health/%2e%2e/admin/x", "/%2561dmin/x", "/a%3bb"})
    void a_path_that_two_readers_could_read_differently_is_refused(String path) {
        int before = container.reached.get();

        assertThat(container.get(path, bearer(token())).status()).isIn(400, 403);
        assertThat(container.reached).hasValue(before);
    }

    @Test
    @DisplayName("T-42: a token in the query, or two credentials, are refused")
    void two_credentials_are_refused() {
        String token = token().sign();

        assertThat(container.get("/whoami?access_token=" + token).status()).isEqualTo(400);
        assertThat(container
                        .get("/whoami", "Authorization", "Bearer " + token, "Authorization", "Bearer " + token)
                        .status())
                .isEqualTo(400);
        assertThat(container
                        .get("/whoami", "Authorization", "Bearer " + token, "Cookie", "__Host-handstamp=" + token)
                        .status())
                .isEqualTo(400);
        assertThat(container.get("/whoami", "Authorization", "bearer  " + token).status())
                .isEqualTo(200);
    }

    @Test
    void the_cookie_counts_and_another_site_cannot_use_it() {
        String[] cookie = {
            "Cookie", "theme=dark; __Host-handstamp=" + token().subject("nick").sign()
        };

        assertThat(container.get("/whoami", cookie).body()).startsWith("nick by Bearer");
        assertThat(container
                        .send("POST", "/whoami", with(cookie, "Sec-Fetch-Site", "same-origin"))
                        .status())
                .isEqualTo(200);
        assertThat(container
                        .send("POST", "/whoami", with(cookie, "Origin", ORIGIN))
                        .status())
                .isEqualTo(200);
        int before = container.reached.get();
        for (String[] elsewhere : List.of(
                with(cookie, "Sec-Fetch-Site", "cross-site"),
                with(cookie, "Sec-Fetch-Site", "same-site"),
                with(cookie, "Origin", "https://evil.example"),
                cookie)) {
            Answer refused = container.send("POST", "/whoami", elsewhere);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).contains("another site");
        }
        assertThat(container.reached).hasValue(before);
    }

    @Test
    void without_cookie_mode_the_cookie_is_no_credential() throws Exception {
        try (Container headerOnly = Container.behind(
                HandstampFilter.builder(Doorkeeper.of(verifier)).build())) {
            assertThat(headerOnly
                            .get("/whoami", "Cookie", "__Host-handstamp=" + token().sign())
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void an_async_dispatch_keeps_the_token() {
        String[] vera = bearer(token().subject("vera").clientId("shop-app"));

        assertThat(container.get("/dispatch", vera).body())
                .isEqualTo("vera by Bearer, vip: false, token: vera, principal: shop-app");
        assertThat(container.get("/complete", vera).body()).isEqualTo("later, vera");
        assertThat(container.get("/dispatch").status()).isEqualTo(401);
    }

    @Test
    void a_forward_keeps_the_token_and_an_error_page_is_for_everyone() throws Exception {
        HandstampFilter filter = HandstampFilter.builder(Doorkeeper.of(verifier))
                .open("/broken")
                .require("/admin/*", Requirement.role("admin"))
                .build();
        try (Container everything = Container.behind(filter, EnumSet.allOf(DispatcherType.class))) {
            assertThat(everything
                            .get("/forward", bearer(token().subject("vera")))
                            .body())
                    .startsWith("vera by Bearer");
            assertThat(everything.get("/forward").status()).isEqualTo(401);
            Answer error = everything.get("/broken");
            assertThat(error.status()).isEqualTo(418);
            assertThat(error.body()).isEqualTo("error page for null");
            assertThat(everything.get("/error").status()).isEqualTo(401);
        }
    }

    @Test
    void when_the_keys_cannot_be_had_a_good_token_is_told_to_come_back() throws Exception {
        try (TestIssuer away = TestIssuer.start();
                TokenVerifier keyless = verifierOf(away);
                Container waiting = Container.behind(
                        HandstampFilter.builder(Doorkeeper.of(keyless)).build())) {
            String good = away.token().sign();
            away.goDown();

            Answer answer = waiting.get("/whoami", "Authorization", "Bearer " + good);

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers().get("retry-after")).containsExactly("5");
            assertThat(answer.challenge()).isEmpty();
            assertThat(waiting.get("/whoami").status()).isEqualTo(401);
        }
    }

    @Test
    void init_params_are_enough() throws Exception {
        try (Container configured = Container.withInitParameters(Map.of(
                "issuer", issuer.issuer(),
                "audience", "https://other.example, " + AUDIENCE,
                "algorithms", "ES256",
                "clock-skew", "5",
                "load-at-start", "true",
                "realm", "war",
                "cookie-origin", ORIGIN,
                "scope", "orders:read",
                "role", "clerk",
                "open", "/health"))) {
            TokenBuilder clerk = token().role("clerk");
            assertThat(configured
                            .get("/whoami", bearer(clerk.scope("orders:read")))
                            .status())
                    .isEqualTo(200);
            assertThat(configured
                            .get("/whoami", bearer(token().role("clerk")))
                            .challenge()
                            .orElseThrow())
                    .contains("realm=\"war\"", "scope=\"orders:read\"");
            assertThat(configured
                            .get("/whoami", "Cookie", "__Host-handstamp=" + clerk.sign())
                            .status())
                    .isEqualTo(200);
            assertThat(configured.get("/health").status()).isEqualTo(200);
        }
    }

    @Test
    void a_wrong_init_param_stops_the_application_and_is_named() {
        Map<String, String> right = Map.of("issuer", issuer.issuer(), "audience", AUDIENCE);

        refuses(Map.of("audience", AUDIENCE), "issuer");
        refuses(Map.of("issuer", issuer.issuer()), "audience");
        refuses(with(right, "issuer", "http://login.example"), "https");
        refuses(with(right, "audiences", AUDIENCE), "unknown init-param audiences");
        refuses(with(right, "algorithms", "none"), "unknown algorithm none");
        refuses(with(right, "clock-skew", "a while"), "clock-skew");
        refuses(with(right, "load-at-start", "yes"), "load-at-start");
        refuses(with(right, "cookie-origin", "app.example"), "not an origin");
        refuses(with(right, "open", "health"), "not a pattern");
    }

    @Test
    void a_pattern_that_is_none_or_given_twice_is_refused() {
        var builder = HandstampFilter.builder(Doorkeeper.of(verifier)).open("/a/*");

        for (String wrong : List.of("", "a", "*.html", "/a*", "/a/*/b")) {
            assertThatThrownBy(() -> builder.open(wrong)).hasMessageContaining("not a pattern");
        }
        assertThatThrownBy(() -> builder.require("/a/*", Requirement.anyToken()))
                .hasMessageContaining("given twice");
    }

    private static void refuses(Map<String, String> parameters, String because) {
        assertThatThrownBy(() -> Container.withInitParameters(parameters).close())
                .hasStackTraceContaining("handstamp: ")
                .hasStackTraceContaining(because);
    }

    private static TokenVerifier verifierOf(TestIssuer issuer) {
        return TokenVerifier.builder()
                .issuer(issuer.issuer())
                .audience(AUDIENCE)
                .build();
    }

    private static TokenBuilder token() {
        return issuer.token();
    }

    private static String[] bearer(TokenBuilder token) {
        return new String[] {"Authorization", "Bearer " + token.sign()};
    }

    private static String[] with(String[] headers, String name, String value) {
        return new String[] {headers[0], headers[1], name, value};
    }

    private static Map<String, String> with(Map<String, String> parameters, String name, String value) {
        var changed = new java.util.HashMap<>(parameters);
        changed.put(name, value);
        return changed;
    }
}
