package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.RevocationStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The backend of the API orders calls the API stock for a user.
class TokenExchangeTest {

    private static final String BACKEND = "orders-backend";
    private static final String STOCK_BACKEND = "stock-backend";
    private static final String SECRET = "the-secret-of-the-orders-backend";
    private static final String BILLING = "https://api.example/billing";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addApi(BILLING, "the secret of the API billing", Algorithm.RS256, Duration.ofMinutes(5), "billing:read");
        server.addRole("keeper", RunningServer.STOCK, "stock:read");
        server.addRole("payer", BILLING, "billing:read");
        Set<GrantType> grants = Set.of(GrantType.TOKEN_EXCHANGE, GrantType.CLIENT_CREDENTIALS);
        server.addClient(
                BACKEND,
                SECRET,
                grants,
                List.of(RunningServer.STOCK, RunningServer.ORDERS),
                "stock:read",
                "orders:read");
        server.addClient(STOCK_BACKEND, SECRET, grants, List.of(BILLING), "billing:read");
        allow(BACKEND, RunningServer.ORDERS, RunningServer.STOCK, Map.of("orders:read", "stock:read"), false);
        allow(BACKEND, RunningServer.ORDERS, RunningServer.ORDERS, Map.of(), false);
        allow(STOCK_BACKEND, RunningServer.STOCK, BILLING, Map.of("stock:read", "billing:read"), false);
        server.execute("UPDATE app_user SET roles = 'buyer keeper payer' WHERE username = 'vera'");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_backend_gets_a_token_for_the_next_api_that_says_for_whom_and_by_whom() {
        String subject = userToken();
        Map<String, Object> before = RunningServer.claims(subject);

        Reply reply = exchange(subject, "audience", RunningServer.STOCK);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json())
                .containsEntry("issued_token_type", ACCESS_TOKEN)
                .containsEntry("token_type", "Bearer")
                .containsEntry("scope", "stock:read")
                .doesNotContainKeys("refresh_token", "id_token");
        Map<String, Object> claims = RunningServer.claims(reply.string("access_token"));
        assertThat(claims)
                .containsEntry("aud", RunningServer.STOCK)
                .containsEntry("sub", before.get("sub"))
                .containsEntry("client_id", BACKEND)
                .containsEntry("sid", before.get("sid"))
                .containsEntry("grant_id", before.get("grant_id"))
                .containsEntry("auth_time", before.get("auth_time"))
                .containsEntry("acr", "aal1")
                .containsEntry("act", Map.of("sub", BACKEND));
        assertThat((Long) claims.get("exp")).isLessThanOrEqualTo((Long) before.get("exp"));
    }

    @Test
    void the_new_token_never_outlives_the_old_one() {
        Map<String, Object> claims = new LinkedHashMap<>(RunningServer.claims(userToken()));
        long end = Instant.now().getEpochSecond() + 7;
        claims.put("exp", end);

        Reply reply = exchange(signed(claims), "resource", RunningServer.STOCK);

        assertThat(RunningServer.claims(reply.string("access_token"))).containsEntry("exp", end);
        assertThat(reply.number("expires_in")).isLessThanOrEqualTo(7);
    }

    @Test
    @DisplayName("RFC 8693 §4.1: who has acted before stands inside who acts now, and there is an end to it")
    void actors_stand_one_in_the_other() {
        String first = exchange(userToken(), "audience", RunningServer.STOCK).string("access_token");
        Reply second = as(STOCK_BACKEND, first, "audience", BILLING);
        assertThat(second.status()).isEqualTo(200);
        assertThat(RunningServer.claims(second.string("access_token")))
                .containsEntry("act", Map.of("sub", STOCK_BACKEND, "act", Map.of("sub", BACKEND)));

        Map<String, Object> deep = new LinkedHashMap<>(RunningServer.claims(userToken()));
        Map<String, Object> act = Map.of("sub", "first");
        for (int i = 0; i < 4; i++) act = Map.of("sub", "next", "act", act);
        deep.put("act", act);
        assertThat(exchange(signed(deep), "audience", RunningServer.STOCK).outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    void an_actor_token_says_who_acts() {
        String actor = server.call("POST", "/token")
                .basic(BACKEND, SECRET)
                .form("grant_type", "client_credentials", "resource", RunningServer.STOCK)
                .send()
                .string("access_token");
        Reply byClient = exchange(userToken(), "actor_token", actor, "actor_token_type", ACCESS_TOKEN);
        assertThat(byClient.status()).as(byClient.text()).isEqualTo(400); // two rules: which API is meant?
        Reply named = exchange(
                userToken(), "audience", RunningServer.STOCK, "actor_token", actor, "actor_token_type", ACCESS_TOKEN);
        assertThat(RunningServer.claims(named.string("access_token"))).containsEntry("act", Map.of("sub", BACKEND));

        String clerk = userToken();
        Reply byUser = exchange(
                userToken(), "audience", RunningServer.STOCK, "actor_token", clerk, "actor_token_type", ACCESS_TOKEN);
        assertThat(RunningServer.claims(byUser.string("access_token")))
                .containsEntry(
                        "act", Map.of("sub", server.user("vera").subject().value()));

        String foreign = server.call("POST", "/token")
                .basic("depot", RunningServer.DEPOT_SECRET)
                .form("grant_type", "client_credentials")
                .send()
                .string("access_token");
        for (String bad : List.of(foreign, "no.token.atall", actor.substring(0, actor.length() - 6) + "AAAAAA")) {
            assertThat(exchange(
                                    userToken(),
                                    "audience",
                                    RunningServer.STOCK,
                                    "actor_token",
                                    bad,
                                    "actor_token_type",
                                    ACCESS_TOKEN)
                            .outcome())
                    .isEqualTo("400 invalid_request");
        }
    }

    @Test
    @DisplayName("RFC 8693 §4.4: a token that says who may act is exchanged by nobody else")
    void may_act_is_heeded() {
        Map<String, Object> claims = new LinkedHashMap<>(RunningServer.claims(userToken()));
        claims.put("may_act", Map.of("sub", "somebody-else"));
        assertThat(exchange(signed(claims), "audience", RunningServer.STOCK).outcome())
                .isEqualTo("400 invalid_request");
        claims.put("may_act", Map.of("sub", BACKEND, "email", "a@example.org"));
        assertThat(exchange(signed(claims), "audience", RunningServer.STOCK).outcome())
                .as("a condition that cannot be checked")
                .isEqualTo("400 invalid_request");
        claims.put("may_act", Map.of("sub", BACKEND));
        assertThat(exchange(signed(claims), "audience", RunningServer.STOCK).status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("O-24: no token for an API that no rule names, or that the client may not ask for")
    void the_audience_is_never_wider_than_the_rules() {
        String subject = userToken();
        assertThat(exchange(subject, "audience", BILLING).outcome()).isEqualTo("400 invalid_target");
        assertThat(exchange(subject, "audience", "https://api.example/admin").outcome())
                .isEqualTo("400 invalid_target");
        assertThat(exchange(subject, "resource", server.issuer()).outcome()).isEqualTo("400 invalid_target");
        assertThat(as(STOCK_BACKEND, subject, "audience", BILLING).outcome())
                .as("a token for orders, at a client whose rule is about tokens for stock")
                .isEqualTo("400 invalid_target");
        assertThat(server.audit(AuditEvent.Type.EXCHANGE_REFUSED))
                .anySatisfy(event -> assertThat(event.details()).containsEntry("reason", "target"));
    }

    @Test
    @DisplayName("O-24: no scope beyond the exchanged token's, the user's and the client's")
    void the_scope_is_never_wider() {
        String writing = userToken("orders:write");
        Reply none = exchange(writing, "audience", RunningServer.STOCK);
        assertThat(none.status()).isEqualTo(200);
        assertThat(none.json()).doesNotContainKey("scope");
        assertThat(exchange(writing, "audience", RunningServer.STOCK, "scope", "stock:read")
                        .outcome())
                .isEqualTo("400 invalid_scope");
        assertThat(exchange(userToken("orders:read"), "audience", RunningServer.ORDERS, "scope", "orders:write")
                        .outcome())
                .isEqualTo("400 invalid_scope");
        Reply narrowed = exchange(userToken(), "audience", RunningServer.ORDERS);
        assertThat(narrowed.string("scope"))
                .as("the client has no orders:write")
                .isEqualTo("orders:read");

        server.addUser("lena", "reader");
        server.addRole("reader", RunningServer.ORDERS, "orders:read");
        String lena = server.logIn("lena", RunningServer.PASSWORD).string("access_token");
        assertThat(exchange(lena, "audience", RunningServer.STOCK).json())
                .as("the user has nothing at stock")
                .doesNotContainKey("scope");
    }

    @Test
    void without_the_grant_type_a_secret_or_a_rule_nothing_is_exchanged() {
        String subject = userToken();
        assertThat(as("shop", RunningServer.SHOP_SECRET, subject, new String[] {"audience", RunningServer.STOCK})
                        .outcome())
                .isEqualTo("400 unauthorized_client");
        server.addClient(new Client(
                new ClientId("naked"),
                Set.of(GrantType.TOKEN_EXCHANGE),
                Set.of(),
                Scopes.NONE,
                Optional.empty(),
                Instant.now()));
        assertThat(server.call("POST", "/token")
                        .form(
                                "client_id",
                                "naked",
                                "grant_type",
                                GrantType.TOKEN_EXCHANGE.wireName(),
                                "subject_token",
                                subject,
                                "subject_token_type",
                                ACCESS_TOKEN)
                        .send()
                        .outcome())
                .isEqualTo("400 unauthorized_client");
    }

    @Test
    void what_is_no_good_access_token_of_a_user_is_not_exchanged() {
        String client = server.clientCredentials().string("access_token");
        String refresh = server.logIn().string("refresh_token");
        Map<String, Object> expired = new LinkedHashMap<>(RunningServer.claims(userToken()));
        expired.put("iat", Instant.now().getEpochSecond() - 100);
        expired.put("exp", Instant.now().getEpochSecond() - 10);
        String good = userToken();
        for (String bad : List.of(client, refresh, signed(expired), good + "x", "nothing")) {
            assertThat(exchange(bad, "audience", RunningServer.STOCK).outcome()).isEqualTo("400 invalid_request");
        }
        String idTokenType = "urn:ietf:params:oauth:token-type:id_token";
        assertThat(exchange(good, "audience", RunningServer.STOCK, "subject_token_type", idTokenType)
                        .outcome())
                .isEqualTo("400 invalid_request");
        assertThat(exchange(
                                good,
                                "audience",
                                RunningServer.STOCK,
                                "requested_token_type",
                                "urn:ietf:params:oauth:token-type:refresh_token")
                        .outcome())
                .isEqualTo("400 invalid_request");
        assertThat(exchange(good, "audience", RunningServer.STOCK, "actor_token", "x")
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    void it_ends_with_the_token_s_grant_and_session_and_user_and_so_does_what_it_was_exchanged_for() {
        String subject = userToken();
        String exchanged = exchange(subject, "audience", RunningServer.STOCK).string("access_token");
        String further = as(STOCK_BACKEND, exchanged, "audience", BILLING).string("access_token");
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isTrue();

        server.call("DELETE", "/session").bearer(subject).send();

        assertThat(exchange(subject, "audience", RunningServer.STOCK).outcome()).isEqualTo("400 invalid_request");
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isFalse();
        assertThat(isActive(further, BILLING, "the secret of the API billing")).isFalse();
        assertThat(as(STOCK_BACKEND, exchanged, "audience", BILLING).outcome()).isEqualTo("400 invalid_request");
    }

    @Test
    void the_next_apis_are_told_when_a_grant_is_revoked() {
        Reply login = server.logInAtShop();
        String exchanged = exchange(login.string("access_token"), "audience", RunningServer.STOCK)
                .string("access_token");
        as(STOCK_BACKEND, exchanged, "audience", BILLING);

        server.revoke(login.string("refresh_token"));

        Object grant = RunningServer.claims(exchanged).get("grant_id");
        List<Revocation> log = server.database.read(tx -> new RevocationStore().after(tx, 0));
        assertThat(log)
                .filteredOn(entry -> entry.id().equals(grant))
                .singleElement()
                .satisfies(entry -> assertThat(entry.audiences())
                        .extracting(Object::toString)
                        .contains(RunningServer.ORDERS, RunningServer.STOCK, BILLING));
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isFalse();
    }

    @Test
    void a_rule_that_is_taken_away_takes_what_came_by_it_along() {
        String name = "short-lived-backend";
        server.addClient(name, SECRET, Set.of(GrantType.TOKEN_EXCHANGE), List.of(RunningServer.STOCK), "stock:read");
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, Map.of("orders:read", "stock:read"), false);
        String exchanged = as(name, userToken()).string("access_token");
        String further = as(STOCK_BACKEND, exchanged, "audience", BILLING).string("access_token");
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isTrue();
        assertThat(isActive(further, BILLING, "the secret of the API billing")).isTrue();

        exchanges().delete(name, RunningServer.ORDERS, RunningServer.STOCK);

        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isFalse();
        assertThat(isActive(further, BILLING, "the secret of the API billing"))
                .as("what another client has got for it")
                .isFalse();
        assertThat(as(name, userToken()).outcome()).isEqualTo("400 invalid_target");
    }

    @Test
    void a_rule_that_allows_less_than_before_takes_what_came_by_it_along() {
        String name = "narrowed-backend";
        server.addClient(name, SECRET, Set.of(GrantType.TOKEN_EXCHANGE), List.of(RunningServer.STOCK), "stock:read");
        Map<String, String> scopes = Map.of("orders:read", "stock:read");
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, scopes, false);
        String exchanged = as(name, userToken()).string("access_token");
        int events = server.audit().size();

        allow(name, RunningServer.ORDERS, RunningServer.STOCK, scopes, false);
        assertThat(server.audit()).as("nothing has changed").hasSize(events);
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, scopes, true);
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .as("it may do more")
                .isTrue();

        allow(name, RunningServer.ORDERS, RunningServer.STOCK, Map.of(), true);
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .as("the scope stands for another one")
                .isFalse();
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, scopes, true);
        String unnamed = as(name, userToken()).string("access_token");
        assertThat(RunningServer.claims(unnamed)).doesNotContainKey("act");
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, scopes, false);
        assertThat(isActive(unnamed, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .as("it has to say who acts")
                .isFalse();
        assertThat(server.audit(AuditEvent.Type.EXCHANGE_CHANGED)).hasSize(4);
    }

    @Test
    void what_was_exchanged_goes_with_the_client_that_the_first_token_was_given_to() {
        server.addClient(
                "passing-shop", SECRET, Set.of(GrantType.REFRESH_TOKEN), List.of(RunningServer.ORDERS), "orders:read");
        String subject = server.call("POST", "/session")
                .basic("passing-shop", SECRET)
                .json(Json.text(Map.of("username", "vera", "password", RunningServer.PASSWORD)))
                .send()
                .string("access_token");
        String exchanged = exchange(subject, "audience", RunningServer.STOCK).string("access_token");
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isTrue();

        String ofAnother =
                exchange(userToken(), "audience", RunningServer.STOCK).string("access_token");

        clients().delete("passing-shop");

        assertThat(isActive(ofAnother, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .as("what was exchanged for the token of another client goes on")
                .isTrue();
        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isFalse();
        assertThat(exchange(subject, "audience", RunningServer.STOCK).outcome()).isEqualTo("400 invalid_request");
    }

    @Test
    void of_a_client_with_a_thousand_grants_the_tokens_of_their_users_go() {
        server.addClient(
                "busy-shop", SECRET, Set.of(GrantType.REFRESH_TOKEN), List.of(RunningServer.ORDERS), "orders:read");
        String subject = server.call("POST", "/session")
                .basic("busy-shop", SECRET)
                .json(Json.text(Map.of("username", "vera", "password", RunningServer.PASSWORD)))
                .send()
                .string("access_token");
        String exchanged = exchange(subject, "audience", RunningServer.STOCK).string("access_token");
        server.addUser("passer-by", "buyer", "keeper");
        String ofAnother = exchange(
                        server.logIn("passer-by", RunningServer.PASSWORD).string("access_token"),
                        "audience",
                        RunningServer.STOCK)
                .string("access_token");
        server.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                + " INSERT INTO user_grant (grant_id, subject, client_id, session_id, audience, scopes, created_at,"
                + " expires_at) SELECT 'copy-' || n.i, subject, client_id, session_id, audience, scopes, created_at,"
                + " expires_at FROM user_grant, n WHERE client_id = 'busy-shop'");

        clients().delete("busy-shop");

        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isFalse();
        assertThat(isActive(ofAnother, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isTrue();
    }

    @Test
    void what_was_exchanged_further_goes_with_the_client_that_exchanged_first() {
        String name = "passing-backend";
        server.addClient(name, SECRET, Set.of(GrantType.TOKEN_EXCHANGE), List.of(RunningServer.STOCK), "stock:read");
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, Map.of("orders:read", "stock:read"), false);
        String exchanged = as(name, userToken()).string("access_token");
        String further = as(STOCK_BACKEND, exchanged, "audience", BILLING).string("access_token");
        assertThat(isActive(further, BILLING, "the secret of the API billing")).isTrue();

        clients().delete(name);

        assertThat(isActive(exchanged, RunningServer.STOCK, RunningServer.STOCK_SECRET))
                .isFalse();
        assertThat(isActive(further, BILLING, "the secret of the API billing")).isFalse();
    }

    @Test
    @DisplayName(
            "O-24: what an API that shares a secret could have made itself is not exchanged, and no rule may say so")
    void a_token_of_a_shared_secret_is_not_exchanged() {
        String till = "https://api.example/till";
        server.addApi(till, "the secret of the API till", Algorithm.HS256, Duration.ofMinutes(5), "till:open");
        String forged = server.forgedBy(till, userToken(), Map.of());
        assertThat(isActive(forged, till, "the secret of the API till")).isTrue();
        NewRule rule = new NewRule(BACKEND, till, RunningServer.STOCK, Map.of(), false);
        assertThatThrownBy(() -> exchanges().add(rule))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("HS256")
                .hasMessageContaining("public key");

        server.database.inTransaction(tx -> {
            new ExchangeRuleStore()
                    .put(
                            tx,
                            new ExchangeRule(
                                    new ClientId(BACKEND),
                                    new Audience(till),
                                    new Audience(RunningServer.STOCK),
                                    Map.of(),
                                    false,
                                    Instant.now()));
            return true;
        });
        Reply subject = exchange(forged, "audience", RunningServer.STOCK);
        assertThat(subject.outcome()).isEqualTo("400 invalid_request");
        assertThat(subject.string("error_description"))
                .startsWith("subject_token")
                .contains("secret");

        String actor = server.forgedBy(till, forged, Map.of("client_id", BACKEND, "sub", "anybody"));
        Reply acting = exchange(
                userToken(), "audience", RunningServer.STOCK, "actor_token", actor, "actor_token_type", ACCESS_TOKEN);
        assertThat(acting.outcome()).isEqualTo("400 invalid_request");
        assertThat(acting.string("error_description")).startsWith("actor_token").contains("secret");
    }

    @Test
    @DisplayName("O-24: a token is exchanged only by the grant that its user, client, API and session have")
    void a_token_and_its_grant_agree() {
        server.addUser("otto", "buyer");
        String otto = server.logIn("otto", RunningServer.PASSWORD).string("access_token");
        Map<String, Object> good = RunningServer.claims(userToken());
        assertThat(exchange(signed(good), "audience", RunningServer.STOCK).status())
                .isEqualTo(200);
        Map<String, Object> anothers = new LinkedHashMap<>(good);
        anothers.put("grant_id", RunningServer.claims(otto).get("grant_id"));
        anothers.put("sid", RunningServer.claims(otto).get("sid"));
        Map<String, Object> anotherClients = new LinkedHashMap<>(good);
        anotherClients.put("client_id", "depot");
        Map<String, Object> anotherSessions = new LinkedHashMap<>(good);
        anotherSessions.put("sid", RunningServer.claims(otto).get("sid"));
        for (Map<String, Object> wrong : List.of(anothers, anotherClients, anotherSessions)) {
            assertThat(exchange(signed(wrong), "audience", RunningServer.STOCK).outcome())
                    .isEqualTo("400 invalid_request");
        }
    }

    @Test
    void who_may_impersonate_is_not_named() {
        String name = "impersonator";
        server.addClient(name, SECRET, Set.of(GrantType.TOKEN_EXCHANGE), List.of(RunningServer.STOCK), "stock:read");
        allow(name, RunningServer.ORDERS, RunningServer.STOCK, Map.of("orders:read", "stock:read"), true);

        Reply reply = as(name, userToken());

        assertThat(RunningServer.claims(reply.string("access_token")))
                .doesNotContainKey("act")
                .containsEntry("client_id", name);
    }

    private static String userToken() {
        return server.logIn().string("access_token");
    }

    private static String userToken(String scope) {
        return server.call("POST", "/session")
                .json(Json.text(Map.of(
                        "username",
                        "vera",
                        "password",
                        RunningServer.PASSWORD,
                        "audience",
                        RunningServer.ORDERS,
                        "scope",
                        scope)))
                .send()
                .string("access_token");
    }

    /// A token that the server could have issued.
    private static String signed(Map<String, Object> claims) {
        PrivateJwk key = server.signingKey();
        return new JwsSigner(key, "at+jwt").sign(Json.write(claims));
    }

    private static Reply exchange(String subject, String... more) {
        return as(BACKEND, SECRET, subject, more);
    }

    private static Reply as(String client, String subject, String... more) {
        return as(client, SECRET, subject, more);
    }

    private static Reply as(String client, String secret, String subject, String[] more) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GrantType.TOKEN_EXCHANGE.wireName());
        form.put("subject_token", subject);
        form.put("subject_token_type", ACCESS_TOKEN);
        for (int i = 0; i < more.length; i += 2) form.put(more[i], more[i + 1]);
        String[] pairs = form.entrySet().stream()
                .flatMap(each -> List.of(each.getKey(), each.getValue()).stream())
                .toArray(String[]::new);
        return server.call("POST", "/token").basic(client, secret).form(pairs).send();
    }

    private static boolean isActive(String token, String api, String secret) {
        return server.call("POST", "/introspect")
                .basic(api, secret)
                .form("token", token)
                .send()
                .json()
                .get("active")
                .equals(true);
    }

    private static Clients clients() {
        return new Clients(
                server.database,
                server::keyEncryption,
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
    }

    private static Exchanges exchanges() {
        return new Exchanges(server.database, InstantSource.system(), Administrator.COMMAND_LINE);
    }

    private static void allow(
            String client, String from, String to, Map<String, String> scopes, boolean impersonation) {
        exchanges().add(new NewRule(client, from, to, scopes, impersonation));
    }
}
