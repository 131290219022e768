package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.session.RecoveryCode;
import dev.handstamp.server.domain.session.TotpParameters;
import dev.handstamp.server.store.MailStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A second factor after the password, and the level of assurance that clients and APIs ask for.
class SecondFactorTest {

    private static final String VAULT = "https://api.example/vault";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static RunningServer server;

    /// A user with an authenticator application.
    private record Holder(String name, Secret secret, Enrolled enrolled) {

        String code() {
            return Totp.codeAt(secret, Instant.now());
        }

        /// A code that is not the one of now, nor of its neighbours.
        String wrongCode() {
            String right = code();
            String wrong = right.equals("000000") ? "000001" : "000000";
            return Totp.step(secret, TotpParameters.USUAL, wrong, Instant.now(), 0)
                            .isPresent()
                    ? "999999"
                    : wrong;
        }
    }

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addApiOfTwoFactors(VAULT, "the secret of the API vault", "vault:open");
        server.addRole("keeper", VAULT, "vault:open");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void after_the_password_the_code_is_asked_for_and_tokens_say_so() {
        Holder holder = holder();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);

        Reply second = password(browser, web.request("scope", "openid orders:read"), holder);
        assertThat(browser.isAt("/login/totp")).isTrue();
        assertThat(second.text()).contains(holder.name, "one-time-code", "recovery code");
        assertThat(browser.cookie("__Host-handstamp-session")).isEmpty();
        Reply back = browser.submit(second, "code", holder.code());

        assertThat(browser.cookie("__Host-handstamp-login")).isEmpty();
        Reply tokens = web.redeem(TestBrowser.answer(back).get("code"));
        for (String token : List.of(tokens.string("id_token"), tokens.string("access_token"))) {
            assertThat(RunningServer.claims(token))
                    .containsEntry("acr", "aal2")
                    .containsEntry("amr", List.of("pwd", "otp", "mfa"))
                    .containsKey("auth_time");
        }
        assertThat(RunningServer.claims(
                        web.refresh(tokens.string("refresh_token")).string("access_token")))
                .containsEntry("acr", "aal2");
    }

    @Test
    @DisplayName("A-09: the password alone opens nothing: not by another door, client, page or cookie")
    void the_second_factor_cannot_be_skipped() {
        Holder holder = holder();
        WebClient web = WebClient.confidential(server);
        WebClient other = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply second = password(browser, web.request(), holder);
        String request = TestBrowser.fields(second).get("request");

        browser.open(other.request());
        assertThat(browser.isAt("/login")).as("another client").isTrue();
        browser.open(web.request());
        assertThat(browser.isAt("/login")).as("the same client again").isTrue();
        browser.open("/consent?request=" + request);
        assertThat(browser.isAt("/login")).as("the page that comes later").isTrue();
        assertThat(TestBrowser.answer(browser.open(other.request("prompt", "none"))))
                .containsEntry("error", "login_required");
        assertThat(browser.open("/account").text()).contains("Sign in").doesNotContain("You are signed in as");
        TestBrowser forged = new TestBrowser(server);
        forged.setCookie(
                "__Host-handstamp-session",
                browser.cookie("__Host-handstamp-login").orElseThrow());
        forged.open(other.request());
        assertThat(forged.isAt("/login")).as("the one cookie for the other").isTrue();

        Reply json = server.logIn(holder.name, RunningServer.PASSWORD);
        assertThat(json.outcome()).isEqualTo("401 second_factor_required");
        assertThat(json.json()).containsKeys("login", "expires_in").doesNotContainKeys("access_token", "refresh_token");
        assertThat(server.refresh(json.string("login")).outcome()).isEqualTo("401 invalid_grant");
        assertThat(server.audit(AuditEvent.Type.LOGIN_SUCCEEDED))
                .extracting(AuditEvent::actor)
                .doesNotContain(holder.enrolled.user().subject().value());
    }

    @Test
    @DisplayName("A-07: a code counts once, whichever door it comes by, and at the same moment too")
    void a_code_counts_once() throws Exception {
        Holder holder = holder();
        String code = holder.code();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        assertThat(TestBrowser.answer(browser.submit(password(browser, web.request(), holder), "code", code)))
                .containsKey("code");

        TestBrowser again = new TestBrowser(server);
        assertThat(again.submit(password(again, web.request(), holder), "code", code)
                        .status())
                .isEqualTo(403);
        assertThat(prove(halfWay(holder), code).outcome()).isEqualTo("401 invalid_grant");

        Holder racing = holder();
        List<Callable<Integer>> calls = new ArrayList<>();
        String same = racing.code();
        for (int i = 0; i < 5; i++) {
            String login = halfWay(racing);
            calls.add(() -> prove(login, same).status());
        }
        assertThat(atOnce(calls)).filteredOn(status -> status == 200).hasSize(1);
    }

    @Test
    @DisplayName("A-08: wrong codes are counted by account: over sessions, doors, new passwords and a restart")
    void guessing_codes_is_slowed_down() throws Exception {
        RunningServer first = RunningServer.start();
        Holder holder = holder(first);
        List<Callable<Integer>> guesses = new ArrayList<>();
        List<String> logins = new ArrayList<>();
        for (int i = 0; i < 4; i++) logins.add(halfWay(first, holder));
        for (int i = 0; i < 40; i++) {
            String login = logins.get(i % 4);
            guesses.add(() -> prove(first, login, holder.wrongCode()).status());
        }
        List<Integer> statuses = atOnce(guesses);
        assertThat(statuses).containsOnly(401, 429);
        assertThat(statuses).filteredOn(status -> status == 401).hasSizeLessThanOrEqualTo(6);
        assertThat(prove(first, logins.getFirst(), holder.code()).status()).isEqualTo(429);
        assertThat(prove(first, halfWay(first, holder), holder.code()).status())
                .as("after another password step")
                .isEqualTo(429);

        try (RunningServer second = first.restarted(Map.of())) {
            second.execute("UPDATE wrong_code SET blocked_until = blocked_until + 600000000");
            Reply blocked = prove(second, halfWay(second, holder), holder.code());
            assertThat(blocked.status()).as("after a restart").isEqualTo(429);
            assertThat(blocked.header("Retry-After")).isPresent();
            second.execute("UPDATE wrong_code SET blocked_until = 0");
            assertThat(prove(second, halfWay(second, holder), holder.code()).status())
                    .isEqualTo(200);
        }
    }

    @Test
    @DisplayName("A-04: who knows the password and guesses codes keeps the owner out of no place that is known")
    void guesses_of_others_keep_nobody_out_of_a_known_place() {
        try (RunningServer behind = RunningServer.start(Map.of("trusted-proxies", "127.0.0.1"))) {
            Holder holder = holder(behind);
            behind.database.inTransaction(tx -> {
                new MailStore().setSending(tx, true);
                return true;
            });
            TestBrowser own = new TestBrowser(behind).movedTo("203.0.113.7");
            assertThat(enter(own, holder, holder.code())).isEqualTo(200);

            TestBrowser thief = new TestBrowser(behind).movedTo("198.51.100.9");
            List<Integer> guesses = new ArrayList<>();
            for (int i = 0; i < 8; i++) guesses.add(enter(thief, holder, holder.wrongCode()));
            assertThat(guesses).containsExactly(403, 403, 403, 403, 403, 429, 429, 429);
            assertThat(behind.number("SELECT COUNT(*) FROM outgoing_mail WHERE parameters LIKE '%wrong_codes%'"))
                    .as("its owner is told once")
                    .isEqualTo(1);

            behind.execute("UPDATE totp SET last_step = 0");
            assertThat(enter(own, holder, holder.code())).as("a known browser").isEqualTo(200);
            behind.execute("UPDATE totp SET last_step = 0");
            TestBrowser fresh = new TestBrowser(behind).movedTo("203.0.113.7");
            assertThat(enter(fresh, holder, holder.code()))
                    .as("a known network")
                    .isEqualTo(200);

            behind.execute("UPDATE totp SET last_step = 0");
            TestBrowser away = new TestBrowser(behind).movedTo("192.0.2.5");
            assertThat(enter(away, holder, holder.code())).as("anywhere else").isEqualTo(429);
            String recovery = holder.enrolled.recoveryCodes().getFirst();
            assertThat(enter(away, holder, recovery)).as("by a recovery code").isEqualTo(200);
        }
    }

    @Test
    @DisplayName("A-08: places that are known have twenty wrong codes a day together, and wait with everybody then")
    void known_places_are_bounded_together() {
        try (RunningServer behind = RunningServer.start(Map.of("trusted-proxies", "127.0.0.1"))) {
            Holder holder = holder(behind);
            List<TestBrowser> known = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                known.add(new TestBrowser(behind).movedTo("203.0.113." + i));
                behind.execute("UPDATE totp SET last_step = 0");
                assertThat(enter(known.get(i), holder, holder.code())).isEqualTo(200);
            }
            TestBrowser thief = new TestBrowser(behind).movedTo("198.51.100.9");
            for (int i = 0; i < 5; i++)
                assertThat(enter(thief, holder, holder.wrongCode())).isEqualTo(403);

            for (int i = 0; i < 20; i++) {
                assertThat(enter(known.get(i % 5), holder, holder.wrongCode())).isEqualTo(403);
            }
            behind.execute("UPDATE totp SET last_step = 0");
            assertThat(enter(known.getFirst(), holder, holder.code())).isEqualTo(429);
            behind.execute("UPDATE wrong_code SET since = since - 86400000000 WHERE place = 'known'");
            assertThat(enter(known.getFirst(), holder, holder.code()))
                    .as("a day later")
                    .isEqualTo(200);
        }
    }

    /// Signs in by password and code, whoever was signed in, and says how that was answered.
    private static int enter(TestBrowser browser, Holder holder, String code) {
        return browser.submit(password(browser, "/login?another=yes", holder), "code", code)
                .status();
    }

    @Test
    void a_recovery_code_takes_the_place_of_the_application_once() {
        Holder holder = holder();
        String code = holder.enrolled.recoveryCodes().getFirst();
        assertThat(RecoveryCode.parse(code)).isPresent();

        Reply first =
                prove(halfWay(holder), code.toLowerCase(java.util.Locale.ROOT).replace('-', ' '));
        assertThat(first.status()).isEqualTo(200);
        assertThat(RunningServer.claims(first.string("access_token"))).containsEntry("acr", "aal2");
        assertThat(prove(halfWay(holder), code).outcome()).isEqualTo("401 invalid_grant");
        assertThat(prove(halfWay(holder), holder().enrolled.recoveryCodes().getFirst())
                        .outcome())
                .as("of another user")
                .isEqualTo("401 invalid_grant");
        assertThat(server.totpEnrolments()
                        .find(holder.enrolled.user())
                        .orElseThrow()
                        .recoveryCodesLeft())
                .isEqualTo(7);
        assertThat(server.audit(AuditEvent.Type.RECOVERY_CODE_USED)).isNotEmpty();
    }

    @Test
    void the_json_door_gives_tokens_for_the_second_call_once_and_not_too_late() {
        Holder holder = holder();
        String login = halfWay(holder);
        assertThat(prove(login, holder.wrongCode()).outcome()).isEqualTo("401 invalid_grant");
        Reply in = prove(login, holder.code());
        assertThat(in.status()).isEqualTo(200);
        assertThat(RunningServer.claims(in.string("access_token")))
                .containsEntry("acr", "aal2")
                .containsEntry("amr", List.of("pwd", "otp", "mfa"));
        forgetStep(holder);
        assertThat(prove(login, holder.code()).outcome()).as("the step again").isEqualTo("401 invalid_grant");

        String late = halfWay(holder);
        server.execute("UPDATE password_step SET expires_at = proved_at");
        assertThat(prove(late, holder.code()).outcome()).isEqualTo("401 invalid_grant");

        String changed = halfWay(holder);
        server.execute(
                "UPDATE app_user SET password_hash = password_hash || ' ' WHERE username = '" + holder.name + "'");
        assertThat(prove(changed, holder.code()).outcome())
                .as("another password meanwhile")
                .isEqualTo("401 invalid_grant");
        assertThat(server.call("POST", "/session")
                        .json(Json.text(Map.of("username", "vera", "otp", "123456")))
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    @DisplayName("RFC 9470: a level that the session lacks leads to exactly the missing step, and to a new cookie")
    void a_level_that_is_asked_for_leads_to_the_missing_step() {
        String name = user();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open(web.request()), "username", name, "password", RunningServer.PASSWORD);
        String before = browser.cookie("__Host-handstamp-session").orElseThrow();
        Holder holder = enrolled(server, name);

        Reply code = browser.open(web.request("scope", "openid orders:read", "acr_values", "aal2", "max_age", "300"));
        assertThat(browser.isAt("/login/totp")).as("no password again").isTrue();
        assertThat(browser.submit(code, "code", holder.wrongCode()).status()).isEqualTo(403);
        Reply back = browser.submit(code, "code", holder.code());

        Map<String, Object> claims = RunningServer.claims(
                web.redeem(TestBrowser.answer(back).get("code")).string("access_token"));
        assertThat(claims).containsEntry("acr", "aal2");
        assertThat(browser.cookie("__Host-handstamp-session").orElseThrow())
                .as("O-38: a new cookie at step-up")
                .isNotEqualTo(before);
        TestBrowser old = new TestBrowser(server);
        old.setCookie("__Host-handstamp-session", before);
        old.open(web.request());
        assertThat(old.isAt("/login")).as("O-38: the old one is dead").isTrue();
        assertThat(TestBrowser.answer(browser.open(web.request("acr_values", "aal2", "prompt", "none"))))
                .as("once is enough")
                .containsKey("code");

        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 3600000000"
                + ", second_factor_at = second_factor_at - 3600000000 WHERE second_factor_at IS NOT NULL");
        browser.open(web.request("acr_values", "aal2", "max_age", "300"));
        assertThat(browser.isAt("/login")).as("all of it is old").isTrue();
    }

    @Test
    void who_asks_for_the_lower_level_is_told_that_very_word() {
        Holder holder = holder();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply back =
                browser.submit(password(browser, web.request("acr_values", "aal1"), holder), "code", holder.code());
        assertThat(RunningServer.claims(
                        web.redeem(TestBrowser.answer(back).get("code")).string("access_token")))
                .containsEntry("acr", "aal1")
                .containsEntry("amr", List.of("pwd", "otp", "mfa"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acr_values=aal2",
                "acr_values=urn:example:gold aal2",
                "claims={\"id_token\":{\"acr\":{\"essential\":true,\"value\":\"aal2\"}}}",
                "claims={\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"urn:example:gold\"]}}}"
            })
    void a_level_that_the_user_cannot_reach_is_said_to_the_client(String asked) {
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.signIn(browser.open(web.request()));
        String[] parameter = asked.split("=", 2);
        assertThat(TestBrowser.answer(browser.open(web.request(parameter[0], parameter[1], "prompt", "none"))))
                .containsEntry("error", "unmet_authentication_requirements");
    }

    @Test
    void who_has_no_second_factor_sets_one_up_on_the_way() {
        String name = user();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply told = browser.submit(
                browser.open(web.request("scope", "openid orders:read", "acr_values", "aal2")),
                "username",
                name,
                "password",
                RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/factor")).as(browser.at()).isTrue();
        assertThat(told.text()).contains(name, "The &lt;Shop&gt; &amp; Co lets nobody in by the password alone");

        Reply offer = browser.open(link(told, "new-authenticator"));
        Secret key = new Secret(offer.text()
                .replaceAll("(?s).*id=\"authenticator-key\">([A-Z2-7 ]+)<.*", "$1")
                .replace(" ", ""));
        Reply wrong = browser.submit(offer, "code", "000000");
        assertThat(wrong.status()).isEqualTo(403);
        Reply codes = browser.submit(wrong, "code", Totp.codeAt(key, Instant.now()));
        assertThat(codes.text()).contains("id=\"recovery-codes\"");
        Reply back = browser.open(link(codes, "codes-kept"));

        Map<String, Object> claims = RunningServer.claims(
                web.redeem(TestBrowser.answer(back).get("code")).string("access_token"));
        assertThat(claims).containsEntry("acr", "aal2");
        Reply again = browser.open(link(told, "new-authenticator"));
        assertThat(TestBrowser.answer(again)).as("set up already").containsKey("code");
    }

    @Test
    void who_has_no_second_factor_adds_a_passkey_on_the_way() {
        String name = user();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply told = browser.submit(
                browser.open(web.request("scope", "openid orders:read", "acr_values", "aal2")),
                "username",
                name,
                "password",
                RunningServer.PASSWORD);
        SoftwareAuthenticator key = new PasskeyWalk(server).authenticator();

        Reply adding = browser.open(link(told, "new-passkey"));
        Map<String, Object> options = PasskeyWalk.ask(browser, adding, "/account/passkeys/options");
        Reply added = PasskeyWalk.answer(browser, adding, "/account/passkeys/add", key.create(options));
        Reply asked = browser.open(added.string("go_on"));
        assertThat(browser.isAt("/login/passkey")).as(browser.at()).isTrue();
        Map<String, Object> question = PasskeyWalk.ask(browser, asked, "/login/passkey/options");
        Reply shown = PasskeyWalk.answer(browser, asked, "/login/passkey", key.get(question));

        String code = TestBrowser.answer(browser.open(shown.string("go_on"))).get("code");
        assertThat(RunningServer.claims(web.redeem(code).string("access_token")))
                .containsEntry("acr", "aal2");
    }

    @Test
    void whoever_looks_after_passkeys_on_the_way_still_goes_on_to_what_waits() {
        String name = user();
        TestBrowser browser = new TestBrowser(server);
        Reply told = browser.submit(
                browser.open(WebClient.trusted(server).request("scope", "openid orders:read", "acr_values", "aal2")),
                "username",
                name,
                "password",
                RunningServer.PASSWORD);
        String request = TestBrowser.fields(told).get("request");
        PasskeyWalk walk = new PasskeyWalk(server);
        for (int i = 0; i < 11; i++) {
            assertThat(walk.add(browser, walk.authenticator()).outcome()).isEqualTo("200");
        }

        String page = link(told, "new-passkey");
        Reply passkeys = browser.open(page);
        assertThat(passkeys.text()).containsPattern("href=\"[^\"]*request=" + request + "[^\"]*page=2\" rel=\"next\"");
        String target = TestBrowser.fields(passkeys).get("target");
        Reply renamed = press(browser, passkeys, "rename", target, "name", "The one in the drawer");
        assertThat(renamed.text()).contains("The one in the drawer", "data-request=\"" + request + "\"");
        Reply removed = press(browser, renamed, "remove", target);
        assertThat(removed.text()).contains("data-request=\"" + request + "\"").doesNotContain(target);

        Reply late = browser.open(page);
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000");
        Reply old = press(browser, late, "remove", TestBrowser.fields(late).get("target"));
        assertThat(link(old, "confirm")).isEqualTo("/login?request=" + request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"new-passkey", "new-authenticator"})
    void whoever_is_signed_out_meanwhile_signs_in_for_what_waits(String button) {
        TestBrowser browser = new TestBrowser(server);
        Reply told = browser.submit(
                browser.open(WebClient.trusted(server).request("scope", "openid orders:read", "acr_values", "aal2")),
                "username",
                user(),
                "password",
                RunningServer.PASSWORD);

        TestBrowser signedOut = new TestBrowser(server);
        signedOut.open(link(told, button));

        assertThat(signedOut.at())
                .endsWith("/login?request=" + TestBrowser.fields(told).get("request"));
    }

    @Test
    void whoever_connects_a_device_sets_a_second_factor_up_on_the_way_as_well() {
        String name = user();
        WebClient tv = WebClient.of(
                server,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                true,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.DEVICE_CODE),
                RunningServer.ORDERS);
        require(tv, "aal2");
        Reply begun = server.call("POST", "/device_authorization")
                .basic(tv.id(), "the-secret-of-" + tv.id())
                .form("scope", "orders:read")
                .send();
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
        Reply told = browser.submit(login, "username", name, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/factor")).as(browser.at()).isTrue();

        Reply offer = browser.open(link(told, "new-authenticator"));
        Secret key = new Secret(offer.text()
                .replaceAll("(?s).*id=\"authenticator-key\">([A-Z2-7 ]+)<.*", "$1")
                .replace(" ", ""));
        Reply codes = browser.submit(offer, "code", Totp.codeAt(key, Instant.now()));
        Reply decide = browser.open(link(codes, "codes-kept"));
        assertThat(browser.isAt("/device")).as(browser.at()).isTrue();
        assertThat(browser.allow(decide).text()).contains("The device is connected");
    }

    @Test
    void who_wants_no_second_factor_goes_back_and_an_old_sign_in_sets_none_up() {
        String name = user();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open(web.request()), "username", name, "password", RunningServer.PASSWORD);
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000");
        Reply again = browser.open(web.request("acr_values", "aal2"));
        assertThat(browser.isAt("/login")).as(browser.at()).isTrue();
        Reply told = browser.submit(again, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/factor")).as(browser.at()).isTrue();

        Reply forged = server.call("POST", "/login/factor")
                .cookie(
                        "__Host-handstamp-session",
                        browser.cookie("__Host-handstamp-session").orElseThrow())
                .form("request", TestBrowser.fields(told).get("request"), "cancel", "yes", "form", "forged")
                .send();
        assertThat(forged.status()).as("nobody says no for the user").isEqualTo(403);
        assertThat(forged.text()).contains("This form has expired, or did not come from this page.");
        Reply led = browser.open(
                browser.at() + "&cancel=yes&form=" + TestBrowser.fields(told).get("form"));
        assertThat(browser.isAt("/login/factor")).as("no address says no").isTrue();
        assertThat(led.status()).isEqualTo(200);
        assertThat(TestBrowser.answer(browser.submit(told, "cancel", "yes"))).containsEntry("error", "access_denied");
        assertThat(new TestBrowser(server).open("/login/factor?request=gone").status())
                .isEqualTo(400);
    }

    /// Posts the form of this action about this passkey with what it holds, and what is filled in.
    private static Reply press(TestBrowser browser, Reply page, String action, String target, String... filled) {
        Matcher form = Pattern.compile("(?s)<form[^>]*>\\s*<input type=\"hidden\" name=\"action\" value=\"" + action
                        + "\">\\s*<input type=\"hidden\" name=\"target\" value=\"" + target + "\">.*?</form>")
                .matcher(page.text());
        if (!form.find()) throw new AssertionError("no form " + action + " in " + page.text());
        byte[] part = form.group().getBytes(StandardCharsets.UTF_8);
        return browser.submit(new Reply(page.status(), page.headers(), part), filled);
    }

    private static String link(Reply page, String id) {
        return page.text()
                .replaceAll("(?s).*<a id=\"" + id + "\"[^>]*href=\"([^\"]*)\".*", "$1")
                .replace("&amp;", "&");
    }

    @Test
    void wishes_that_nobody_knows_and_second_choices_are_no_obstacle() {
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        browser.signIn(browser.open(web.request()));
        for (String values : List.of("1 2", "urn:example:gold", "aal2 aal1", "aal1")) {
            assertThat(TestBrowser.answer(browser.open(web.request("acr_values", values))))
                    .as(values)
                    .containsKey("code");
        }
        String name = user();
        TestBrowser silent = new TestBrowser(server);
        silent.submit(silent.open(web.request()), "username", name, "password", RunningServer.PASSWORD);
        enrolled(server, name);
        assertThat(TestBrowser.answer(silent.open(web.request("acr_values", "aal2", "prompt", "none"))))
                .containsEntry("error", "login_required");
    }

    @Test
    void an_api_can_require_the_second_factor_at_every_door() {
        server.addUser("plain-keeper", "keeper", "buyer");
        String name = user("keeper", "buyer");
        WebClient web = WebClient.of(
                server, WebClient.redirection(true, false, WebClient.CALLBACK), true, WebClient.GRANTS, VAULT);
        TestBrowser browser = new TestBrowser(server);
        Reply refused = browser.submit(
                browser.open(web.request("scope", "openid")),
                "username",
                "plain-keeper",
                "password",
                RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/factor")).as(browser.at()).isTrue();
        assertThat(refused.text()).contains("plain-keeper");
        assertThat(session("plain-keeper").outcome()).isEqualTo("400 unmet_authentication_requirements");

        Holder holder = enrolled(server, name);
        TestBrowser other = new TestBrowser(server);
        Reply back = other.submit(
                password(other, web.request("acr_values", "aal1", "scope", "openid"), holder), "code", holder.code());
        assertThat(RunningServer.claims(
                        web.redeem(TestBrowser.answer(back).get("code")).string("access_token")))
                .as("the API's word counts more than the client's")
                .containsEntry("acr", "aal2");

        server.addClient(
                "vault-caller",
                "the-secret-of-the-vault-caller-x",
                Set.of(GrantType.TOKEN_EXCHANGE),
                List.of(VAULT),
                "vault:open");
        new Exchanges(server.database, InstantSource.system(), Administrator.COMMAND_LINE)
                .add(new NewRule(
                        "vault-caller", RunningServer.ORDERS, VAULT, Map.of("orders:read", "vault:open"), false));
        String weak = server.logIn("plain-keeper", RunningServer.PASSWORD).string("access_token");
        forgetStep(holder);
        String strong = prove(halfWay(holder), holder.code()).string("access_token");
        assertThat(exchange(weak).outcome()).isEqualTo("400 invalid_target");
        assertThat(exchange(strong).status()).isEqualTo(200);
    }

    @Test
    void a_client_can_require_the_second_factor_of_its_users() {
        String name = user();
        WebClient web = WebClient.trusted(server);
        WebClient other = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply back = browser.submit(
                browser.open(web.request("scope", "openid orders:read")),
                "username",
                name,
                "password",
                RunningServer.PASSWORD);
        Reply before = web.redeem(TestBrowser.answer(back).get("code"));
        String unspent = TestBrowser.answer(browser.open(web.request())).get("code");

        assertThat(server.isActive(before.string("access_token"))).isTrue();
        require(web, "aal2");
        assertThat(server.isActive(before.string("access_token"))).isFalse();
        Reply refused = web.refresh(before.string("refresh_token"));
        assertThat(refused.outcome()).isEqualTo("400 invalid_grant");
        assertThat(refused.string("error_description")).contains("insufficient_user_authentication", "acr_values=aal2");
        assertThat(web.redeem(unspent).outcome()).as("asked for before").isEqualTo("400 invalid_grant");
        assertThat(server.audit(AuditEvent.Type.REFRESH_REFUSED))
                .anySatisfy(event -> assertThat(event.details()).containsEntry("reason", "level"));
        browser.open(web.request());
        assertThat(browser.isAt("/login/factor")).as(browser.at()).isTrue();
        assertThat(TestBrowser.answer(browser.open(other.request()))).containsKey("code");

        Holder holder = enrolled(server, name);
        Reply second = browser.open(web.request("scope", "openid orders:read"));
        assertThat(browser.isAt("/login/totp")).as("exactly what is missing").isTrue();
        Reply strong = web.redeem(TestBrowser.answer(browser.submit(second, "code", holder.code()))
                .get("code"));
        assertThat(RunningServer.claims(strong.string("access_token"))).containsEntry("acr", "aal2");
        assertThat(web.refresh(strong.string("refresh_token")).status()).isEqualTo(200);

        require(web, "none");
        assertThat(web.refresh(before.string("refresh_token")).status())
                .as("it was not spent when it was refused")
                .isEqualTo(200);
    }

    @Test
    void an_api_that_comes_to_require_the_second_factor_refreshes_no_weaker_grant() {
        String ledger = "https://api.example/ledger";
        server.addApi(ledger, "the secret of the API ledger", Algorithm.RS256, Api.DEFAULT_TOKEN_LIFETIME, "see");
        server.addRole("accountant", ledger, "see");
        String name = user("accountant");
        Reply weak = server.call("POST", "/session")
                .json(Json.text(Map.of("username", name, "password", RunningServer.PASSWORD, "audience", ledger)))
                .send();
        Holder holder = enrolled(server, user("accountant"));
        Reply half = server.call("POST", "/session")
                .json(Json.text(
                        Map.of("username", holder.name, "password", RunningServer.PASSWORD, "audience", ledger)))
                .send();
        Reply strong = server.call("POST", "/session")
                .json(Json.text(Map.of("login", half.string("login"), "otp", holder.code(), "audience", ledger)))
                .send();
        String key = "the secret of the API ledger";
        assertThat(server.isActiveAt(ledger, key, weak.string("access_token"))).isTrue();
        requireAt(ledger, "aal2");
        assertThat(server.isActiveAt(ledger, key, weak.string("access_token"))).isFalse();
        Reply refused = server.refresh(weak.string("refresh_token"));
        assertThat(refused.outcome()).isEqualTo("401 invalid_grant");
        assertThat(refused.string("error_description")).contains("aal2");
        assertThat(server.refresh(strong.string("refresh_token")).status()).isEqualTo(200);
        requireAt(ledger, "none");
        assertThat(server.refresh(weak.string("refresh_token")).status()).isEqualTo(200);
    }

    private static void require(WebClient web, String acr) {
        Clients.NewPolicy policy = new Clients.NewPolicy(Optional.of(acr), Optional.empty(), Optional.empty());
        Clients.Change none = Clients.Change.NONE;
        new Clients(
                        server.database,
                        server::keyEncryption,
                        new Secrets(new SecureRandom()),
                        InstantSource.system(),
                        Administrator.COMMAND_LINE)
                .update(
                        web.id(),
                        new Clients.Change(
                                none.grants(),
                                none.apis(),
                                none.scopes(),
                                none.redirection(),
                                none.metadata(),
                                policy,
                                none.secret(),
                                none.newSecret()));
    }

    private static void requireAt(String api, String acr) {
        Apis.Change none = Apis.Change.NONE;
        server.apis()
                .update(
                        api,
                        new Apis.Change(
                                none.scopes(),
                                none.words(),
                                none.algorithm(),
                                none.tokenLifetime(),
                                none.claims(),
                                none.statusList(),
                                none.open(),
                                Optional.of(acr),
                                false));
    }

    @Test
    void a_device_at_such_an_api_is_connected_only_with_the_second_factor() {
        Holder holder = enrolled(server, user("keeper"));
        WebClient tv =
                WebClient.of(server, WebClient.redirection(true, true), false, Set.of(GrantType.DEVICE_CODE), VAULT);
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", tv.id())
                .send();
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
        Reply second = browser.submit(login, "username", holder.name, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/totp")).isTrue();
        Reply decide = browser.submit(second, "code", holder.code());
        assertThat(browser.isAt("/device")).isTrue();
        browser.allow(decide);
        Reply tokens = server.call("POST", "/token")
                .form(
                        "client_id",
                        tv.id(),
                        "grant_type",
                        GrantType.DEVICE_CODE.wireName(),
                        "device_code",
                        begun.string("device_code"))
                .send();
        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("acr", "aal2");
    }

    @Test
    void the_user_s_own_page_asks_for_it_as_well() {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        Reply second =
                browser.submit(browser.open("/account"), "username", holder.name, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/totp")).isTrue();
        assertThat(browser.submit(second, "code", holder.code()).text()).contains(">" + holder.name);
    }

    @Test
    void who_cancels_at_the_second_factor_goes_back_to_the_client() {
        Holder holder = holder();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        Reply back = browser.submit(password(browser, web.request(), holder), "cancel", "yes");
        assertThat(TestBrowser.answer(back)).containsEntry("error", "access_denied");
        assertThat(browser.cookie("__Host-handstamp-login")).isEmpty();
    }

    @Test
    void whose_application_was_removed_needs_the_password_alone() {
        Holder holder = holder();
        server.totpEnrolments().remove(holder.name);
        assertThat(server.logIn(holder.name, RunningServer.PASSWORD).status()).isEqualTo(200);
        assertThat(server.audit(AuditEvent.Type.TOTP_REMOVED)).isNotEmpty();
    }

    @Test
    @DisplayName("S-05: neither the seed nor a recovery code stands in the database")
    void seeds_are_encrypted_and_recovery_codes_hashed() {
        Holder holder = holder();
        String stored = server.everythingStored();
        assertThat(stored).doesNotContain(holder.secret.value());
        for (String code : holder.enrolled.recoveryCodes()) {
            assertThat(stored).doesNotContain(code).doesNotContain(code.replace("-", ""));
        }
        assertThat(holder.enrolled.uri())
                .matches("otpauth://totp/login\\.example:" + holder.name
                        + "\\?secret=[A-Z2-7]{32}&issuer=login\\.example&algorithm=SHA1&digits=6&period=30");
    }

    @Test
    void the_metadata_name_both_levels() {
        assertThat(server.call("GET", "/.well-known/openid-configuration")
                        .send()
                        .json())
                .containsEntry("acr_values_supported", List.of("aal1", "aal2"));
    }

    /// Shows the password on the login page, and ends at the page that comes then.
    private static Reply password(TestBrowser browser, String path, Holder holder) {
        return browser.submit(browser.open(path), "username", holder.name, "password", RunningServer.PASSWORD);
    }

    private static String halfWay(Holder holder) {
        return halfWay(server, holder);
    }

    private static String halfWay(RunningServer at, Holder holder) {
        Reply reply = at.logIn(holder.name, RunningServer.PASSWORD);
        assertThat(reply.outcome()).isEqualTo("401 second_factor_required");
        return reply.string("login");
    }

    private static Reply prove(String login, String code) {
        return prove(server, login, code);
    }

    private static Reply prove(RunningServer at, String login, String code) {
        return at.call("POST", "/session")
                .json(Json.text(Map.of("login", login, "otp", code, "audience", RunningServer.ORDERS)))
                .send();
    }

    private static Reply session(String name) {
        return server.call("POST", "/session")
                .json(Json.text(Map.of("username", name, "password", RunningServer.PASSWORD, "audience", VAULT)))
                .send();
    }

    private static Reply exchange(String subject) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GrantType.TOKEN_EXCHANGE.wireName());
        form.put("subject_token", subject);
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        String[] pairs = form.entrySet().stream()
                .flatMap(each -> List.of(each.getKey(), each.getValue()).stream())
                .toArray(String[]::new);
        return server.call("POST", "/token")
                .basic("vault-caller", "the-secret-of-the-vault-caller-x")
                .form(pairs)
                .send();
    }

    /// Lets the code of now count again: half a minute has passed.
    private static void forgetStep(Holder holder) {
        server.execute("UPDATE totp SET last_step = 0 WHERE subject = '"
                + holder.enrolled.user().subject().value() + "'");
    }

    private static String user(String... roles) {
        String name = "holder-" + NAMES.incrementAndGet();
        server.addUser(name, roles.length == 0 ? new String[] {"buyer"} : roles);
        return name;
    }

    private static Holder holder() {
        return enrolled(server, user());
    }

    private static Holder holder(RunningServer at) {
        at.addUser("holder", "buyer");
        return enrolled(at, "holder");
    }

    private static Holder enrolled(RunningServer at, String name) {
        Enrolled enrolled = at.totpEnrolments().add(name, "login.example");
        return new Holder(name, RunningServer.seed(enrolled), enrolled);
    }

    private static <T> List<T> atOnce(List<? extends Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(calls)) results.add(each.get());
            return results;
        }
    }
}
