package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Refresh tokens, at `POST /session/refresh` and at `POST /token`.
class RefreshTest {

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
    void a_refresh_answers_new_tokens_of_the_same_session() {
        Reply login = server.logIn();

        Reply reply = server.refresh(login.string("refresh_token"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.string("refresh_token")).isNotEqualTo(login.string("refresh_token"));
        assertThat(reply.header("Cache-Control")).contains("no-store");
        Map<String, Object> before = RunningServer.claims(login.string("access_token"));
        Map<String, Object> after = RunningServer.claims(reply.string("access_token"));
        for (String same : List.of("sub", "sid", "grant_id", "client_id", "aud", "scope")) {
            assertThat(after).containsEntry(same, before.get(same));
        }
        assertThat(after.get("jti")).isNotEqualTo(before.get("jti"));
    }

    @Test
    void a_refresh_by_cookie_answers_cookies() {
        Reply login = server.logInWithCookies();
        String first = login.cookie("__Secure-handstamp-refresh");

        Reply bare = refreshByCookie(first, "");
        Reply empty = refreshByCookie(bare.cookie("__Secure-handstamp-refresh"), "{}");

        assertThat(bare.status()).isEqualTo(200);
        assertThat(bare.json().keySet()).containsExactly("subject", "expires_in", "scope", "refresh_token_expires_in");
        assertThat(empty.status()).isEqualTo(200);
        assertThat(server.isActive(empty.cookie("__Host-handstamp"))).isTrue();
    }

    @Test
    void a_refresh_cookie_that_is_good_for_nothing_is_taken_away() {
        Reply reply = refreshByCookie("nonsense", "");

        assertThat(reply.outcome()).isEqualTo("401 invalid_grant");
        assertThat(reply.setCookie("__Host-handstamp")).contains("Max-Age=0");
        assertThat(reply.setCookie("__Secure-handstamp-refresh")).contains("Max-Age=0");
    }

    @Test
    void a_refresh_token_in_two_places_or_in_none_is_an_invalid_request() {
        String token = server.logIn().string("refresh_token");

        Reply both = refreshByCookie(token, Json.text(Map.of("refresh_token", token)));
        Reply twice = server.call("POST", "/session/refresh")
                .header("Cookie", "__Secure-handstamp-refresh=a; __Secure-handstamp-refresh=b")
                .send();
        Reply none = server.call("POST", "/session/refresh").json("{}").send();
        Reply inTheUrl = server.call("POST", "/session/refresh?refresh_token=" + token)
                .json("{}")
                .send();

        assertThat(List.of(both.outcome(), twice.outcome(), none.outcome(), inTheUrl.outcome()))
                .containsOnly("400 invalid_request");
        assertThat(server.refresh(token).status()).isEqualTo(200);
    }

    @Test
    void a_registered_client_refreshes_at_the_token_endpoint() {
        Reply login = server.logInAtShop();

        Reply reply = refreshAtShop(login.string("refresh_token"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(RunningServer.claims(reply.string("access_token"))).containsEntry("client_id", "shop");
        assertThat(refreshAtShop(reply.string("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "O-18: a refresh token presented after its successor was used revokes the whole family, and is recorded")
    void a_replayed_refresh_token_kills_its_family() {
        Reply login = server.logIn();
        String first = login.string("refresh_token");
        Reply second = server.refresh(first);
        Reply third = server.refresh(second.string("refresh_token"));

        Reply replay = server.refresh(first);

        assertThat(replay.outcome()).isEqualTo("401 invalid_grant");
        assertThat(server.refresh(third.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
        for (Reply each : List.of(login, second, third)) {
            assertThat(server.isActive(each.string("access_token"))).isFalse();
        }
        Object grant = RunningServer.claims(third.string("access_token")).get("grant_id");
        assertThat(server.audit(AuditEvent.Type.REFRESH_TOKEN_REUSED))
                .filteredOn(event -> grant.equals(event.details().get("grant")))
                .hasSize(1);
    }

    @Test
    @DisplayName("O-19: twenty requests with one refresh token get one successor, and nobody is signed out")
    void parallel_refreshes_get_one_successor() throws Exception {
        String token = server.logIn().string("refresh_token");

        List<Reply> replies = inParallel(50, () -> server.refresh(token));

        assertThat(replies).extracting(Reply::status).containsOnly(200);
        Set<String> successors = new HashSet<>();
        for (Reply reply : replies) successors.add(reply.string("refresh_token"));
        assertThat(successors).hasSize(1);
        assertThat(server.refresh(successors.iterator().next()).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("O-19: the same token from another caller within the window is theft")
    void the_same_token_from_elsewhere_is_theft() {
        String token = server.logIn().string("refresh_token");
        Reply mine = server.refresh(token);

        Reply elsewhere = server.call("POST", "/session/refresh")
                .header("User-Agent", "another browser")
                .json(Json.text(Map.of("refresh_token", token)))
                .send();

        assertThat(elsewhere.outcome()).isEqualTo("401 invalid_grant");
        assertThat(server.refresh(mine.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    @DisplayName("O-19: the same caller's repeat after the window is theft")
    void a_repeat_after_the_window_is_theft() throws Exception {
        try (RunningServer strict = RunningServer.start(Map.of("refresh-token.repeat-window", "0s"))) {
            String token = strict.logIn().string("refresh_token");
            Reply mine = strict.refresh(token);

            assertThat(strict.refresh(token).outcome()).isEqualTo("401 invalid_grant");
            assertThat(strict.refresh(mine.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
        }
    }

    @Test
    @DisplayName("O-20: the refresh token of another client is refused, whoever sends it, and goes on working")
    void a_refresh_token_of_another_client_is_refused() {
        String shops = server.logInAtShop().string("refresh_token");
        String ours = server.logIn().string("refresh_token");
        server.addClient(
                "kiosk",
                "the-secret-of-the-kiosk",
                Set.of(GrantType.REFRESH_TOKEN),
                List.of(RunningServer.ORDERS),
                "orders:read");

        Reply byKiosk = server.call("POST", "/token")
                .basic("kiosk", "the-secret-of-the-kiosk")
                .form("grant_type", "refresh_token", "refresh_token", shops)
                .send();
        Reply withoutSecret = server.call("POST", "/token")
                .form("grant_type", "refresh_token", "refresh_token", shops, "client_id", "shop")
                .send();
        Reply byNobody = server.refresh(shops);
        Reply oursByShop = refreshAtShop(ours);

        assertThat(byKiosk.outcome()).isEqualTo("400 invalid_grant");
        assertThat(withoutSecret.outcome()).isEqualTo("401 invalid_client");
        assertThat(byNobody.outcome()).isEqualTo("401 invalid_grant");
        assertThat(oursByShop.outcome()).isEqualTo("400 invalid_grant");
        assertThat(refreshAtShop(shops).status()).isEqualTo(200);
        assertThat(server.refresh(ours).status()).isEqualTo(200);
        assertThat(server.audit(AuditEvent.Type.REFRESH_REFUSED)).isNotEmpty();
    }

    @Test
    @DisplayName("O-21: wider scopes are refused; narrower ones hold for one answer and do not narrow the family")
    void scopes_are_narrowed_for_one_answer_and_never_widened() {
        server.addRole("narrow", RunningServer.ORDERS, "orders:read", "orders:write");
        server.addUser("nora", "narrow");
        Reply login = server.call("POST", "/session")
                .json(Json.text(Map.of(
                        "username",
                        "nora",
                        "password",
                        RunningServer.PASSWORD,
                        "audience",
                        RunningServer.ORDERS,
                        "scope",
                        "orders:read")))
                .send();
        String token = login.string("refresh_token");

        for (String scope : List.of("orders:read orders:write", "admin", "offline_access", "orders:write")) {
            assertThat(refresh(token, scope).outcome()).isEqualTo("400 invalid_scope");
        }
        Reply wide = server.logIn();
        Reply narrow = refresh(wide.string("refresh_token"), "orders:read");
        Reply again = server.refresh(narrow.string("refresh_token"));

        assertThat(server.refresh(token).status()).isEqualTo(200);
        assertThat(narrow.string("scope")).isEqualTo("orders:read");
        assertThat(RunningServer.claims(narrow.string("access_token"))).containsEntry("scope", "orders:read");
        assertThat(again.string("scope")).isEqualTo("orders:read orders:write");
    }

    @Test
    void a_grant_is_not_refreshed_for_another_api() {
        String token = server.logInAtShop().string("refresh_token");

        Reply other = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "refresh_token", "refresh_token", token, "resource", RunningServer.STOCK)
                .send();
        Reply same = server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "refresh_token", "refresh_token", token, "resource", RunningServer.ORDERS)
                .send();

        assertThat(other.outcome()).isEqualTo("400 invalid_target");
        assertThat(same.status()).isEqualTo(200);
    }

    @Test
    void a_refresh_carries_what_the_users_roles_carry_by_then() {
        server.addRole("changing", RunningServer.ORDERS, "orders:read", "orders:write");
        server.addUser("chris", "changing");
        String token = server.logIn("chris", RunningServer.PASSWORD).string("refresh_token");

        server.addRole("changing", RunningServer.ORDERS, "orders:read");

        assertThat(server.refresh(token).string("scope")).isEqualTo("orders:read");
    }

    @Test
    @DisplayName("O-22: after a logout the refresh token is refused")
    void no_refresh_after_a_logout() {
        Reply login = server.logIn();
        server.call("DELETE", "/session").bearer(login.string("access_token")).send();

        assertThat(server.refresh(login.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    @DisplayName("O-22: after the user was disabled, or deleted, the refresh token is refused")
    void no_refresh_for_a_disabled_or_deleted_user() {
        User disabled = server.addUser("dora");
        User deleted = server.addUser("dave");
        String first = server.logIn("dora", RunningServer.PASSWORD).string("refresh_token");
        String second = server.logIn("dave", RunningServer.PASSWORD).string("refresh_token");

        server.database.inTransaction(tx -> new UserStore().update(tx, RunningServer.disabled(disabled)));
        server.database.inTransaction(tx -> new UserStore().delete(tx, deleted.subject()));

        assertThat(server.refresh(first).outcome()).isEqualTo("401 invalid_grant");
        assertThat(server.refresh(second).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    @DisplayName("O-22: after all sessions of a user were ended, as a new password does, the refresh token is refused")
    void no_refresh_after_the_sessions_were_ended() {
        User user = server.addUser("paul");
        String token = server.logIn("paul", RunningServer.PASSWORD).string("refresh_token");

        server.database.inTransaction(tx -> new SessionStore().endAll(tx, user.subject(), Instant.now()));

        assertThat(server.refresh(token).outcome()).isEqualTo("401 invalid_grant");
    }

    @Test
    @DisplayName("O-22: after the grant was revoked, or its client deleted, the refresh token is refused")
    void no_refresh_for_a_revoked_grant_or_a_deleted_client() {
        Set<GrantType> refreshes = Set.of(GrantType.REFRESH_TOKEN);
        server.addClient("gone", "the-secret-of-the-gone", refreshes, List.of(RunningServer.ORDERS), "orders:read");
        Reply atGone = server.call("POST", "/session")
                .basic("gone", "the-secret-of-the-gone")
                .json(Json.text(Map.of("username", "vera", "password", RunningServer.PASSWORD)))
                .send();
        Reply atShop = server.logInAtShop();
        server.revoke(atShop.string("refresh_token"));
        server.database.inTransaction(tx -> {
            new GrantStore().revokeAll(tx, new ClientId("gone"), Instant.now());
            new ClientStore().delete(tx, new ClientId("gone"));
            return new RevisionStore().bumpConfiguration(tx);
        });

        assertThat(refreshAtShop(atShop.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
        assertThat(server.call("POST", "/token")
                        .basic("gone", "the-secret-of-the-gone")
                        .form("grant_type", "refresh_token", "refresh_token", atGone.string("refresh_token"))
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName("O-22: a key rotation and a restart leave refresh tokens good")
    void a_refresh_token_survives_a_key_rotation_and_a_restart() {
        RunningServer before = RunningServer.start();
        String token = before.logIn().string("refresh_token");
        before.rotateKeys();
        Reply rotated = before.refresh(token);

        try (RunningServer after = before.restarted(Map.of())) {
            assertThat(rotated.status()).isEqualTo(200);
            assertThat(after.refresh(rotated.string("refresh_token")).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("A-16: a session that nobody uses ends after its idle time, which the server keeps")
    void a_refresh_token_has_its_time() throws Exception {
        Map<String, String> brief = Map.of("refresh-token.idle", "1s");
        try (RunningServer strict = RunningServer.start(brief)) {
            String token = strict.logIn().string("refresh_token");
            Thread.sleep(1100);

            assertThat(strict.refresh(token).outcome()).isEqualTo("401 invalid_grant");
        }
    }

    @Test
    @DisplayName("A-16: a session ends after its whole time, however much it is used, and is no longer listed")
    void a_session_ends_however_much_it_is_used() throws Exception {
        try (RunningServer strict = RunningServer.start(Map.of("session.lifetime", "3s"))) {
            Instant patience = Instant.now().plusSeconds(30);
            Reply reply = strict.logIn();
            int answers = 0;
            while (reply.status() == 200 && Instant.now().isBefore(patience)) {
                answers++;
                Thread.sleep(100);
                reply = strict.refresh(reply.string("refresh_token"));
            }

            assertThat(answers).isGreaterThan(1);
            assertThat(reply.outcome()).isEqualTo("401 invalid_grant");
            List<Session> live = strict.database.read(tx -> new SessionStore().listLive(tx, Instant.now(), 10));
            assertThat(live).isEmpty();
        }
    }

    private static Reply refreshByCookie(String token, String body) {
        Call call = server.call("POST", "/session/refresh").cookie("__Secure-handstamp-refresh", token);
        return body.isEmpty() ? call.send() : call.json(body).send();
    }

    private static Reply refresh(String token, String scope) {
        return server.call("POST", "/session/refresh")
                .json(Json.text(Map.of("refresh_token", token, "scope", scope)))
                .send();
    }

    private static Reply refreshAtShop(String token) {
        return server.call("POST", "/token")
                .basic("shop", RunningServer.SHOP_SECRET)
                .form("grant_type", "refresh_token", "refresh_token", token)
                .send();
    }

    private static List<Reply> inParallel(int times, Callable<Reply> call) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Reply>> futures = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < times; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            List<Reply> replies = new ArrayList<>();
            for (Future<Reply> future : futures) replies.add(future.get());
            return replies;
        }
    }
}
