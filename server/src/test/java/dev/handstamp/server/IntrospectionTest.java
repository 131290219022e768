package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.store.RevocationStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `POST /introspect` (RFC 7662) and `POST /revoke` (RFC 7009).
class IntrospectionTest {

    private static final String INACTIVE = "{\"active\":false}";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("RFC 7662 §2.2: an API is told everything that a token for it says")
    void an_api_is_told_what_a_token_says() {
        String token = server.logIn().string("access_token");

        Reply reply = server.introspect(token);

        Map<String, Object> expected = new LinkedHashMap<>(RunningServer.claims(token));
        expected.put("active", true);
        expected.put("token_type", "Bearer");
        expected.put("username", "vera");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json()).containsExactlyInAnyOrderEntriesOf(expected);
        assertThat(reply.header("Cache-Control")).contains("no-store");
    }

    @Test
    void a_client_is_told_of_its_own_tokens() {
        String token = server.clientCredentials().string("access_token");

        Reply reply = introspectAs("shop", RunningServer.SHOP_SECRET, token);

        assertThat(reply.json())
                .containsEntry("active", true)
                .containsEntry("client_id", "shop")
                .doesNotContainKey("username");
    }

    @Test
    void a_client_is_told_of_its_own_refresh_tokens() {
        Reply login = server.logInAtShop();
        String token = login.string("refresh_token");

        Reply reply = introspectAs("shop", RunningServer.SHOP_SECRET, token);

        Map<String, Object> claims = RunningServer.claims(login.string("access_token"));
        assertThat(reply.json())
                .containsEntry("active", true)
                .containsEntry("client_id", "shop")
                .doesNotContainKey("username")
                .containsEntry("sub", claims.get("sub"))
                .containsEntry("grant_id", claims.get("grant_id"))
                .containsEntry("scope", "orders:read orders:write")
                .containsKey("exp");
        server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "refresh_token", "refresh_token", token)
                .send();
        assertThat(introspectAs("shop", RunningServer.SHOP_SECRET, token).text())
                .isEqualTo(INACTIVE);
    }

    @Test
    void an_audience_is_understood_with_and_without_encoding() {
        String token = server.clientCredentials().string("access_token");
        String raw = RunningServer.ORDERS + ":" + RunningServer.ORDERS_SECRET;

        Reply reply = server.call("POST", "/introspect")
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(raw.getBytes(StandardCharsets.UTF_8)))
                .form("token", token)
                .send();
        Reply post = server.call("POST", "/introspect")
                .form("token", token, "client_id", RunningServer.ORDERS, "client_secret", RunningServer.ORDERS_SECRET)
                .send();

        assertThat(reply.json()).containsEntry("active", true);
        assertThat(post.json()).containsEntry("active", true);
    }

    @Test
    @DisplayName("O-25: without authentication, or with a wrong one, introspection is 401")
    void introspection_needs_authentication() {
        String token = server.logIn().string("access_token");

        Reply none = server.call("POST", "/introspect").form("token", token).send();
        Reply bearer = server.call("POST", "/introspect")
                .bearer(token)
                .form("token", token)
                .send();
        Reply wrong = introspectAs(RunningServer.ORDERS, "wrong", token);
        Reply others = introspectAs(RunningServer.ORDERS, RunningServer.STOCK_SECRET, token);
        Reply unknown = introspectAs("https://api.example/unknown", "x", token);
        Reply publicClient = introspectAs("first-party", "x", token);

        for (Reply reply : List.of(none, bearer, wrong, others, unknown, publicClient)) {
            assertThat(reply.outcome()).isEqualTo("401 invalid_client");
            assertThat(reply.header("WWW-Authenticate"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Basic "));
        }
    }

    @Test
    @DisplayName("O-26: a client or API that a token is not for learns that it is inactive and nothing more")
    void strangers_learn_nothing() {
        String ofShop = server.clientCredentials().string("access_token");
        String ofUser = server.logIn().string("access_token");
        String refreshToken = server.logInAtShop().string("refresh_token");

        for (String token : List.of(ofShop, ofUser, refreshToken)) {
            assertThat(introspectAs("depot", RunningServer.DEPOT_SECRET, token).text())
                    .isEqualTo(INACTIVE);
            assertThat(introspectAs(RunningServer.STOCK, RunningServer.STOCK_SECRET, token)
                            .text())
                    .isEqualTo(INACTIVE);
        }
        assertThat(introspectAs("shop", RunningServer.SHOP_SECRET, ofUser).text())
                .isEqualTo(INACTIVE);
        assertThat(server.introspect(refreshToken).text()).isEqualTo(INACTIVE);
        // And once more, now that the tokens were seen.
        assertThat(introspectAs("depot", RunningServer.DEPOT_SECRET, ofShop).text())
                .isEqualTo(INACTIVE);
    }

    @ParameterizedTest
    @DisplayName("O-27: what is no good token of ours is inactive, with 200 and no-store")
    @ValueSource(strings = {"", "x", ".", "..", "a.b.c", "a.b.c.d.e", "%00", "null", "\u0000", "€"})
    void nonsense_is_inactive(String token) {
        Reply reply = server.introspect(token);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.text()).isEqualTo(INACTIVE);
        assertThat(reply.header("Cache-Control")).contains("no-store");
    }

    @Test
    @DisplayName("O-27: tampered tokens are inactive")
    void tampered_tokens_are_inactive() {
        String token = server.clientCredentials().string("access_token");
        String payload = token.split("\\.", -1)[1];
        String none = base64("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + payload + ".";

        for (String bad : List.of(
                none,
                token.substring(0, token.length() - 2),
                token + "A",
                token + ".",
                token + "=",
                " " + token,
                "A" + token,
                token.substring(0, token.lastIndexOf('.') + 1),
                token.replace('.', '!'))) {
            assertThat(server.introspect(bad).text()).isEqualTo(INACTIVE);
        }
        assertThat(server.isActive(token)).isTrue();
    }

    @Test
    @DisplayName("O-27: a token of 1 MB is refused by the body's bound, and the next request works")
    void a_huge_token_is_refused() {
        Reply huge = server.introspect("a".repeat(1 << 20));
        Reply large = server.introspect("a.b." + "c".repeat(60_000));

        assertThat(huge.status()).isEqualTo(413);
        assertThat(large.text()).isEqualTo(INACTIVE);
        assertThat(server.isActive(server.clientCredentials().string("access_token")))
                .isTrue();
    }

    @Test
    @DisplayName("O-27: an unknown token_type_hint changes nothing")
    void hints_do_not_matter() {
        String token = server.clientCredentials().string("access_token");

        for (String hint : List.of("refresh_token", "access_token", "unknown", "")) {
            Reply reply = server.call("POST", "/introspect")
                    .basic("shop", RunningServer.SHOP_SECRET)
                    .form("token", token, "token_type_hint", hint)
                    .send();

            assertThat(reply.json()).containsEntry("active", true);
        }
    }

    @Test
    void a_request_without_a_token_is_an_invalid_request() {
        Reply reply = server.call("POST", "/introspect")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("token_type_hint", "access_token")
                .send();

        assertThat(reply.outcome()).isEqualTo("400 invalid_request");
    }

    @ParameterizedTest
    @DisplayName("T-36, T-37: what our key signed as something else is no access token")
    @ValueSource(
            strings = {
                "JWT",
                "logout+jwt",
                "dpop+jwt",
                "client-authentication+jwt",
                "oauth-authz-req+jwt",
                "statuslist+jwt",
                "token-introspection+jwt",
                "secevent+jwt",
                "AT+JWTX",
                ""
            })
    void other_types_are_inactive(String type) {
        String token = forge(type, _ -> {});

        assertThat(server.introspect(token).text()).isEqualTo(INACTIVE);
        assertThat(server.call("GET", "/session").bearer(token).send().outcome())
                .isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("T-38: a token for another audience, however alike, is inactive to this API")
    void other_audiences_are_inactive() {
        List<Object> audiences = new ArrayList<>(List.of(
                RunningServer.STOCK,
                "",
                List.of(),
                RunningServer.ORDERS + "/",
                RunningServer.ORDERS.substring(0, 10),
                "x" + RunningServer.ORDERS,
                RunningServer.ORDERS.toUpperCase(Locale.ROOT)));
        for (Object audience : audiences) {
            String token = forge("at+jwt", claims -> claims.put("aud", audience));

            assertThat(server.introspect(token).text()).as("" + audience).isEqualTo(INACTIVE);
        }
        assertThat(server.introspect(forge("at+jwt", claims -> claims.remove("aud")))
                        .text())
                .isEqualTo(INACTIVE);
        assertThat(server.isActive(forge("at+jwt", _ -> {}))).isTrue();
    }

    @Test
    @DisplayName("T-39: a token of another issuer, however alike, is inactive")
    void other_issuers_are_inactive() {
        String issuer = server.issuer();
        for (String other : List.of(
                "https://evil.example",
                issuer + "/",
                issuer.substring(0, issuer.length() - 1),
                issuer.toUpperCase(Locale.ROOT),
                issuer.replace("http:", "https:"),
                issuer + "0",
                "")) {
            assertThat(server.introspect(forge("at+jwt", claims -> claims.put("iss", other)))
                            .text())
                    .isEqualTo(INACTIVE);
        }
        assertThat(server.introspect(forge("at+jwt", claims -> claims.put("iss", List.of(issuer))))
                        .text())
                .isEqualTo(INACTIVE);
    }

    @Test
    @DisplayName("O-27: an expired token is inactive from its last second on")
    void an_expired_token_is_inactive() throws Exception {
        server.addApi("https://api.example/blink", "the secret of blink", Algorithm.RS256, Duration.ofSeconds(1), "x");
        String token = server.call("POST", "/session")
                .json(Json.text(Map.of(
                        "username",
                        "vera",
                        "password",
                        RunningServer.PASSWORD,
                        "audience",
                        "https://api.example/blink")))
                .send()
                .string("access_token");
        long end = (Long) RunningServer.claims(token).get("exp");
        introspectAs("https://api.example/blink", "the secret of blink", token);
        while (Instant.now().getEpochSecond() < end) Thread.sleep(20);

        assertThat(introspectAs("https://api.example/blink", "the secret of blink", token)
                        .text())
                .isEqualTo(INACTIVE);
    }

    @Test
    @DisplayName("RFC 7662: a revocation counts from its commit on, whoever committed it")
    void a_revocation_counts_from_its_commit_on() {
        for (int i = 0; i < 50; i++) {
            String token = server.clientCredentials().string("access_token");
            String jwtId = (String) RunningServer.claims(token).get("jti");
            assertThat(server.isActive(token)).isTrue();

            Instant now = Instant.now();
            server.database.inTransaction(tx -> new RevocationStore()
                    .append(tx, Kind.TOKEN, jwtId, AuditEvent.Type.TOKEN_REVOKED, Set.of(), now, now.plusSeconds(600)));

            assertThat(server.isActive(token)).isFalse();
        }
    }

    @Test
    void a_token_issued_in_the_second_of_a_revocation_is_good() {
        Instant now = Instant.now();
        server.database.inTransaction(tx -> new RevocationStore()
                .append(tx, Kind.CLIENT, "depot", AuditEvent.Type.CLIENT_DELETED, Set.of(), now, now.plusSeconds(600)));

        String token = server.call("POST", "/token")
                .basic("depot", RunningServer.DEPOT_SECRET)
                .form("grant_type", "client_credentials")
                .send()
                .string("access_token");

        assertThat(introspectAs("depot", RunningServer.DEPOT_SECRET, token).json())
                .containsEntry("active", true);
    }

    @Test
    void a_withdrawn_keys_tokens_are_inactive_although_they_were_seen() {
        try (RunningServer turning = RunningServer.start()) {
            String token = turning.clientCredentials().string("access_token");
            assertThat(turning.isActive(token)).isTrue();

            turning.retireKey((String) RunningServer.header(token).get("kid"));

            assertThat(turning.isActive(token)).isFalse();
            assertThat(turning.isActive(turning.clientCredentials().string("access_token")))
                    .isTrue();
        }
    }

    @Test
    @DisplayName("O-29: revoking an access token makes it inactive at once, and only that one")
    void revoking_an_access_token() {
        String token = server.clientCredentials().string("access_token");
        String other = server.clientCredentials().string("access_token");

        Reply reply = server.revoke(token);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
        assertThat(server.isActive(token)).isFalse();
        assertThat(server.isActive(other)).isTrue();
    }

    @Test
    @DisplayName("O-29: revoking a refresh token ends it and every access token of its grant at once")
    void revoking_a_refresh_token() {
        Reply login = server.logInAtShop();
        Reply refreshed = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "refresh_token", "refresh_token", login.string("refresh_token"))
                .send();

        Reply reply = server.revoke(refreshed.string("refresh_token"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(server.isActive(login.string("access_token"))).isFalse();
        assertThat(server.isActive(refreshed.string("access_token"))).isFalse();
        assertThat(server.call("POST", "/token")
                        .basic("shop", RunningServer.SHOP_SECRET)
                        .form("grant_type", "refresh_token", "refresh_token", refreshed.string("refresh_token"))
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("O-28: nobody revokes another client's token: 200 or 401, and it goes on working")
    void foreign_tokens_are_not_revoked() {
        String ofShop = server.clientCredentials().string("access_token");
        Reply ofUser = server.logInAtShop();

        for (String token : List.of(ofShop, ofUser.string("access_token"), ofUser.string("refresh_token"))) {
            Reply foreign = server.call("POST", "/revoke")
                    .basic("depot", RunningServer.DEPOT_SECRET)
                    .form("token", token, "token_type_hint", "refresh_token")
                    .send();
            Reply anonymous =
                    server.call("POST", "/revoke").form("token", token).send();
            Reply api = server.call("POST", "/revoke")
                    .basic(RunningServer.ORDERS, RunningServer.ORDERS_SECRET)
                    .form("token", token)
                    .send();

            assertThat(foreign.status()).isEqualTo(200);
            assertThat(anonymous.outcome()).isEqualTo("401 invalid_client");
            assertThat(api.outcome()).isEqualTo("401 invalid_client");
        }
        assertThat(server.isActive(ofShop)).isTrue();
        assertThat(server.isActive(ofUser.string("access_token"))).isTrue();
        assertThat(introspectAs("shop", RunningServer.SHOP_SECRET, ofUser.string("refresh_token"))
                        .json())
                .containsEntry("active", true);
    }

    @ParameterizedTest
    @DisplayName("RFC 7009 §2.2: invalid tokens do not cause an error response")
    @ValueSource(strings = {"x", "a.b.c", "\u0000", "€"})
    void invalid_tokens_cause_no_error(String token) {
        assertThat(server.revoke(token).status()).isEqualTo(200);
    }

    @Test
    void revoking_nothing_is_an_invalid_request() {
        assertThat(server.revoke("").outcome()).isEqualTo("400 invalid_request");
    }

    private static Reply introspectAs(String name, String secret, String token) {
        return server.call("POST", "/introspect")
                .basic(name, secret)
                .form("token", token)
                .send();
    }

    /// A token with the server's own signature, of another type or with other claims than it would give.
    private static String forge(String type, Consumer<Map<String, Object>> change) {
        PrivateJwk key = server.signingKey();
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>(Map.of(
                "iss",
                server.issuer(),
                "sub",
                "usr_somebody",
                "aud",
                RunningServer.ORDERS,
                "client_id",
                "first-party",
                "iat",
                now,
                "exp",
                now + 300,
                "jti",
                "forged-" + System.nanoTime(),
                "sid",
                "a-session"));
        change.accept(claims);
        return new JwsSigner(key, type).sign(Json.write(claims));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
