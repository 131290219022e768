package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.AuditLog;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Keys;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.Roles;
import dev.handstamp.server.administration.Sessions;
import dev.handstamp.server.administration.TotpEnrolments;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.key.SigningKey.State;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one PostgreSQL are one issuer, and an administrator beside them acts on both at once.
class TwoNodesTest {

    private static final String STRONG_SECRET = "v3ry-l0ng-and-random-enough-for-anybody";

    @TempDir
    private static Path folder;

    private static final Secrets SECRETS = new Secrets(new SecureRandom());
    private static final PasswordHasher HASHER = new PasswordHasher(1, 8, SECRETS);

    private static EmbeddedPostgres postgres;
    private static RunningServer a;
    private static RunningServer b;
    private static Opening office;
    private static Users users;
    private static Clients clients;
    private static Apis apis;
    private static Roles roles;
    private static Keys keys;
    private static Sessions sessions;
    private static AuditLog audit;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start();
        Map<String, String> shared = Map.of(
                "database",
                postgres.getJdbcUrl("postgres", "postgres"),
                "master-key-file",
                folder.resolve("master.key").toString(),
                "issuer",
                "http://localhost:9000",
                "outbound.addresses",
                "any");
        a = RunningServer.start(shared);
        b = RunningServer.startBeside(shared);

        Map<String, String> settings = new HashMap<>(shared);
        settings.put("data", folder.resolve("office").toString());
        // As the store keeps them, so that what was added equals what is found.
        InstantSource clock = () -> Instant.now().truncatedTo(ChronoUnit.MICROS);
        Administrator administrator = Administrator.COMMAND_LINE;
        office = Opening.forCommand(ServerConfig.of(settings), SECRETS, clock);
        Database database = office.database();
        users = new Users(database, () -> HASHER, SECRETS, clock, administrator);
        clients = new Clients(database, office::keyEncryption, SECRETS, clock, administrator);
        keys = new Keys(database, office::signingKeys, office::keyEncryption, clock, administrator);
        apis = new Apis(database, office::signingKeys, keys, SECRETS, clock, administrator);
        roles = new Roles(database, clock, administrator);
        sessions = new Sessions(database, users, clock, administrator);
        audit = new AuditLog(database);
    }

    @AfterAll
    static void stop() throws Exception {
        office.close();
        b.close();
        a.close();
        HASHER.close();
        postgres.close();
    }

    @Test
    @DisplayName("A-11: what one node has asked a passkey, any node takes, and only one of them once")
    void a_passkey_answers_at_another_node_than_it_was_asked_by() {
        PasskeyWalk walk = new PasskeyWalk(a);
        a.addUser("petra");
        SoftwareAuthenticator key = walk.authenticator();
        assertThat(walk.add(walk.signedIn("petra"), key).outcome()).isEqualTo("200");

        TestBrowser here = new TestBrowser(a);
        Reply page = here.open("/login?to=/account");
        Map<String, Object> answer = key.get(PasskeyWalk.ask(here, page, "/login/passkey/options"));
        TestBrowser there = new TestBrowser(b);
        there.setCookie(
                "__Host-handstamp-form", here.cookie("__Host-handstamp-form").orElseThrow());
        assertThat(PasskeyWalk.answer(there, page, "/login/passkey", answer).outcome())
                .isEqualTo("200");
        assertThat(there.open("/account").text()).contains("petra");
        assertThat(PasskeyWalk.answer(here, page, "/login/passkey", answer).outcome())
                .isEqualTo("403 start_again");
    }

    @Test
    void both_nodes_tell_clients_of_logouts_and_nothing_twice() {
        try (LogoutReceiver receiver = new LogoutReceiver()) {
            WebClient client = WebClient.with(a, Map.of("backchannel_logout_uri", receiver.url()));
            Set<String> ended = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                Reply tokens = client.redeem(client.code("scope", "openid orders:read"));
                ended.add(
                        (String) RunningServer.claims(tokens.string("id_token")).get("sid"));
            }
            sessions.revokeAll("vera"); // By a process of its own, which tells nobody.
            Set<Object> told = new HashSet<>();
            for (int i = 0; i < 4; i++)
                told.add(RunningServer.claims(receiver.next()).get("sid"));
            assertThat(told).isEqualTo(ended);
            assertThat(receiver.hasHeardNothing()).isTrue();
        }
    }

    @Test
    void a_device_asks_one_node_is_allowed_at_the_other_and_gets_its_tokens_from_one_of_them() throws Exception {
        WebClient tv = WebClient.of(
                a,
                WebClient.redirection(true, true),
                false,
                Set.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN),
                RunningServer.ORDERS);
        Reply begun = a.call("POST", "/device_authorization")
                .form("client_id", tv.id())
                .send();
        TestBrowser browser = new TestBrowser(b);
        Reply login = browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
        assertThat(browser.allow(browser.signIn(login)).text()).contains("The device is connected");

        List<Callable<Integer>> polls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            RunningServer node = i % 2 == 0 ? a : b;
            polls.add(() -> node.call("POST", "/token")
                    .form(
                            "client_id",
                            tv.id(),
                            "grant_type",
                            GrantType.DEVICE_CODE.wireName(),
                            "device_code",
                            begun.string("device_code"))
                    .send()
                    .status());
        }
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> each : threads.invokeAll(polls)) statuses.add(each.get());
        }
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
    }

    @Test
    @DisplayName("A-07, A-08: a code and wrong codes count for both nodes")
    void a_second_factor_is_one_for_both_nodes() {
        a.addUser("double", "buyer");
        TotpEnrolments enrolments = new TotpEnrolments(
                office.database(),
                users,
                office::keyEncryption,
                SECRETS,
                InstantSource.system(),
                Administrator.COMMAND_LINE);
        String uri = enrolments.add("double", "login.example").uri();
        Secret seed = new Secret(uri.replaceAll(".*secret=([A-Z2-7]+).*", "$1"));
        String code = Totp.codeAt(seed, Instant.now());
        assertThat(second(a, code).status()).isEqualTo(200);
        assertThat(second(b, code).outcome()).isEqualTo("401 invalid_grant");
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 8; i++)
            statuses.add(second(i % 2 == 0 ? a : b, code).status());
        assertThat(statuses).contains(429);
        assertThat(second(a, code).status()).isEqualTo(429);
        assertThat(second(b, code).status()).isEqualTo(429);
    }

    private static Reply second(RunningServer node, String code) {
        String login = node.logIn("double", RunningServer.PASSWORD).string("login");
        return node.call("POST", "/session")
                .json(Json.text(Map.of("login", login, "otp", code, "audience", RunningServer.ORDERS)))
                .send();
    }

    @Test
    void a_token_of_one_node_is_active_at_the_other_with_all_its_claims() {
        String token = a.logIn().string("access_token");

        Map<String, Object> told = b.introspect(token).json();

        assertThat(a.issuer()).isEqualTo(b.issuer());
        assertThat(told).containsEntry("active", true).containsAllEntriesOf(RunningServer.claims(token));
    }

    @Test
    @DisplayName(
            "RFC 9449 §8, §11.1: a nonce of one node is good at the other, and a proof counts once at both together")
    void proofs_count_once_at_both_nodes() {
        Proof proof = Proof.withNewKey();
        String nonce =
                bound(a, proof.of(a, "POST", "/token")).header("DPoP-Nonce").orElseThrow();
        String text = proof.of(a, "POST", "/token", "nonce", nonce);
        assertThat(bound(b, text).json()).containsEntry("token_type", "DPoP");
        assertThat(bound(a, text).outcome()).isEqualTo("400 invalid_dpop_proof");
    }

    private static Reply bound(RunningServer node, String proof) {
        return node.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .header("DPoP", proof)
                .form("grant_type", "client_credentials")
                .send();
    }

    @Test
    void a_token_revoked_at_one_node_is_inactive_at_the_other_at_once() {
        for (int i = 0; i < 20; i++) {
            RunningServer here = i % 2 == 0 ? a : b;
            RunningServer there = i % 2 == 0 ? b : a;
            String token = here.clientCredentials().string("access_token");
            assertThat(there.isActive(token)).isTrue();

            assertThat(here.revoke(token).status()).isEqualTo(200);

            assertThat(there.isActive(token)).isFalse();
        }
    }

    @Test
    void an_api_that_is_connected_to_one_node_hears_what_the_other_takes_back() {
        try (Feed feed = Feed.ofOrders(b)) {
            feed.next("heartbeat");
            for (int i = 0; i < 5; i++) {
                String token = a.clientCredentials().string("access_token");
                a.revoke(token);
                assertThat(feed.next("revocation").told())
                        .containsExactly("token " + RunningServer.claims(token).get("jti"));
            }
        }
    }

    @Test
    void an_api_goes_on_at_another_node_where_it_had_ended_at_the_first() {
        long position;
        try (Feed feed = Feed.ofOrders(a)) {
            feed.next("heartbeat");
            a.revoke(a.clientCredentials().string("access_token"));
            position = feed.next("revocation").position();
        }
        String missed = a.clientCredentials().string("access_token");
        a.revoke(missed);
        try (Feed feed = Feed.ofOrders(b, position)) {
            Feed.Event event = feed.next();
            assertThat(event.type()).isEqualTo("revocation");
            assertThat(event.before()).isEqualTo(position);
            assertThat(event.told())
                    .contains("token " + RunningServer.claims(missed).get("jti"));
        }
    }

    @Test
    @DisplayName(
            "O-29: while two nodes issue and an administrator takes back, both nodes' lists say what the rules say")
    void status_lists_of_two_nodes_agree_with_introspection() throws Exception {
        String gates = "https://api.example/gates";
        a.addApiWithStatusList(gates, "the secret of gates", "open");
        a.addRole("guard", gates, "open");
        User guard = a.addUser("guard-of-two-gates", "guard");
        Set<String> tokens = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> issuing = new ArrayList<>();
            for (RunningServer node : List.of(a, b, a, b)) issuing.add(threads.submit(() -> issue(node, guard, gates)));
            for (int i = 0; i < 8; i++) {
                Map<String, String> badge = Map.of("badge", "number " + i);
                users.change(
                        guard.username().value(),
                        new Change(Optional.empty(), Optional.empty(), List.of(), List.of(), badge, List.of()));
            }
            for (Future<List<String>> each : issuing) tokens.addAll(each.get());
        }
        Statuses.awaitAgreement(a, tokens, gates, "the secret of gates");
        sessions.revokeAll(guard.username().value());
        Statuses.awaitAgreement(b, tokens, gates, "the secret of gates");
        assertThat(tokens).allMatch(token -> Statuses.of(b, token) == 1);
    }

    private static List<String> issue(RunningServer node, User user, String audience) {
        Reply login = node.call("POST", "/session")
                .json(Json.text(Map.of(
                        "username", user.username().value(), "password", RunningServer.PASSWORD, "audience", audience)))
                .send();
        List<String> tokens = new ArrayList<>(List.of(login.string("access_token")));
        String refreshToken = login.string("refresh_token");
        for (int i = 0; i < 4; i++) {
            Reply refreshed = node.refresh(refreshToken);
            tokens.add(refreshed.string("access_token"));
            refreshToken = refreshed.string("refresh_token");
        }
        return tokens;
    }

    @Test
    void a_logout_at_one_node_ends_everything_at_the_other_at_once() {
        Reply login = a.logIn();
        assertThat(b.isActive(login.string("access_token"))).isTrue();

        a.call("DELETE", "/session").bearer(login.string("access_token")).send();

        assertThat(b.isActive(login.string("access_token"))).isFalse();
        assertThat(b.refresh(login.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    void a_client_is_known_at_both_nodes_when_it_was_added_and_unknown_when_it_was_deleted() {
        for (int i = 0; i < 10; i++) {
            String id = "kiosk-" + i;
            Client added = clients.add(kiosk(id)).client();
            List<Reply> tokens = onBoth(node -> clientCredentials(node, id));
            assertThat(tokens).extracting(Reply::outcome).containsOnly("200");
            assertThat(clients.find(id)).isEqualTo(added);

            clients.delete(id);

            assertThat(onBoth(node -> clientCredentials(node, id)))
                    .extracting(Reply::outcome)
                    .containsOnly("401 invalid_client");
            for (Reply token : tokens) assertThat(activeAnywhere(token)).isFalse();
        }
    }

    @Test
    @DisplayName("O-19: fifty requests with one refresh token, spread over two nodes, get one successor")
    void parallel_refreshes_over_both_nodes_get_one_successor() throws Exception {
        for (int round = 0; round < 3; round++) {
            String token = a.logIn().string("refresh_token");

            List<Reply> replies = inParallel(50, i -> (i % 2 == 0 ? a : b).refresh(token));

            assertThat(replies).extracting(Reply::outcome).containsOnly("200");
            Set<String> successors = new HashSet<>();
            for (Reply reply : replies) successors.add(reply.string("refresh_token"));
            assertThat(successors).hasSize(1);
            assertThat(replies).allMatch(TwoNodesTest::activeAtBoth);
            assertThat(b.refresh(successors.iterator().next()).outcome()).isEqualTo("200");
        }
    }

    @Test
    @DisplayName("O-18: a refresh token used at one node and replayed at the other ends its family at both")
    void a_replay_at_the_other_node_is_found_out() {
        Reply login = a.logIn();
        Reply second = b.refresh(login.string("refresh_token"));
        Reply third = a.refresh(second.string("refresh_token"));

        Reply replay = b.refresh(login.string("refresh_token"));

        assertThat(third.status()).isEqualTo(200);
        assertThat(replay.outcome()).isEqualTo("401 invalid_grant");
        assertThat(onBoth(node -> node.refresh(third.string("refresh_token"))))
                .extracting(Reply::outcome)
                .containsOnly("401 invalid_grant");
        for (Reply each : List.of(login, second, third))
            assertThat(activeAnywhere(each)).isFalse();
        String grant =
                (String) RunningServer.claims(third.string("access_token")).get("grant_id");
        assertThat(a.audit(Type.REFRESH_TOKEN_REUSED))
                .filteredOn(event -> grant.equals(event.details().get("grant")))
                .hasSize(1);
    }

    @Test
    @DisplayName("K-09: while an administrator turns the keys and both nodes sign, every token verifies at the other")
    void keys_turn_while_both_nodes_sign() throws Exception {
        AtomicBoolean turning = new AtomicBoolean(true);
        CountDownLatch signing = new CountDownLatch(4);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Set<String>>> signers = new ArrayList<>();
            for (boolean stale : List.of(false, true)) {
                signers.add(threads.submit(() -> signAndVerify(a, b, stale, signing, turning)));
                signers.add(threads.submit(() -> signAndVerify(b, a, stale, signing, turning)));
            }
            signing.await();
            try {
                for (int i = 0; i < 6; i++) {
                    List<SigningKey> current = keys.rotate(Optional.empty());
                    String now = current.stream()
                            .filter(key -> key.algorithm() == Algorithm.RS256)
                            .findFirst()
                            .orElseThrow()
                            .keyId();
                    assertThat(onBoth(RunningServer::clientCredentials))
                            .allSatisfy(reply -> assertThat(keyId(reply)).isEqualTo(now));
                }
            } finally {
                turning.set(false);
            }
            for (Future<Set<String>> signer : signers) assertThat(signer.get()).hasSizeGreaterThan(2);
        }
    }

    @Test
    void a_withdrawn_key_is_refused_at_both_nodes_at_once() {
        Reply token = a.clientCredentials();
        String lost = keyId(token);
        assertThat(activeAtBoth(token)).isTrue();

        SigningKey successor = keys.retire(lost).orElseThrow();

        assertThat(activeAnywhere(token)).isFalse();
        assertThat(onBoth(RunningServer::clientCredentials))
                .allSatisfy(reply -> assertThat(keyId(reply)).isEqualTo(successor.keyId()));
        assertThat(keys.list()).extracting(listed -> listed.key().keyId()).doesNotContain(lost);
    }

    @Test
    void a_disabled_user_has_nothing_left_at_either_node() {
        users.add(new NewUser("dora", "Dora", "dora@example.org", List.of("buyer"), Map.of()), "right password");
        List<Reply> logins = onBoth(node -> node.logIn("dora", "right password"));
        assertThat(logins).allMatch(TwoNodesTest::activeAtBoth);

        users.disable("dora");

        for (Reply login : logins) {
            assertThat(activeAnywhere(login)).isFalse();
            assertThat(onBoth(node -> node.refresh(login.string("refresh_token"))))
                    .extracting(Reply::outcome)
                    .containsOnly("401 invalid_grant");
        }
        assertThat(onBoth(node -> node.logIn("dora", "right password")))
                .extracting(Reply::outcome)
                .containsOnly("401 invalid_grant");

        users.enable("dora");
        assertThat(onBoth(node -> node.logIn("dora", "right password")))
                .extracting(Reply::outcome)
                .containsOnly("200");
    }

    @Test
    void users_and_roles_are_administered_for_both_nodes() {
        roles.add("reader", Optional.of(RunningServer.ORDERS), List.of("orders:read", "orders:write"));
        User rosa = users.add(
                        new NewUser("rosa", "Rosa", "rosa@example.org", List.of("reader"), Map.of("age", "30")),
                        "right password")
                .user();
        assertThat(users.list()).contains(rosa);
        Reply wide = a.logIn("rosa", "right password");
        assertThat(wide.string("scope")).isEqualTo("orders:read orders:write");

        Role narrowed = roles.narrow("reader", RunningServer.ORDERS, List.of("orders:write"));
        assertThat(roles.list()).contains(narrowed);
        assertThat(activeAnywhere(wide)).isFalse();
        Reply narrow = b.refresh(wide.string("refresh_token"));
        assertThat(narrow.string("scope")).isEqualTo("orders:read");

        users.change("rosa", changed(Map.of("age", "31")));
        assertThat(activeAnywhere(narrow)).isFalse();
        Reply older = a.refresh(narrow.string("refresh_token"));
        assertThat(b.introspect(older.string("access_token")).json()).containsEntry("age", 31L);

        users.changePassword("rosa", "another password");
        assertThat(activeAnywhere(older)).isFalse();
        assertThat(b.logIn("rosa", "right password").outcome()).isEqualTo("401 invalid_grant");
        Reply again = b.logIn("rosa", "another password");

        roles.delete("reader");
        assertThat(activeAnywhere(again)).isFalse();
        assertThat(users.find("rosa").roles()).isEmpty();

        users.delete("rosa");
        assertThat(a.logIn("rosa", "another password").outcome()).isEqualTo("401 invalid_grant");
        assertThatThrownBy(() -> users.find("rosa")).isInstanceOf(Refused.class);
        assertThat(audit.about(rosa.subject().value(), Instant.EPOCH, 100))
                .extracting(AuditEvent::type)
                .contains(Type.USER_CREATED, Type.USER_CHANGED, Type.PASSWORD_CHANGED, Type.USER_DELETED);
    }

    @Test
    void an_api_with_a_shared_secret_is_administered_for_both_nodes() {
        String audience = "https://api.example/till";
        Apis.Added added = apis.add(new NewApi(
                audience, List.of("till:open"), Optional.of("HS256"), Optional.of(Duration.ofMinutes(2)), List.of()));
        assertThat(apis.list()).contains(added.api());
        clients.add(new NewClient(
                "cashier",
                List.of("client_credentials"),
                List.of(audience),
                List.of("till:open"),
                Optional.of(new Secret(STRONG_SECRET))));
        List<Reply> before = onBoth(node -> clientCredentials(node, "cashier"));
        assertThat(before).extracting(Reply::outcome).containsOnly("200");

        String next = added.shared().orElseThrow().next();
        assertThat(keys.rotateShared(audience).current()).isEqualTo(next);
        List<Reply> after = onBoth(node -> clientCredentials(node, "cashier"));
        assertThat(keyId(after.getFirst())).isEqualTo(keyId(after.getLast())).isNotEqualTo(keyId(before.getFirst()));
        for (Reply token : after) {
            assertThat(onBoth(node -> node.call("POST", "/introspect")
                            .basic(audience, added.secret().value())
                            .form("token", token.string("access_token"))
                            .send()))
                    .allSatisfy(told -> assertThat(told.json()).containsEntry("active", true));
        }

        apis.delete(audience);
        assertThat(onBoth(node -> clientCredentials(node, "cashier")))
                .extracting(Reply::outcome)
                .containsOnly("400 invalid_target");
        assertThatThrownBy(() -> apis.find(audience)).isInstanceOf(Refused.class);
        assertThat(keys.list()).noneMatch(listed -> listed.key().slot().isShared());
    }

    @Test
    @DisplayName("A-16: the sessions that a user has at both nodes are listed, and ended at both at once")
    void sessions_of_both_nodes_are_listed_and_ended() {
        a.addUser("sina", "buyer");
        List<Reply> logins = onBoth(node -> node.logIn("sina", RunningServer.PASSWORD));
        List<SessionId> signedIn = logins.stream().map(TwoNodesTest::session).toList();
        assertThat(sessions.list(Optional.of("sina"), 10))
                .extracting(listed -> listed.session().id())
                .containsExactlyInAnyOrderElementsOf(signedIn);

        sessions.revoke(signedIn.getFirst().value());

        assertThat(activeAnywhere(logins.getFirst())).isFalse();
        assertThat(activeAtBoth(logins.getLast())).isTrue();
        assertThat(sessions.revokeAll("sina")).containsExactly(signedIn.getLast());
        assertThat(activeAnywhere(logins.getLast())).isFalse();
        assertThat(sessions.list(Optional.of("sina"), 10)).isEmpty();
        assertThat(audit.since(Instant.now().minusSeconds(60), 1_000))
                .filteredOn(event -> event.type() == Type.SESSION_REVOKED)
                .extracting(event -> new SessionId(event.target()))
                .containsAll(signedIn);
    }

    @Test
    void two_administrators_at_once_do_not_both_add_the_same_name() throws Exception {
        List<Boolean> added = inParallel(8, _ -> {
            try {
                clients.add(kiosk("only-one"));
                return true;
            } catch (Refused e) {
                assertThat(e).hasMessageContaining("is taken");
                return false;
            }
        });

        assertThat(added).filteredOn(Boolean::booleanValue).hasSize(1);
        assertThat(clients.list()).extracting(Client::id).containsOnlyOnce(new ClientId("only-one"));
    }

    @Test
    void of_two_administrators_who_delete_their_accounts_at_once_one_is_left() throws Exception {
        for (int round = 0; round < 5; round++) {
            String prefix = "chief-" + round + "-";
            List<TestBrowser> browsers = new ArrayList<>();
            List<Map<String, String>> forms = new ArrayList<>();
            for (RunningServer node : List.of(a, b)) {
                String name = prefix + browsers.size();
                node.addUser(name, "administrator");
                TestBrowser browser = AdminForms.signedIn(node, name);
                browsers.add(browser);
                String form = AdminForms.form(browser.open("/account/data"), "delete", "");
                forms.add(Map.of("action", "delete", "target", "", "form", form, "confirm", name));
            }

            List<Integer> statuses = inParallel(2, number -> {
                List<String> pairs = new ArrayList<>();
                forms.get(number).forEach((field, value) -> pairs.addAll(List.of(field, value)));
                return browsers.get(number)
                        .post("/account/data", pairs.toArray(String[]::new))
                        .status();
            });

            assertThat(statuses).containsExactlyInAnyOrder(200, 409);
            String left = prefix + statuses.indexOf(409);
            assertThat(users.find(left).disabled()).isFalse();
            users.delete(left); // On the command line.
        }
    }

    @Test
    void a_role_that_was_never_added_is_made_with_the_user_who_has_it() {
        Users.Added added =
                users.add(new NewUser("gina", "", "", List.of("greeter", "buyer"), Map.of()), "right password");

        assertThat(added.newRoles()).containsExactly(new RoleName("greeter"));
        assertThat(b.logIn("gina", "right password").status()).isEqualTo(200);
        assertThat(keys.list()).extracting(Keys.Listed::state).contains(State.CURRENT, State.NEXT);
    }

    /// Signs at one node and checks at the other until the keys no longer turn.
    ///
    /// @param stale whether the verifier fetches the key set only for a key that it does not know
    /// @return the keys that signed
    private static Set<String> signAndVerify(
            RunningServer signer, RunningServer other, boolean stale, CountDownLatch signing, AtomicBoolean turning)
            throws Exception {
        TokenPolicy policy = TokenPolicy.builder()
                .issuer(a.issuer())
                .audience(RunningServer.ORDERS)
                .build();
        Set<String> used = new HashSet<>();
        JwkSet known = keySet(other);
        signing.countDown();
        while (turning.get()) {
            String token = signer.clientCredentials().string("access_token");
            String keyId = Jws.unverifiedKeyId(token).orElseThrow();
            if (!stale || known.find(keyId).isEmpty()) known = keySet(other);
            assertThat(policy.check(token, known, Instant.now())).isInstanceOf(Verified.class);
            assertThat(other.isActive(token)).isTrue();
            used.add(keyId);
        }
        return used;
    }

    private static JwkSet keySet(RunningServer node) throws Exception {
        return JwkSet.parse(node.call("GET", "/jwks").send().body());
    }

    private static String keyId(Reply token) {
        return Jws.unverifiedKeyId(token.string("access_token")).orElseThrow();
    }

    private static SessionId session(Reply login) {
        return new SessionId(
                (String) RunningServer.claims(login.string("access_token")).get("sid"));
    }

    private static boolean activeAtBoth(Reply token) {
        return a.isActive(token.string("access_token")) && b.isActive(token.string("access_token"));
    }

    private static boolean activeAnywhere(Reply token) {
        return a.isActive(token.string("access_token")) || b.isActive(token.string("access_token"));
    }

    private static NewClient kiosk(String id) {
        return new NewClient(
                id,
                List.of("client_credentials"),
                List.of(RunningServer.ORDERS),
                List.of("orders:read"),
                Optional.of(new Secret(STRONG_SECRET)));
    }

    private static Reply clientCredentials(RunningServer node, String client) {
        return node.call("POST", "/token")
                .basic(client, STRONG_SECRET)
                .form("grant_type", "client_credentials")
                .send();
    }

    private static Change changed(Map<String, String> attributes) {
        return new Change(Optional.empty(), Optional.empty(), List.of(), List.of(), attributes, List.of());
    }

    private interface AtNode {
        Reply ask(RunningServer node);
    }

    private static List<Reply> onBoth(AtNode request) {
        return List.of(request.ask(a), request.ask(b));
    }

    private interface Numbered<T> {
        T run(int number) throws Exception;
    }

    private static <T> List<T> inParallel(int times, Numbered<T> work) throws Exception {
        List<Callable<T>> calls = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int number = i;
            calls.add(() -> work.run(number));
        }
        List<T> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<T> future : threads.invokeAll(calls)) results.add(future.get());
        }
        return results;
    }
}
