package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.AssertionIssuers;
import dev.handstamp.server.administration.AssertionIssuers.Change;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SetChange;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.outbound.OutboundHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Trusted issuers say for whom a client gets tokens.
class JwtBearerTest {

    private static final String CI = "https://ci.example.org";
    private static final String SECRET = "the-secret-of-the-deployer-it-is";

    private static RunningServer server;
    private static PrivateJwk key;
    private static String vera;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of("outbound.addresses", "any"));
        key = PrivateJwk.generate(Algorithm.ES256);
        vera = server.user("vera").subject().value();
        Set<GrantType> grants = Set.of(GrantType.JWT_BEARER);
        for (String id : List.of("deployer", "other")) {
            server.addClient(id, SECRET, grants, List.of(RunningServer.ORDERS), "orders:read");
        }
        issuers()
                .add(new NewIssuer(
                        CI,
                        Optional.of(keySet(key)),
                        Optional.empty(),
                        "subject",
                        List.of("deployer"),
                        List.of("vera"),
                        false));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_assertion_of_a_trusted_issuer_gives_a_token_for_its_user_and_no_refresh_token() {
        Reply reply = present("deployer", assertion(Map.of()));

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json()).containsEntry("scope", "orders:read").doesNotContainKeys("refresh_token", "id_token");
        Map<String, Object> claims = RunningServer.claims(reply.string("access_token"));
        assertThat(claims)
                .containsEntry("sub", vera)
                .containsEntry("client_id", "deployer")
                .containsEntry("aud", RunningServer.ORDERS)
                .containsKeys("grant_id", "sid")
                .doesNotContainKeys("acr", "auth_time", "amr");
        assertThat(server.isActive(reply.string("access_token"))).isTrue();
        assertThat(server.audit(AuditEvent.Type.ASSERTION_REDEEMED))
                .anySatisfy(event -> assertThat(event.details()).containsEntry("issuer", CI));
    }

    @Test
    void one_standing_grant_is_the_root_of_them_all_and_its_session_ends_them() {
        Map<String, Object> first =
                RunningServer.claims(present("deployer", assertion(Map.of())).string("access_token"));
        String token = present("deployer", assertion(Map.of())).string("access_token");
        assertThat(RunningServer.claims(token))
                .containsEntry("grant_id", first.get("grant_id"))
                .containsEntry("sid", first.get("sid"));

        new dev.handstamp.server.administration.Sessions(
                        server.database, users(), InstantSource.system(), Administrator.COMMAND_LINE)
                .revoke(first.get("sid").toString());

        assertThat(server.isActive(token)).isFalse();
        String next = present("deployer", assertion(Map.of())).string("access_token");
        assertThat(RunningServer.claims(next).get("grant_id")).isNotEqualTo(first.get("grant_id"));
        assertThat(server.isActive(next)).isTrue();
    }

    @Test
    @DisplayName("RFC 7523 §3: an assertion counts once, at the same moment too")
    void an_assertion_counts_once() throws Exception {
        String assertion = assertion(Map.of());
        List<Callable<Integer>> calls =
                Collections.nCopies(10, () -> present("deployer", assertion).status());
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> each : threads.invokeAll(calls)) statuses.add(each.get());
        }
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(present("deployer", assertion).outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    void whatever_is_wrong_with_an_assertion_is_refused_alike() {
        long now = Instant.now().getEpochSecond();
        Map<String, Map<String, ?>> wrong = new LinkedHashMap<>();
        wrong.put("another issuer", Map.of("iss", "https://evil.example.org"));
        wrong.put("for another server", Map.of("aud", "https://elsewhere.example.org"));
        wrong.put("for another server too", Map.of("aud", List.of(server.issuer(), "https://elsewhere.example.org")));
        wrong.put("expired", Map.of("exp", now - 120));
        wrong.put("for ever", Map.of("exp", now + 86_400));
        wrong.put("not yet", Map.of("nbf", now + 600));
        wrong.put("made tomorrow", Map.of("iat", now + 600));
        wrong.put(
                "of a user that it may not speak of",
                Map.of("sub", server.user("nick").subject().value()));
        wrong.put("of nobody", Map.of("sub", "usr_nobody"));
        wrong.put("by user name, which is not agreed", Map.of("sub", "vera"));
        for (String missing : List.of("iss", "sub", "aud", "exp", "jti"))
            wrong.put("no " + missing, Map.of(missing, ""));
        wrong.forEach((how, changed) -> assertThat(
                        present("deployer", assertion(changed)).outcome())
                .as(how)
                .isEqualTo("400 invalid_grant"));

        PrivateJwk foreign = PrivateJwk.generate(Algorithm.ES256);
        assertThat(present("deployer", signed(foreign, "JWT", claims(Map.of()))).outcome())
                .as("another key")
                .isEqualTo("400 invalid_grant");
        assertThat(present("deployer", signed(key, "at+jwt", claims(Map.of()))).outcome())
                .as("a token of another kind")
                .isEqualTo("400 invalid_grant");
        assertThat(present("deployer", "nothing").outcome()).isEqualTo("400 invalid_grant");
        assertThat(present("other", assertion(Map.of())).outcome())
                .as("a client that may not present them")
                .isEqualTo("400 invalid_grant");
        assertThat(present("shop", RunningServer.SHOP_SECRET, assertion(Map.of()))
                        .outcome())
                .isEqualTo("400 unauthorized_client");
        assertThat(present("deployer", "wrong", assertion(Map.of())).outcome()).isEqualTo("401 invalid_client");
        assertThat(server.audit(AuditEvent.Type.ASSERTION_REFUSED))
                .extracting(event -> event.details().get("reason"))
                .contains("issuer", "audience", "time", "user", "signature", "client", "jti", "subject");
    }

    @Test
    void the_scope_is_never_wider_than_the_users_and_the_client_s() {
        assertThat(present("deployer", SECRET, assertion(Map.of()), "scope", "orders:write")
                        .outcome())
                .isEqualTo("400 invalid_scope");
        assertThat(present("deployer", SECRET, assertion(Map.of()), "resource", RunningServer.STOCK)
                        .outcome())
                .isEqualTo("400 invalid_target");
    }

    @Test
    void a_client_signs_for_its_users_with_the_keys_of_its_registration() {
        PrivateJwk own = PrivateJwk.generate(Algorithm.EDDSA);
        Map<String, Object> metadata = Map.of("token_endpoint_auth_method", "client_secret_basic", "jwks", keySet(own));
        server.addClient(new Client(
                new ClientId("reporter"),
                Set.of(GrantType.JWT_BEARER),
                Set.of(new Audience(RunningServer.ORDERS)),
                Scopes.parse("orders:read").orElseThrow(),
                Optional.of(new dev.handstamp.server.domain.Secret(SECRET).hash()),
                Redirection.NONE,
                (ClientMetadata) ClientMetadata.parse(metadata),
                Instant.now()));
        issuers()
                .add(new NewIssuer(
                        "reporter",
                        Optional.empty(),
                        Optional.empty(),
                        "username",
                        List.of("reporter"),
                        List.of("vera"),
                        false));

        Reply reply = present("reporter", signed(own, "JWT", claims(Map.of("iss", "reporter", "sub", "vera"))));

        assertThat(RunningServer.claims(reply.string("access_token")))
                .containsEntry("sub", vera)
                .containsEntry("client_id", "reporter");
        assertThat(present("reporter", signed(own, "JWT", claims(Map.of("iss", "reporter", "sub", "nick"))))
                        .outcome())
                .isEqualTo("400 invalid_grant");
    }

    @Test
    void a_client_may_publish_the_keys_that_it_signs_with_for_its_users() {
        PrivateJwk own = PrivateJwk.generate(Algorithm.ES256);
        try (ClientSite site = new ClientSite()) {
            site.put("/keys", Json.text(keySet(own)));
            server.addClient(new Client(
                    new ClientId("publisher"),
                    Set.of(GrantType.JWT_BEARER),
                    Set.of(new Audience(RunningServer.ORDERS)),
                    Scopes.parse("orders:read").orElseThrow(),
                    Optional.of(new dev.handstamp.server.domain.Secret(SECRET).hash()),
                    Redirection.NONE,
                    (ClientMetadata) ClientMetadata.parse(Map.of("jwks_uri", site.url("/keys"))),
                    Instant.now()));
            issuers()
                    .add(new NewIssuer(
                            "publisher",
                            Optional.empty(),
                            Optional.empty(),
                            "username",
                            List.of("publisher"),
                            List.of("vera"),
                            false));

            Reply reply = present("publisher", signed(own, "JWT", claims(Map.of("iss", "publisher", "sub", "vera"))));

            assertThat(reply.status()).as(reply.text()).isEqualTo(200);
            assertThat(site.asked("/keys")).isEqualTo(1);
        }
    }

    @Test
    void keys_that_stand_elsewhere_are_fetched_and_again_when_a_new_one_signs() throws Exception {
        PrivateJwk first = PrivateJwk.generate(Algorithm.ES256);
        AtomicReference<Map<String, Object>> published = new AtomicReference<>(keySet(first));
        AtomicInteger fetches = new AtomicInteger();
        HttpServer keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        keys.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = Json.write(published.get());
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        keys.start();
        try {
            String uri = "http://127.0.0.1:" + keys.getAddress().getPort() + "/keys";
            String name = "https://idp.example.org";
            issuers()
                    .add(new NewIssuer(
                            name,
                            Optional.empty(),
                            Optional.of(uri),
                            "username",
                            List.of("deployer"),
                            List.of(),
                            true));
            Map<String, Object> about = Map.of("iss", name, "sub", "vera");

            assertThat(present("deployer", signed(first, "JWT", claims(about))).status())
                    .isEqualTo(200);
            assertThat(present("deployer", signed(first, "JWT", claims(about))).status())
                    .isEqualTo(200);
            assertThat(fetches).hasValue(1);
            for (int i = 0; i < 5; i++) {
                PrivateJwk unknown = PrivateJwk.generate(Algorithm.ES256);
                assertThat(present("deployer", signed(unknown, "JWT", claims(about)))
                                .outcome())
                        .isEqualTo("400 invalid_grant");
            }
            assertThat(fetches.get()).as("not once for each unknown key").isLessThanOrEqualTo(2);
        } finally {
            keys.stop(0);
        }
    }

    @Test
    void an_issuer_that_is_trusted_no_more_takes_its_tokens_along() {
        PrivateJwk brief = PrivateJwk.generate(Algorithm.ES256);
        issuers()
                .add(new NewIssuer(
                        "https://brief.example.org",
                        Optional.of(keySet(brief)),
                        Optional.empty(),
                        "username",
                        List.of("deployer"),
                        List.of(),
                        true));
        Map<String, Object> about = Map.of("iss", "https://brief.example.org", "sub", "vera");
        String token = present("deployer", signed(brief, "JWT", claims(about))).string("access_token");
        assertThat(server.isActive(token)).isTrue();
        Set<GrantType> exchanging = Set.of(GrantType.TOKEN_EXCHANGE);
        server.addClient("backend", SECRET, exchanging, List.of(RunningServer.STOCK), "stock:read");
        new Exchanges(server.database, InstantSource.system(), Administrator.COMMAND_LINE)
                .add(new NewRule("backend", RunningServer.ORDERS, RunningServer.STOCK, Map.of(), false));
        String exchanged = server.call("POST", "/token")
                .basic("backend", SECRET)
                .form(
                        "grant_type",
                        GrantType.TOKEN_EXCHANGE.wireName(),
                        "subject_token",
                        token,
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:access_token")
                .send()
                .string("access_token");
        assertThat(introspected(exchanged)).containsEntry("active", true);

        issuers().delete("https://brief.example.org");

        assertThat(server.isActive(token)).isFalse();
        assertThat(introspected(exchanged)).containsEntry("active", false);
        assertThat(present("deployer", signed(brief, "JWT", claims(about))).outcome())
                .isEqualTo("400 invalid_grant");
    }

    @Test
    void an_issuer_that_may_do_less_takes_its_tokens_along_and_one_that_may_do_more_does_not() {
        PrivateJwk changing = PrivateJwk.generate(Algorithm.ES256);
        String name = "https://changing.example.org";
        issuers()
                .add(new NewIssuer(
                        name,
                        Optional.of(keySet(changing)),
                        Optional.empty(),
                        "username",
                        List.of("deployer"),
                        List.of("vera"),
                        false));
        Map<String, Object> about = Map.of("iss", name, "sub", "vera");
        Map<String, Object> ofNick = Map.of("iss", name, "sub", "nick");
        String token =
                present("deployer", signed(changing, "JWT", claims(about))).string("access_token");
        assertThat(present("deployer", signed(changing, "JWT", claims(ofNick))).outcome())
                .isEqualTo("400 invalid_grant");

        change(name, SetChange.NONE, new SetChange(Optional.empty(), List.of("nick"), List.of()), Optional.empty());
        change(name, new SetChange(Optional.empty(), List.of("other"), List.of()), SetChange.NONE, Optional.empty());
        assertThat(server.isActive(token)).isTrue();
        assertThat(present("deployer", signed(changing, "JWT", claims(ofNick))).status())
                .isEqualTo(200);
        assertThat(present("other", signed(changing, "JWT", claims(about))).status())
                .isEqualTo(200);
        change(name, SetChange.NONE, SetChange.NONE, Optional.of(true));
        assertThat(issuers().find(name).users()).isEmpty();
        assertThat(server.isActive(token)).isTrue();

        change(name, SetChange.NONE, SetChange.to(List.of("vera")), Optional.empty());
        assertThat(server.isActive(token)).as("it spoke for everybody").isFalse();
        assertThat(present("deployer", signed(changing, "JWT", claims(ofNick))).outcome())
                .isEqualTo("400 invalid_grant");
        token = present("deployer", signed(changing, "JWT", claims(about))).string("access_token");
        assertThat(server.isActive(token)).isTrue();
        Change otherKeys = new Change(
                Optional.of(keySet(PrivateJwk.generate(Algorithm.ES256))),
                Optional.empty(),
                Optional.empty(),
                SetChange.NONE,
                SetChange.NONE,
                Optional.empty());
        issuers().update(name, otherKeys, (_, _) -> {});
        assertThat(server.isActive(token)).as("another key").isFalse();
        assertThat(present("deployer", signed(changing, "JWT", claims(about))).outcome())
                .isEqualTo("400 invalid_grant");
        SetChange nobody = new SetChange(Optional.empty(), List.of(), List.of("vera"));
        assertThatThrownBy(() -> change(name, SetChange.NONE, nobody, Optional.empty()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("for which users");
        assertThat(issuers().find(name).users())
                .as("never by accident everybody")
                .hasSize(1);
        assertThat(server.audit(AuditEvent.Type.ISSUER_CHANGED)).hasSize(5);
    }

    private static void change(String name, SetChange clients, SetChange users, Optional<Boolean> allUsers) {
        Change change = new Change(Optional.empty(), Optional.empty(), Optional.empty(), clients, users, allUsers);
        issuers().update(name, change, (_, _) -> {});
    }

    @Test
    void an_operator_has_to_say_who_and_for_whom() {
        Map<String, Object> keys = keySet(key);
        assertThatThrownBy(() -> issuers()
                        .add(new NewIssuer(
                                "https://x.example",
                                Optional.of(keys),
                                Optional.empty(),
                                "subject",
                                List.of("deployer"),
                                List.of(),
                                false)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("for which users");
        assertThatThrownBy(() -> issuers()
                        .add(new NewIssuer(
                                "https://x.example",
                                Optional.empty(),
                                Optional.empty(),
                                "subject",
                                List.of("deployer"),
                                List.of("vera"),
                                false)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("where its keys are");
        assertThatThrownBy(() -> issuers()
                        .add(new NewIssuer(
                                "https://x.example",
                                Optional.of(keys),
                                Optional.empty(),
                                "subject",
                                List.of("shop"),
                                List.of("vera"),
                                false)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("not registered for the grant type jwt-bearer");
    }

    private static String assertion(Map<String, ?> changed) {
        return signed(key, "JWT", claims(changed));
    }

    private static Map<String, Object> claims(Map<String, ?> changed) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", CI);
        claims.put("sub", vera);
        claims.put("aud", server.issuer());
        claims.put("iat", now);
        claims.put("exp", now + 60);
        claims.put("jti", UUID.randomUUID().toString());
        claims.putAll(changed);
        claims.values().removeIf(""::equals);
        return claims;
    }

    private static String signed(PrivateJwk by, String type, Map<String, Object> claims) {
        return new JwsSigner(by, type).sign(Json.write(claims));
    }

    private static Map<String, Object> keySet(PrivateJwk key) {
        return Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson()));
    }

    private static Reply present(String client, String assertion) {
        return present(client, SECRET, assertion);
    }

    private static Reply present(String client, String secret, String assertion, String... more) {
        List<String> form =
                new ArrayList<>(List.of("grant_type", GrantType.JWT_BEARER.wireName(), "assertion", assertion));
        form.addAll(List.of(more));
        return server.call("POST", "/token")
                .basic(client, secret)
                .form(form.toArray(String[]::new))
                .send();
    }

    private static Users users() {
        return new Users(
                server.database,
                () -> {
                    throw new AssertionError("no password is hashed here");
                },
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
    }

    private static Map<String, Object> introspected(String token) {
        return server.call("POST", "/introspect")
                .basic(RunningServer.STOCK, RunningServer.STOCK_SECRET)
                .form("token", token)
                .send()
                .json();
    }

    private static AssertionIssuers issuers() {
        try {
            OutboundHttp outbound = OutboundHttp.of(OutboundHttp.Reach.PRIVATE_TOO, Optional.empty());
            return new AssertionIssuers(
                    server.database, users(), outbound, InstantSource.system(), Administrator.COMMAND_LINE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
