package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Sessions;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.UserCode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A device without a keyboard gets tokens: from its first request over a user at another device to the tokens.
class DeviceAuthorizationTest {

    private static final Set<GrantType> GRANTS = Set.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN);

    private static RunningServer server;
    private static WebClient tv;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        tv = device(GRANTS, false);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_user_types_in_what_the_device_shows_signs_in_and_the_device_gets_its_tokens() {
        Reply begun = begin(tv, "scope", "orders:read openid profile");
        assertThat(begun.status()).isEqualTo(200);
        assertThat(begun.header("Cache-Control")).contains("no-store");
        assertThat(begun.string("user_code")).matches("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}");
        assertThat(begun.string("verification_uri")).isEqualTo(server.issuer() + "/device");
        assertThat(begun.string("verification_uri_complete"))
                .isEqualTo(server.issuer() + "/device?user_code=" + begun.string("user_code"));
        assertThat(begun.number("expires_in")).isEqualTo(600);
        assertThat(begun.number("interval")).isEqualTo(5);
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 authorization_pending");

        TestBrowser browser = new TestBrowser(server);
        Reply enter = browser.open("/device");
        Reply login = browser.submit(
                enter,
                "user_code",
                begun.string("user_code").toLowerCase(Locale.ROOT).replace('-', ' '));
        assertThat(browser.isAt("/login")).isTrue();
        assertThat(login.text()).contains("The &lt;Shop&gt; &amp; Co");
        Reply decide = browser.signIn(login);
        assertThat(browser.isAt("/device")).isTrue();
        assertThat(decide.text())
                .contains("The &lt;Shop&gt; &amp; Co", "vera", "orders:read", "know that it is you", "127.0.0.1")
                .contains("Did you start this on another device", "id=\"device-allow\"");
        Reply done = browser.allow(decide);
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.text()).contains("The device is connected");

        Reply tokens = poll(tv, begun);
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(tokens.string("scope")).isEqualTo("openid orders:read profile");
        assertThat(server.audit(AuditEvent.Type.DEVICE_CONNECTED))
                .anySatisfy(event -> assertThat(event.client()).isEqualTo(tv.id()));
        assertThat(RunningServer.claims(tokens.string("access_token")))
                .containsEntry("sub", server.user("vera").subject().value())
                .containsEntry("client_id", tv.id())
                .containsEntry("acr", "aal1")
                .containsEntry("amr", List.of("pwd"))
                .containsKey("auth_time");
        assertThat(RunningServer.claims(tokens.string("id_token")))
                .containsEntry("aud", tv.id())
                .containsEntry("acr", "aal1")
                .containsEntry(
                        "sid",
                        RunningServer.claims(tokens.string("access_token")).get("sid"));
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
        Reply who = server.call("GET", "/userinfo")
                .bearer(tokens.string("access_token"))
                .send();
        assertThat(who.string("name")).isEqualTo("Vera Vale");
        Reply refreshed = tv.refresh(tokens.string("refresh_token"));
        assertThat(refreshed.status()).isEqualTo(200);
        assertThat(RunningServer.claims(refreshed.string("access_token"))).containsEntry("acr", "aal1");
    }

    @Test
    void the_address_with_the_code_in_it_still_asks_and_changes_nothing_by_itself() {
        Reply begun = begin(tv);
        TestBrowser browser = new TestBrowser(server);
        Reply filled = browser.open("/device?user_code=" + begun.string("user_code"));
        assertThat(filled.text()).contains("value=\"" + begun.string("user_code") + "\"", "id=\"device-continue\"");
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 authorization_pending");

        Reply decide = browser.signIn(browser.submit(filled));
        assertThat(decide.text()).contains("id=\"device-allow\"");
        assertThat(browser.open("/device?user_code=%22%3E%3Cscript%3E").text())
                .doesNotContain("<script>")
                .contains("value=\"\"");
    }

    @Test
    @DisplayName("RFC 8628 §5.4: what was allowed before counts for no other device")
    void every_device_is_asked_about_again() {
        TestBrowser browser = new TestBrowser(server);
        browser.allow(browser.signIn(entered(browser, begin(tv))));

        Reply again = entered(browser, begin(tv));

        assertThat(browser.isAt("/device")).isTrue();
        assertThat(again.text()).contains("id=\"device-allow\"");
    }

    @Test
    void who_says_no_is_believed_and_so_is_who_cancels_the_login() {
        TestBrowser browser = new TestBrowser(server);
        Reply denied = begin(tv);
        Reply page = browser.submit(browser.signIn(entered(browser, denied)), "decision", "deny");
        assertThat(page.text()).contains("The device is not connected");
        Reply cancelled = begin(tv);
        TestBrowser other = new TestBrowser(server);
        assertThat(other.submit(entered(other, cancelled), "cancel", "yes").text())
                .contains("The device is not connected");

        assertThat(poll(tv, denied).outcome()).isEqualTo("400 access_denied");
        assertThat(poll(tv, denied).outcome()).isEqualTo("400 access_denied");
        assertThat(poll(tv, cancelled).outcome()).isEqualTo("400 access_denied");
        assertThat(server.audit(AuditEvent.Type.DEVICE_DENIED))
                .filteredOn(event -> event.client().equals(tv.id()))
                .hasSizeGreaterThanOrEqualTo(2);
        assertThat(browser.submit(browser.open("/device"), "user_code", denied.string("user_code"))
                        .text())
                .contains("No device is waiting with this code");
    }

    @Test
    void a_device_that_polls_too_fast_has_to_wait_longer_and_longer() {
        Reply begun = begin(tv);
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 authorization_pending");
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 slow_down");
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 slow_down");

        passes(begun, 10);
        assertThat(poll(tv, begun).outcome()).as("15 seconds by now").isEqualTo("400 slow_down");
        passes(begun, 20);
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 authorization_pending");
    }

    @Test
    void of_polls_at_the_same_moment_one_is_in_time() throws Exception {
        Reply begun = begin(tv);
        List<String> outcomes =
                atOnce(Collections.nCopies(8, () -> poll(tv, begun).error()));
        assertThat(outcomes).filteredOn("authorization_pending"::equals).hasSize(1);
        assertThat(outcomes).filteredOn("slow_down"::equals).hasSize(7);
    }

    @Test
    void who_takes_too_long_needs_another_code() {
        Reply begun = begin(tv);
        TestBrowser browser = new TestBrowser(server);
        Reply decide = browser.signIn(entered(browser, begun));
        server.execute("UPDATE device_authorization SET expires_at = created_at WHERE device_code_hash = '"
                + hash(begun) + "'");

        assertThat(poll(tv, begun).outcome()).isEqualTo("400 expired_token");
        Reply late = browser.allow(decide);
        assertThat(late.status()).isEqualTo(400);
        assertThat(late.text()).contains("This code is no longer valid", "/device");
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 expired_token");
    }

    @Test
    void twenty_polls_at_once_give_tokens_once_and_a_later_one_takes_them_back() throws Exception {
        Reply begun = begin(tv);
        TestBrowser browser = new TestBrowser(server);
        browser.allow(browser.signIn(entered(browser, begun)));

        Reply tokens = poll(tv, begun);
        assertThat(tokens.status()).isEqualTo(200);
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 invalid_grant");
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(tv.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");

        Reply other = begin(tv);
        browser.allow(entered(browser, other));
        List<Integer> statuses =
                atOnce(Collections.nCopies(20, () -> poll(tv, other).status()));
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 400).hasSize(19);
        assertThat(server.audit(AuditEvent.Type.CODE_REUSED)).isNotEmpty();
    }

    @Test
    void two_who_decide_at_the_same_moment_come_to_one_decision() throws Exception {
        Reply begun = begin(tv);
        List<Reply> pages = new ArrayList<>();
        List<TestBrowser> browsers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            TestBrowser browser = new TestBrowser(server);
            pages.add(browser.signIn(entered(browser, begun)));
            browsers.add(browser);
        }
        List<Callable<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int each = i;
            answers.add(() -> browsers.get(each).allow(pages.get(each)).status());
        }
        assertThat(atOnce(answers)).filteredOn(status -> status == 200).hasSize(1);
        assertThat(server.audit(AuditEvent.Type.DEVICE_ALLOWED))
                .filteredOn(event -> event.client().equals(tv.id()))
                .isNotEmpty();
        assertThat(poll(tv, begun).status()).isEqualTo(200);
    }

    @Test
    void signing_out_of_the_browser_leaves_the_device_alone_and_ending_its_own_session_ends_it() {
        Reply begun = begin(tv);
        TestBrowser browser = new TestBrowser(server);
        browser.allow(browser.signIn(entered(browser, begun)));
        browser.signOut();
        Reply tokens = poll(tv, begun);
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();

        Object session = RunningServer.claims(tokens.string("access_token")).get("sid");
        sessions().revoke(session.toString());
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(tv.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    void a_grant_that_was_revoked_before_the_device_came_gives_nothing() {
        Reply begun = begin(tv);
        TestBrowser browser = new TestBrowser(server);
        browser.allow(browser.signIn(entered(browser, begun)));
        server.execute("UPDATE user_grant SET revoked_at = created_at WHERE client_id = '" + tv.id()
                + "' AND grant_id = (SELECT grant_id FROM device_authorization WHERE device_code_hash = '"
                + hash(begun) + "')");

        assertThat(poll(tv, begun).outcome()).isEqualTo("400 invalid_grant");
    }

    @Test
    void only_the_client_that_asked_gets_the_tokens_and_only_if_it_is_registered_for_it() {
        WebClient other = device(GRANTS, true);
        WebClient web = WebClient.confidential(server);
        Reply begun = begin(tv);

        assertThat(poll(other, begun).outcome()).isEqualTo("400 invalid_grant");
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 authorization_pending");
        assertThat(begin(web).outcome()).isEqualTo("400 unauthorized_client");
        assertThat(poll(web, begun).outcome()).isEqualTo("400 unauthorized_client");
        assertThat(call(other, "/device_authorization", Map.of(), false).outcome())
                .isEqualTo("401 invalid_client");
        assertThat(begin(tv, "resource", RunningServer.STOCK).outcome()).isEqualTo("400 invalid_target");
        assertThat(begin(tv, "scope", "stock:read").outcome()).isEqualTo("400 invalid_scope");
        assertThat(call(tv, "/token", Map.of("grant_type", GrantType.DEVICE_CODE.wireName()), true)
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    void a_client_without_refresh_token_gets_none() {
        WebClient plain = device(Set.of(GrantType.DEVICE_CODE), true);
        Reply begun = begin(plain);
        TestBrowser browser = new TestBrowser(server);
        browser.allow(browser.signIn(entered(browser, begun)));

        assertThat(poll(plain, begun).json()).containsKey("access_token").doesNotContainKey("refresh_token");
    }

    @Test
    void a_user_who_has_none_of_the_rights_is_told_so_and_the_device_too() {
        Reply begun = begin(tv, "scope", "orders:write");
        TestBrowser browser = new TestBrowser(server);
        Reply page = browser.submit(entered(browser, begun), "username", "nick", "password", RunningServer.PASSWORD);
        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text()).contains("You have none of the permissions");
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 access_denied");
    }

    @Test
    @DisplayName("RFC 8628 §5.1: guessing codes, side by side too, is slowed down")
    void guesses_of_codes_are_throttled() throws Exception {
        try (RunningServer guarded = RunningServer.start()) {
            TestBrowser browser = new TestBrowser(guarded);
            Map<String, String> fields = TestBrowser.fields(browser.open("/device"));
            String cookie = browser.cookie("__Host-handstamp-form").orElseThrow();
            List<Callable<Integer>> guesses = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String code = "BCDFGH" + UserCode.ALPHABET.charAt(i / 20) + UserCode.ALPHABET.charAt(i % 20);
                guesses.add(() -> guarded.call("POST", "/device")
                        .cookie("__Host-handstamp-form", cookie)
                        .form("form", fields.get("form"), "user_code", code)
                        .send()
                        .status());
            }
            List<Integer> statuses = atOnce(guesses);
            assertThat(statuses).containsOnly(400, 429);
            assertThat(statuses).filteredOn(status -> status == 400).hasSizeLessThan(30);
        }
    }

    @Test
    void a_forged_form_decides_nothing() {
        Reply begun = begin(tv);
        TestBrowser browser = new TestBrowser(server);
        Reply decide = browser.signIn(entered(browser, begun));
        Map<String, String> fields = TestBrowser.fields(decide);

        Reply forged = browser.post("/device", "request", fields.get("request"), "form", "x", "decision", "allow");
        assertThat(forged.status()).isEqualTo(403);
        Reply ofAnotherBrowser = new TestBrowser(server)
                .post("/device", "request", fields.get("request"), "form", fields.get("form"), "decision", "allow");
        assertThat(ofAnotherBrowser.text()).doesNotContain("The device is connected");
        assertThat(browser.post("/device", "user_code", begun.string("user_code"), "form", "x")
                        .status())
                .isEqualTo(403);
        assertThat(poll(tv, begun).outcome()).isEqualTo("400 authorization_pending");
    }

    @Test
    void the_request_of_a_device_opens_nothing_at_the_authorization_endpoint() {
        TestBrowser browser = new TestBrowser(server);
        String name = TestBrowser.fields(entered(browser, begin(tv))).get("request");

        Reply reply = browser.open("/authorize?client_id=" + tv.id() + "&request_uri="
                + Call.encode("urn:ietf:params:oauth:request_uri:" + name));

        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    @DisplayName("S-06: neither code is kept, S-15: no two are alike")
    void codes_are_kept_as_hashes_and_never_repeat() {
        Set<String> seen = new HashSet<>();
        Reply begun = begin(tv);
        for (int i = 0; i < 50; i++) {
            Reply next = begin(tv);
            assertThat(seen.add(next.string("user_code"))).isTrue();
            assertThat(seen.add(next.string("device_code"))).isTrue();
        }
        String stored = server.everythingStored();
        assertThat(stored)
                .doesNotContain(begun.string("device_code"))
                .doesNotContain(begun.string("user_code"))
                .doesNotContain(begun.string("user_code").replace("-", ""));
    }

    @Test
    void the_metadata_tell_where_devices_begin() {
        Map<String, Object> metadata = server.call("GET", "/.well-known/oauth-authorization-server")
                .send()
                .json();
        assertThat(metadata).containsEntry("device_authorization_endpoint", server.issuer() + "/device_authorization");
        assertThat((List<?>) metadata.get("grant_types_supported"))
                .anyMatch("urn:ietf:params:oauth:grant-type:device_code"::equals);
    }

    /// Types a code in and ends at the page that comes then.
    private static Reply entered(TestBrowser browser, Reply begun) {
        return browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
    }

    private static Reply begin(WebClient client, String... more) {
        return call(client, "/device_authorization", pairs(more), true);
    }

    private static Reply poll(WebClient client, Reply begun) {
        return call(
                client,
                "/token",
                Map.of("grant_type", GrantType.DEVICE_CODE.wireName(), "device_code", begun.string("device_code")),
                true);
    }

    private static Map<String, String> pairs(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) map.put(pairs[i], pairs[i + 1]);
        return map;
    }

    private static Reply call(WebClient client, String path, Map<String, String> form, boolean authenticated) {
        Call call = server.call("POST", path);
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> pairs.addAll(List.of(name, value)));
        if (client.secret().isEmpty() || !authenticated) pairs.addAll(List.of("client_id", client.id()));
        else call.basic(client.id(), client.secret().get());
        return call.form(pairs.toArray(String[]::new)).send();
    }

    /// Lets seconds pass since the last poll.
    private static void passes(Reply begun, int seconds) {
        server.execute("UPDATE device_authorization SET polled_at = polled_at - " + seconds
                + "000000 WHERE device_code_hash = '" + hash(begun) + "'");
    }

    private static String hash(Reply begun) {
        return new Secret(begun.string("device_code")).hash().value();
    }

    private static Sessions sessions() {
        Users users = new Users(
                server.database,
                () -> {
                    throw new AssertionError("no password is hashed here");
                },
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
        return new Sessions(server.database, users, InstantSource.system(), Administrator.COMMAND_LINE);
    }

    private static WebClient device(Set<GrantType> grants, boolean confidential) {
        Redirection named = new Redirection("The <Shop> & Co", List.of(), List.of(), true, true);
        return WebClient.of(server, named, confidential, grants, RunningServer.ORDERS);
    }

    private static <T> List<T> atOnce(List<? extends Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(calls)) results.add(each.get());
            return results;
        }
    }
}
