package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.administration.Sessions;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.Hashed;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.WrongClientMetadata;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Counted;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenID Connect Back-Channel Logout 1.0: clients with an address of their own on loopback, and real sessions.
class BackChannelLogoutTest {

    private static final Map<String, String> SETTINGS =
            Map.of("issuer", "http://localhost:1", "outbound.addresses", "any");
    private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Secrets SECRETS = new Secrets(new SecureRandom());
    private static final PasswordHasher HASHER = new PasswordHasher(1, 1, SECRETS);

    private static RunningServer server;

    private final LogoutReceiver receiver = new LogoutReceiver();
    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start(SETTINGS);
    }

    @AfterAll
    static void stop() {
        HASHER.close();
        server.close();
    }

    @AfterEach
    void close() {
        receiver.close();
    }

    @Test
    @DisplayName("Back-Channel Logout §2.4: the token says which session of whom is over, and is no ID token")
    void a_client_is_told_which_session_is_over() {
        WebClient client = told();
        Reply tokens = signIn(client);
        Map<String, Object> idToken = RunningServer.claims(tokens.string("id_token"));

        browser.signOut();

        String token = receiver.next();
        Map<String, Object> claims = verified(token);
        assertThat(RunningServer.header(token))
                .containsEntry("typ", "logout+jwt")
                .containsEntry("alg", "RS256");
        assertThat(claims)
                .containsOnlyKeys("iss", "sub", "aud", "iat", "exp", "jti", "sid", "events")
                .containsEntry("iss", server.issuer())
                .containsEntry("aud", client.id())
                .containsEntry("sub", idToken.get("sub"))
                .containsEntry("sid", idToken.get("sid"))
                .containsEntry("events", Map.of(EVENT, Map.of()));
        assertThat((long) claims.get("exp") - (long) claims.get("iat")).isBetween(1L, 120L);
        await(() -> isDone(client));
        assertThat(receiver.hasHeardNothing()).isTrue();
    }

    @Test
    void only_those_are_told_who_knew_the_session_and_want_to_be() {
        try (LogoutReceiver elsewhere = new LogoutReceiver()) {
            WebClient client = told();
            WebClient second = told();
            WebClient stranger = told(elsewhere);
            signIn(client);
            signIn(client);
            signIn(second);
            signIn(WebClient.trusted(server));
            stranger.code("scope", "openid");

            browser.signOut();

            Map<String, String> sids = new HashMap<>();
            for (int i = 0; i < 2; i++) {
                Map<String, Object> claims = verified(receiver.next());
                sids.put((String) claims.get("aud"), (String) claims.get("sid"));
            }
            assertThat(sids).containsOnlyKeys(client.id(), second.id());
            assertThat(sids.get(client.id())).isEqualTo(sids.get(second.id()));
            await(() -> isDone(client) && isDone(second));
            assertThat(receiver.hasHeardNothing()).isTrue();
            assertThat(elsewhere.hasHeardNothing()).isTrue();
        }
    }

    /// What ends a session.
    enum Cause {
        BY_AN_APPLICATION {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                test.browser.open("/logout?id_token_hint=" + tokens.string("id_token"));
            }
        },
        BY_ANOTHER_USER_OF_THE_BROWSER {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                Reply login = test.browser.open(WebClient.trusted(server).request("prompt", "login"));
                test.browser.submit(login, "username", "nick", "password", RunningServer.PASSWORD);
            }
        },
        BY_AN_ADMINISTRATOR {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                sessions().revoke(sid(tokens));
            }
        },
        WITH_ALL_OF_THE_USER {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                sessions().revokeAll(user);
            }
        },
        WITH_THE_USERS_ACCESS {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                users().disable(user);
            }
        },
        WITH_THE_USER {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                users().delete(user);
            }
        },
        WITH_THE_PASSWORD {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                users().changePassword(user, "another password of a test");
            }
        },
        WITH_EVERYBODYS {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                new Revocations(server.database, InstantSource.system(), Administrator.COMMAND_LINE).everything(true);
            }
        },
        BY_A_STOLEN_REFRESH_TOKEN {
            @Override
            void end(BackChannelLogoutTest test, Reply tokens, String user) {
                server.execute("UPDATE refresh_token SET spent_at = 1, successor_hash = 'x', successor_sealed = 'x',"
                        + " spent_by_hash = 'x'");
                assertThat(test.client().refresh(tokens.string("refresh_token")).outcome())
                        .isEqualTo("400 invalid_grant");
            }
        };

        abstract void end(BackChannelLogoutTest test, Reply tokens, String user);
    }

    private WebClient current;

    private WebClient client() {
        return current;
    }

    @ParameterizedTest
    @EnumSource
    void however_a_session_ends_its_clients_are_told(Cause cause) {
        String user = "user-" + UUID.randomUUID();
        Hashed hashed = (Hashed) HASHER.hash(RunningServer.PASSWORD);
        server.addUser(user, hashed.hash(), Map.of(), "buyer");
        current = told();
        Reply login = browser.open(current.request("scope", "openid orders:read"));
        Reply back = browser.submit(login, "username", user, "password", RunningServer.PASSWORD);
        Reply tokens = current.redeem(TestBrowser.answer(back).get("code"));

        cause.end(this, tokens, user);

        assertThat(verified(receiver.next())).containsEntry("sid", sid(tokens)).containsEntry("aud", current.id());
        await(() -> isDone(current));
    }

    @Test
    @DisplayName("Back-Channel Logout §2.7: what a client does while its user is away goes on, and still it is told")
    void offline_access_goes_on() {
        WebClient client = told();
        Reply tokens = client.redeem(
                TestBrowser.answer(browser.authorize(client.request("scope", "openid offline_access orders:read")))
                        .get("code"));

        browser.signOut();

        assertThat(verified(receiver.next())).containsEntry("sid", sid(tokens));
        Reply again = client.refresh(tokens.string("refresh_token"));
        assertThat(again.status()).isEqualTo(200);

        // The session of its own is not one that it knows by a name.
        sessions().revoke((String)
                RunningServer.claims(again.string("access_token")).get("sid"));
        await(() -> isDone(client));
        assertThat(receiver.hasHeardNothing()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 400, 302})
    void a_client_that_does_not_take_it_is_told_again_the_same(int status) {
        receiver.answer(status);
        WebClient client = told();
        signIn(client);
        browser.signOut();
        String first = receiver.next();
        receiver.answer(204);
        String second = receiver.next();
        assertThat(verified(second).get("jti")).isEqualTo(verified(first).get("jti"));
        await(() -> isDone(client));
    }

    @Test
    void a_client_that_cannot_be_reached_holds_nobody_up() {
        LogoutReceiver gone = new LogoutReceiver();
        WebClient unreachable = told(gone);
        gone.close();
        signIn(unreachable);
        WebClient client = told();
        signIn(client);

        browser.signOut();

        assertThat(verified(receiver.next())).containsEntry("aud", client.id());
        await(() -> hasFailed(unreachable));
    }

    @Test
    void what_no_client_has_heard_outlives_the_server() {
        receiver.answer(503);
        WebClient client = told();
        Reply tokens = signIn(client);
        browser.signOut();
        receiver.next();
        server = server.restarted(SETTINGS);
        receiver.answer(200);
        assertThat(verified(receiver.next())).containsEntry("sid", sid(tokens));
        await(() -> isDone(client));
    }

    @Test
    void a_client_that_is_never_reached_is_given_up_and_that_is_on_record() {
        receiver.answer(503);
        WebClient client = told();
        Reply tokens = signIn(client);
        browser.signOut();
        receiver.next();
        await(() -> hasFailed(client));

        server.execute("UPDATE pending_logout SET made_at = 1");

        await(() -> isDone(client));
        assertThat(server.audit(AuditEvent.Type.LOGOUT_UNDELIVERED)).last().satisfies(event -> {
            assertThat(event.client()).isEqualTo(client.id());
            assertThat(event.target()).isEqualTo(sid(tokens));
            assertThat(event.details()).containsEntry("reason", "answered 503");
        });
    }

    @Test
    @DisplayName("K-03: an address inside is never asked, whoever registered it")
    void an_address_inside_is_never_asked() {
        try (RunningServer filtered = RunningServer.start()) {
            WebClient client = WebClient.with(filtered, Map.of("backchannel_logout_uri", receiver.url()));
            TestBrowser visitor = new TestBrowser(filtered);
            client.redeem(TestBrowser.answer(visitor.authorize(client.request("scope", "openid")))
                    .get("code"));
            visitor.signOut();
            await(() -> count(filtered, client, "failures > 0") == 1);
            assertThat(receiver.hasHeardNothing()).isTrue();
        }
    }

    @ParameterizedTest
    @DisplayName("K-03: an address that can never be right is refused at registration")
    @ValueSource(
            strings = {
                "http://app.example.com/logout",
                "https://app.example.com/logout#part",
                "https://me@app.example.com/",
                "/logout",
                "javascript:alert(1)",
                "file:///etc/passwd"
            })
    void an_address_that_can_never_be_right_is_refused(String uri) {
        assertThat(ClientMetadata.parse(Map.of("backchannel_logout_uri", uri))).isInstanceOf(WrongClientMetadata.class);
    }

    @Test
    void a_client_that_is_deleted_is_told_nothing_any_more() {
        receiver.answer(503);
        WebClient client = told();
        signIn(client);
        browser.signOut();
        receiver.next();
        server.database.inTransaction(
                tx -> new ClientStore().delete(tx, client.client().id()));
        await(() -> isDone(client));
    }

    private WebClient told() {
        return told(receiver);
    }

    private static WebClient told(LogoutReceiver receiver) {
        return WebClient.with(
                server, Map.of("backchannel_logout_uri", receiver.url(), "backchannel_logout_session_required", true));
    }

    private Reply signIn(WebClient client) {
        return client.redeem(TestBrowser.answer(browser.authorize(client.request("scope", "openid orders:read")))
                .get("code"));
    }

    private static String sid(Reply tokens) {
        return (String) RunningServer.claims(tokens.string("id_token")).get("sid");
    }

    private static boolean isDone(WebClient client) {
        return count(server, client, "1 = 1") == 0;
    }

    private static boolean hasFailed(WebClient client) {
        return count(server, client, "failures > 0") > 0;
    }

    private static long count(RunningServer server, WebClient client, String condition) {
        String rows = "pending_logout WHERE client_id = '" + client.id() + "' AND " + condition;
        return server.database.read(tx -> Counted.rows(tx, rows));
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static Users users() {
        return new Users(server.database, () -> HASHER, SECRETS, InstantSource.system(), Administrator.COMMAND_LINE);
    }

    private static Sessions sessions() {
        return new Sessions(server.database, users(), InstantSource.system(), Administrator.COMMAND_LINE);
    }

    private static Map<String, Object> verified(String token) {
        try {
            JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
            byte[] payload = Jws.unverifiedKeyId(token)
                    .flatMap(keys::find)
                    .flatMap(key -> Jws.parse(token).flatMap(jws -> jws.verify(key)))
                    .orElseThrow(() -> new AssertionError("no token of this server: " + token));
            Map<String, Object> claims = Json.parseObject(payload);
            assertThat((long) claims.get("exp")).isGreaterThan(Instant.now().getEpochSecond() - 60);
            return claims;
        } catch (InvalidJwkException | JsonException e) {
            throw new AssertionError(e);
        }
    }
}
