package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.revocation.StatusReference;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.StatusListStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Status lists over real HTTP: what is taken back is in the list, whatever took it back.
class StatusListTest {

    private static final String GATES = "https://api.example/gates";
    private static final String SECRET = "the secret of the API gates";
    private static final Change LESS =
            new Change(Optional.empty(), Optional.empty(), List.of(), List.of(), Map.of("badge", "old"), List.of());

    private static final Secrets SECRETS = new Secrets(new SecureRandom());

    private static RunningServer server;
    private static Users users;
    private static Clients clients;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addApiWithStatusList(GATES, SECRET, "open");
        server.addRole("guard", GATES, "open");
        InstantSource clock = InstantSource.system();
        users = new Users(
                server.database,
                () -> {
                    throw new AssertionError("no password is set here");
                },
                SECRETS,
                clock,
                Administrator.COMMAND_LINE);
        clients = new Clients(server.database, server::keyEncryption, SECRETS, clock, Administrator.COMMAND_LINE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("draft-ietf-oauth-status-list-20 §6.1: a token names its list and its index in it")
    void tokens_name_their_place() {
        guard("ada");
        String token = logIn("ada").string("access_token");
        Map<String, Object> reference = Statuses.reference(token);
        String uri = (String) reference.get("uri");

        Map<String, Object> claims = Statuses.checked(server, uri);

        assertThat((Long) claims.get("exp")).isGreaterThan((Long) claims.get("iat"));
        assertThat((Long) claims.get("ttl")).isPositive();
        assertThat(Statuses.fetch(server, uri).header("Cache-Control"))
                .contains("public, max-age=" + claims.get("ttl"));
        assertThat((Long) reference.get("idx")).isBetween(0L, Statuses.list(server, uri).length * 8L - 1);
        assertThat(Statuses.of(server, token)).isZero();
        assertThat(RunningServer.claims(server.clientCredentials().string("access_token")))
                .doesNotContainKey("status");
    }

    @Test
    void a_list_that_is_not_there_is_not_found() {
        assertThat(Statuses.fetch(server, server.issuer() + "/statuslists/unknown")
                        .status())
                .isEqualTo(404);
        assertThat(Statuses.fetch(server, server.issuer() + "/statuslists/").status())
                .isEqualTo(404);
        assertThat(Statuses.fetch(server, server.issuer() + "/statuslists/a/b").status())
                .isEqualTo(404);
        assertThat(server.call("POST", "/statuslists/unknown").send().status()).isEqualTo(405);
    }

    @Test
    void a_logout_sets_the_bit_of_every_token_of_the_session() {
        guard("bea");
        Reply login = logIn("bea");
        String refreshed = server.refresh(login.string("refresh_token")).string("access_token");
        String other = logIn("bea").string("access_token");
        server.call("DELETE", "/session").bearer(refreshed).send();
        awaitStatus(login.string("access_token"), 1);
        awaitStatus(refreshed, 1);
        assertThat(Statuses.of(server, other)).isZero();
    }

    @Test
    void a_change_of_the_user_sets_the_bit_and_the_next_token_has_another() {
        guard("cyd");
        Reply login = logIn("cyd");
        users.change("cyd", LESS);
        Reply refreshed = server.refresh(login.string("refresh_token"));
        awaitStatus(login.string("access_token"), 1);
        assertThat(Statuses.of(server, refreshed.string("access_token"))).isZero();
        users.delete("cyd");
        awaitStatus(refreshed.string("access_token"), 1);
    }

    @Test
    void a_client_that_revokes_its_token_or_is_deleted() {
        server.addClient(
                "turnstile",
                "the-secret-of-the-turnstile",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(GATES),
                "open");
        String first = clientToken();
        String second = clientToken();
        String third = clientToken();
        assertThat(Set.of(Statuses.reference(first), Statuses.reference(second), Statuses.reference(third)))
                .hasSize(3);
        server.call("POST", "/revoke")
                .basic("turnstile", "the-secret-of-the-turnstile")
                .form("token", second)
                .send();
        awaitStatus(second, 1);
        assertThat(Statuses.of(server, first)).isZero();
        assertThat(Statuses.of(server, third)).isZero();
        clients.delete("turnstile");
        awaitStatus(first, 1);
        awaitStatus(third, 1);
    }

    @Test
    void what_takes_everything_back_takes_the_lists_back_and_new_ones_are_opened() {
        try (RunningServer own = RunningServer.start()) {
            own.addApiWithStatusList(GATES, SECRET, "open");
            own.addClient("shutter", "the-secret-of-the-shutter", Set.of(GrantType.CLIENT_CREDENTIALS), List.of(GATES));
            String before = token(own, "shutter");
            new Revocations(own.database, InstantSource.system(), Administrator.COMMAND_LINE).everything(false);
            String after = token(own, "shutter");
            awaitStatus(own, before, 1);
            assertThat(Statuses.of(own, after)).isZero();
            assertThat(Statuses.reference(after).get("uri"))
                    .isNotEqualTo(Statuses.reference(before).get("uri"));
        }
    }

    @Test
    @DisplayName("O-29: while tokens are issued and taken back at once, a bit is set exactly if the rules refuse")
    void the_list_says_what_introspection_says() throws Exception {
        List<String> names = List.of("dot", "eve", "fay");
        names.forEach(StatusListTest::guard);
        Set<String> tokens = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> issuing = new ArrayList<>();
            for (String name : names) {
                issuing.add(threads.submit(() -> issue(name)));
                issuing.add(threads.submit(() -> issue(name)));
                issuing.add(threads.submit(() -> {
                    for (int i = 0; i < 6; i++) {
                        users.change(
                                name,
                                new Change(
                                        Optional.empty(),
                                        Optional.empty(),
                                        List.of(),
                                        List.of(),
                                        Map.of("badge", "number " + i),
                                        List.of()));
                        Thread.sleep(20);
                    }
                    return List.<String>of();
                }));
            }
            for (Future<List<String>> each : issuing) tokens.addAll(each.get());
        }
        assertThat(tokens).hasSizeGreaterThan(20);
        Statuses.awaitAgreement(server, tokens, GATES, SECRET);
    }

    @Test
    void a_user_token_that_is_revoked_takes_its_grant_along() {
        guard("gil");
        server.addClient(
                "kiosk",
                "the-secret-of-the-kiosk",
                Set.of(GrantType.CLIENT_CREDENTIALS, GrantType.REFRESH_TOKEN),
                List.of(GATES),
                "open");
        Reply login = server.call("POST", "/session")
                .basic("kiosk", "the-secret-of-the-kiosk")
                .json(Json.text(Map.of("username", "gil", "password", RunningServer.PASSWORD)))
                .send();
        server.call("POST", "/revoke")
                .basic("kiosk", "the-secret-of-the-kiosk")
                .form("token", login.string("access_token"))
                .send();
        awaitStatus(login.string("access_token"), 1);
        assertThat(server.call("POST", "/token")
                        .basic("kiosk", "the-secret-of-the-kiosk")
                        .form("grant_type", "refresh_token", "refresh_token", login.string("refresh_token"))
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_grant");
    }

    @Test
    @DisplayName("O-28: what an API that shares a secret could have made itself takes back no other API's token")
    void a_token_of_a_shared_secret_sets_no_bit() {
        String till = "https://api.example/till";
        server.addApi(till, "the secret of the API till", Algorithm.HS256, Duration.ofMinutes(5), "till:open");
        server.addClient("drawer", "the-secret-of-the-drawer", Set.of(GrantType.CLIENT_CREDENTIALS), List.of(till));
        guard("hal");
        String victim = logIn("hal").string("access_token");
        Map<String, Object> reference = Statuses.reference(victim);
        String ofUser = server.forgedBy(till, victim, Map.of("client_id", "drawer", "jti", "made up"));
        String ofClient = server.forgedBy(
                till,
                token(server, "drawer"),
                Map.of("status", Map.of("status_list", reference), "jti", "made up too"));

        for (String forged : List.of(ofUser, ofClient)) {
            assertThat(isActiveAtTill(forged)).isTrue();
            server.call("POST", "/revoke")
                    .basic("drawer", "the-secret-of-the-drawer")
                    .form("token", forged)
                    .send();
            assertThat(isActiveAtTill(forged)).isFalse();
        }

        String list = StatusReference.of(Optional.of(Map.of("status_list", reference)))
                .orElseThrow()
                .list();
        assertThat(server.database.<List<Long>>read(tx -> new StatusListStore().bits(tx, list)))
                .doesNotContain((Long) reference.get("idx"));
        assertThat(server.call("GET", "/session").bearer(victim).send().status())
                .isEqualTo(200);
    }

    private static boolean isActiveAtTill(String token) {
        return server.call("POST", "/introspect")
                .basic("https://api.example/till", "the secret of the API till")
                .form("token", token)
                .send()
                .json()
                .get("active")
                .equals(true);
    }

    private static List<String> issue(String name) {
        List<String> tokens = new ArrayList<>();
        Reply login = logIn(name);
        tokens.add(login.string("access_token"));
        String refreshToken = login.string("refresh_token");
        for (int i = 0; i < 5; i++) {
            Reply refreshed = server.refresh(refreshToken);
            tokens.add(refreshed.string("access_token"));
            refreshToken = refreshed.string("refresh_token");
        }
        return tokens;
    }

    private static User guard(String name) {
        return server.addUser(name, "guard");
    }

    private static Reply logIn(String name) {
        return server.call("POST", "/session")
                .json(Json.text(Map.of("username", name, "password", RunningServer.PASSWORD, "audience", GATES)))
                .send();
    }

    private static String clientToken() {
        return token(server, "turnstile");
    }

    private static String token(RunningServer where, String client) {
        return where.call("POST", "/token")
                .basic(client, "the-secret-of-the-" + client)
                .form("grant_type", "client_credentials")
                .send()
                .string("access_token");
    }

    private static void awaitStatus(String token, int status) {
        awaitStatus(server, token, status);
    }

    /// A list is signed anew once a second at most.
    private static void awaitStatus(RunningServer where, String token, int status) {
        try {
            for (int i = 0; Statuses.of(where, token) != status; i++) {
                assertThat(i).isLessThan(600);
                Thread.sleep(50);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
