package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.UserStore;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What users change of how they sign in, take along and have deleted, with a browser that runs no scripts.
class OwnAccountTest {

    private static final String SESSION = "__Host-handstamp-session";
    private static final String NEW = "seven green umbrellas at noon";
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Pattern FORM = Pattern.compile("(?s)<form[^>]*action=\"([^\"]*)\".*?</form>");
    private static final Pattern FIELD = Pattern.compile("<input[^>]*name=\"([^\"]+)\"[^>]*?value=\"([^\"]*)\"");

    private static RunningServer server;

    private final String name = "owner-" + NAMES.incrementAndGet();
    private final User user = server.addUser(name, "buyer");
    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.database.inTransaction(tx -> {
            new MailStore().setSending(tx, true);
            return tx;
        });
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // Password.

    @Test
    @DisplayName("A-16: another password ends everything but this browser, which gets a new cookie")
    void another_password_ends_everything_else() {
        TestBrowser elsewhere = signedIn();
        Reply tokens = server.logIn(name, RunningServer.PASSWORD);
        enter(browser);
        String before = browser.cookie(SESSION).orElseThrow();
        Reply form = browser.open("/account/password");

        Reply after = press(browser, form, "change", "password", NEW, "again", NEW);

        assertThat(browser.isAt("/account/security")).isTrue();
        assertThat(after.text()).contains("Your password is changed.");
        assertThat(elsewhere.open("/account").text()).contains("login-submit");
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(server.refresh(tokens.string("refresh_token")).status()).isEqualTo(401);
        assertThat(server.logIn(name, RunningServer.PASSWORD).status()).isEqualTo(401);
        assertThat(server.logIn(name, NEW).status()).isEqualTo(200);
        assertThat(browser.cookie(SESSION)).isPresent().get().isNotEqualTo(before);
        TestBrowser thief = new TestBrowser(server);
        thief.setCookie(SESSION, before);
        assertThat(thief.open("/account").text()).contains("login-submit");
        assertThat(events(AuditEvent.Type.PASSWORD_CHANGED)).hasSize(1);
        assertThat(told("password_changed")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "short, has at least 8 characters",
        "password1234, lists of stolen ones",
        "Iloveyou, lists of stolen ones",
        "veravale2, made of your name",
        "handstamp!!, the name of this service"
    })
    void a_password_that_is_known_or_short_is_refused_with_what_helps(String password, String words) {
        enter(browser);
        Reply form = browser.open("/account/password");

        Reply refused = press(browser, form, "change", "password", password, "again", password);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains(words).doesNotContain("value=\"" + password);
        assertThat(server.logIn(name, RunningServer.PASSWORD).status()).isEqualTo(200);
        assertThat(press(browser, form, "change", "password", NEW, "again", NEW + " ")
                        .text())
                .contains("not the same");
        assertThat(press(browser, form, "change", "password", "x".repeat(1025), "again", "x".repeat(1025))
                        .text())
                .contains("at most 1024 bytes");
        assertThat(events(AuditEvent.Type.PASSWORD_CHANGED)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"/account/password", "/account/authenticator"})
    @DisplayName("A-12, A-15: what changes a sign-in needs one of just now, and leads back")
    void an_old_sign_in_is_proved_anew(String path) {
        enter(browser);
        Reply form = browser.open(path);
        growOld();

        for (Reply answer : List.of(browser.open(path), browser.submit(form, "password", NEW, "again", NEW))) {
            assertThat(browser.isAt("/login")).isTrue();
            assertThat(answer.text()).contains(name, "name=\"password\"").doesNotContain(NEW);
        }
        assertThat(server.logIn(name, RunningServer.PASSWORD).status()).isEqualTo(200);
        Reply wrong = browser.submit(browser.open(path), "password", "wrong password");
        assertThat(wrong.status()).isEqualTo(403);
        browser.submit(browser.open(path), "password", RunningServer.PASSWORD);
        assertThat(browser.at()).isEqualTo(path);
    }

    @Test
    @DisplayName("A-12: buttons of a page that was opened in time do nothing once the sign-in is old")
    void buttons_grow_old_with_the_sign_in() {
        enrol();
        Reply page = browser.open("/account/security");
        Reply data = browser.open("/account/data");
        growOld();

        press(browser, page, "remove-authenticator");
        assertThat(browser.isAt("/login")).isTrue();
        press(browser, page, "renew-codes");
        assertThat(browser.isAt("/login")).isTrue();
        assertThat(press(browser, data, "export").text()).doesNotContain("exported_at");
        press(browser, data, "delete", "confirm", name);
        assertThat(browser.isAt("/login")).isTrue();
        assertThat(events(AuditEvent.Type.TOTP_REMOVED)).isEmpty();
        assertThat(server.user(name).subject()).isEqualTo(user.subject());
    }

    // Authenticator application.

    @Test
    @DisplayName("A-07: an authenticator counts once a code of it was shown, and that code counts no second time")
    void an_authenticator_is_set_up() {
        enter(browser);
        Reply offer = browser.open("/account/authenticator");
        assertThat(offer.text())
                .contains("<svg class=\"qr\" role=\"img\" aria-label=\"QR code")
                .doesNotContain(" style=");
        Reply wrong = press(browser, offer, "add", "code", "000000");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(key(wrong)).isEqualTo(key(offer));
        assertThat(server.logIn(name, RunningServer.PASSWORD).status()).isEqualTo(200);
        String code = Totp.codeAt(key(offer), Instant.now());

        Reply codes = press(browser, wrong, "add", "code", code);

        assertThat(codes(codes)).hasSize(8).doesNotHaveDuplicates();
        assertThat(codes.header("Cache-Control")).contains("no-store");
        assertThat(events(AuditEvent.Type.TOTP_ENROLLED)).hasSize(1);
        assertThat(told("factor_added")).isEqualTo(1);
        assertThat(server.everythingStored())
                .doesNotContain(key(offer).value())
                .doesNotContain(codes(codes).getFirst());
        TestBrowser elsewhere = new TestBrowser(server);
        Reply second =
                elsewhere.submit(elsewhere.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(elsewhere.isAt("/login/totp")).isTrue();
        assertThat(elsewhere.submit(second, "code", code).status()).isEqualTo(403);
        forgetStep();
        elsewhere.submit(second, "code", Totp.codeAt(key(offer), Instant.now()));
        assertThat(elsewhere.at()).isEqualTo("/account");
        // This browser has shown the code as well: it need not once more.
        assertThat(browser.open("/account/password").text()).contains("password-submit");
    }

    @Test
    void the_back_button_shows_no_key_and_no_codes_a_second_time() {
        enter(browser);
        Reply offer = browser.open("/account/authenticator");
        press(browser, offer, "add", "code", Totp.codeAt(key(offer), Instant.now()));

        Reply again = press(browser, offer, "add", "code", Totp.codeAt(key(offer), Instant.now()));

        assertThat(browser.isAt("/account/security")).isTrue();
        assertThat(again.text()).doesNotContain("recovery-codes\"").contains("8 recovery codes are left.");
        assertThat(browser.open("/account/authenticator").text()).doesNotContain("authenticator-key");
        assertThat(events(AuditEvent.Type.TOTP_ENROLLED)).hasSize(1);
    }

    @Test
    void two_tabs_offer_two_keys_and_the_one_whose_code_comes_first_counts() {
        enter(browser);
        Reply one = browser.open("/account/authenticator");
        Reply other = browser.open("/account/authenticator");
        assertThat(key(one)).isNotEqualTo(key(other));
        press(browser, other, "add", "code", Totp.codeAt(key(other), Instant.now()));

        press(browser, one, "add", "code", Totp.codeAt(key(one), Instant.now()));

        assertThat(browser.isAt("/account/security")).isTrue();
        TestBrowser elsewhere = new TestBrowser(server);
        Reply second =
                elsewhere.submit(elsewhere.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(elsewhere
                        .submit(second, "code", Totp.codeAt(key(one), Instant.now()))
                        .status())
                .isEqualTo(403);
    }

    @Test
    @DisplayName("A-12: an offer of somebody else's session sets nothing up")
    void an_offer_of_somebody_else_is_none() {
        String thief = "owner-" + NAMES.incrementAndGet();
        server.addUser(thief, "buyer");
        TestBrowser thiefs = new TestBrowser(server);
        thiefs.submit(thiefs.open("/account"), "username", thief, "password", RunningServer.PASSWORD);
        Reply offered = thiefs.open("/account/authenticator");
        enter(browser);
        Reply own = browser.open("/account/authenticator");

        press(
                browser,
                own,
                "add",
                "sealed",
                fields(offered, "add").get("sealed"),
                "code",
                Totp.codeAt(key(offered), Instant.now()));

        assertThat(events(AuditEvent.Type.TOTP_ENROLLED)).isEmpty();
        assertThat(browser.open("/account/security").text()).contains("add-authenticator");
    }

    @Test
    @DisplayName("A-09: who knows the password alone changes nothing, however fresh its sign-in is")
    void a_session_without_the_second_factor_changes_nothing() {
        TestBrowser thief = signedIn();
        Reply password = thief.open("/account/password");
        Reply data = thief.open("/account/data");
        enrol();

        Reply page = thief.open("/account/security");
        press(thief, page, "remove-authenticator");
        assertThat(thief.isAt("/login")).isTrue();
        press(thief, page, "renew-codes");
        assertThat(thief.isAt("/login")).isTrue();
        press(thief, password, "change", "password", NEW, "again", NEW);
        assertThat(thief.isAt("/login")).isTrue();
        press(thief, data, "delete", "confirm", name);
        assertThat(thief.isAt("/login")).isTrue();
        assertThat(press(thief, data, "export").text()).doesNotContain("exported_at");
        assertThat(events(AuditEvent.Type.TOTP_REMOVED)).isEmpty();
        assertThat(server.user(name).passwordHash()).isEqualTo(user.passwordHash());
    }

    @Test
    @DisplayName("A-15: who has signed in by a mail alone changes nothing before the password, or a passkey, was shown")
    void a_sign_in_by_mail_changes_nothing() {
        enter(browser);
        Reply form = browser.open("/account/password");
        // As if the sign-in had been by a link: that is all the browser has shown.
        server.execute("UPDATE browser_session SET without_password = 1, mail_at = authenticated_at WHERE session_id IN"
                + " (SELECT session_id FROM session WHERE subject = '"
                + user.subject().value() + "')");

        press(browser, form, "change", "password", NEW, "again", NEW);

        assertThat(browser.isAt("/login")).isTrue();
        assertThat(server.user(name).passwordHash()).isEqualTo(user.passwordHash());
        browser.submit(browser.open("/account/password"), "password", RunningServer.PASSWORD);
        assertThat(browser.at()).isEqualTo("/account/password");
    }

    @Test
    @DisplayName("A-09: in a browser that is remembered a change still takes both factors, and gets there")
    void a_remembered_browser_proves_both_factors_anew() {
        enrol();
        forgetStep();
        TestBrowser remembered = new TestBrowser(server);
        Reply second =
                remembered.submit(remembered.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        remembered.submit(second, "code", Totp.codeAt(enrolled, Instant.now()), "remember", "yes");
        assertThat(remembered.at()).isEqualTo("/account");
        remembered.signOut();
        remembered.submit(remembered.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(remembered.at()).isEqualTo("/account");
        forgetStep();

        remembered.submit(remembered.open("/account/password"), "password", RunningServer.PASSWORD);
        assertThat(remembered.isAt("/login/totp")).isTrue();
        Reply there = remembered.submit(remembered.open(remembered.at()), "code", Totp.codeAt(enrolled, Instant.now()));
        assertThat(remembered.at()).isEqualTo("/account/password");
        assertThat(there.text()).contains("password-submit");
    }

    @Test
    void an_authenticator_that_is_taken_away_ends_everything_else() {
        enrol();
        forgetStep();
        TestBrowser elsewhere = new TestBrowser(server);
        Reply second =
                elsewhere.submit(elsewhere.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        elsewhere.submit(second, "code", Totp.codeAt(enrolled, Instant.now()));
        assertThat(elsewhere.at()).isEqualTo("/account");

        Reply after = press(browser, browser.open("/account/security"), "remove-authenticator");

        assertThat(after.text()).contains("The authenticator is removed.");
        assertThat(elsewhere.open("/account").text()).contains("login-submit");
        assertThat(server.logIn(name, RunningServer.PASSWORD).status()).isEqualTo(200);
        assertThat(events(AuditEvent.Type.TOTP_REMOVED)).hasSize(1);
        assertThat(told("factor_removed")).isEqualTo(1);
    }

    @Test
    @DisplayName("RFC 7591 §2.2: an application is called what it has registered in the language of the reader")
    void an_application_is_called_by_its_name_in_the_readers_language() {
        WebClient client = shop();
        enter(browser);
        Reply answer = browser.authorize(client.request("scope", "openid orders:read"));
        client.redeem(TestBrowser.answer(answer).get("code"));

        for (String path : List.of("/account/applications", "/account/sessions", "/account/activity")) {
            Reply german = browser.send(server.call("GET", path).header("Accept-Language", "de"));
            assertThat(german.text()).as(path).contains("Der Laden").doesNotContain("The &lt;Shop");
            assertThat(browser.open(path).text())
                    .as(path)
                    .contains("The &lt;Shop")
                    .doesNotContain("Der Laden");
        }
    }

    @Test
    void an_authenticator_that_an_application_asks_for_stays() {
        WebClient client = shop();
        enter(browser);
        browser.authorize(client.request("scope", "openid orders:read"));
        server.database.inTransaction(tx -> {
            ClientStore clients = new ClientStore();
            var policy = new ClientPolicy(Optional.of(AssuranceLevel.AAL2), true, true);
            var asking = clients.list(tx).stream()
                    .filter(each -> each.id().value().equals(client.id()))
                    .findFirst()
                    .orElseThrow()
                    .withPolicy(policy);
            clients.configure(tx, asking);
            return new RevisionStore().bumpConfiguration(tx);
        });
        enrol();

        Reply refused = press(browser, browser.open("/account/security"), "remove-authenticator");

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text())
                .contains("asks for two factors", "The &lt;Shop&gt; &amp; Co")
                .doesNotContain("<Shop>");
        assertThat(events(AuditEvent.Type.TOTP_REMOVED)).isEmpty();

        browser.submit(browser.open("/account"), "name", "Vera Vale", "locale", "de");
        assertThat(press(browser, browser.open("/account/security"), "remove-authenticator")
                        .text())
                .contains("Der Laden verlangt zwei Faktoren");
    }

    @Test
    void new_recovery_codes_take_the_place_of_the_old_ones() {
        List<String> old = enrol();

        Reply shown = press(browser, browser.open("/account/security"), "renew-codes");

        List<String> codes = codes(shown);
        assertThat(codes).hasSize(8).doesNotContainAnyElementsOf(old);
        TestBrowser elsewhere = new TestBrowser(server);
        Reply second =
                elsewhere.submit(elsewhere.open("/account"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(elsewhere.submit(second, "code", old.getFirst()).status()).isEqualTo(403);
        elsewhere.submit(second, "code", codes.getFirst());
        assertThat(elsewhere.at()).isEqualTo("/account");
        assertThat(elsewhere.open("/account/security").text()).contains("7 recovery codes are left.");
        assertThat(events(AuditEvent.Type.RECOVERY_CODES_RENEWED)).hasSize(1);
        assertThat(told("recovery_codes_renewed")).isEqualTo(1);
    }

    // Every form.

    @Test
    @DisplayName("O-31: a form that was made elsewhere, or for something else, changes nothing")
    void forged_forms_change_nothing() {
        enrol();
        Reply security = browser.open("/account/security");
        String other = fields(security, "renew-codes").get("form");
        for (String[] forged : new String[][] {
            {"/account/security", "action", "remove-authenticator", "target", "", "form", other},
            {"/account/security", "action", "renew-codes", "target", "", "form", "guessed"},
            {"/account/security", "action", "renew-codes", "target", ""},
            {"/account/password", "action", "change", "target", "", "password", NEW, "again", NEW},
            {"/account/password", "action", "change", "target", "", "password", NEW, "again", NEW, "form", other},
            {"/account/data", "action", "export", "target", "", "form", other},
            {"/account/data", "action", "delete", "target", "", "form", other, "confirm", name},
        }) {
            String[] pairs = java.util.Arrays.copyOfRange(forged, 1, forged.length);
            assertThat(browser.post(forged[0], pairs).status())
                    .as(String.join(" ", forged))
                    .isEqualTo(403);
        }
        assertThat(browser.send(server.call("POST", "/account/security")
                                .header("Sec-Fetch-Site", "cross-site")
                                .form("action", "renew-codes", "target", "", "form", other))
                        .status())
                .isEqualTo(403);
        assertThat(server.user(name).passwordHash()).isEqualTo(user.passwordHash());
        assertThat(events(AuditEvent.Type.RECOVERY_CODES_RENEWED)).isEmpty();
        assertThat(events(AuditEvent.Type.TOTP_REMOVED)).isEmpty();
    }

    @Test
    void a_form_of_another_tab_works_on_after_the_cookie_was_renewed() {
        enter(browser);
        Reply profile = browser.open("/account");
        press(browser, browser.open("/account/password"), "change", "password", NEW, "again", NEW);

        Reply saved = browser.submit(profile, "name", "Vera Elsewhere", "locale", "");

        assertThat(saved.text()).contains("Saved.");
        assertThat(server.user(name).name()).isEqualTo("Vera Elsewhere");
    }

    @ParameterizedTest
    @CsvSource({
        "/account",
        "/account/security",
        "/account/password",
        "/account/authenticator",
        "/account/sessions",
        "/account/applications",
        "/account/activity",
        "/account/data"
    })
    void every_page_asks_who_is_there_and_stands_under_the_strict_policy(String path) {
        browser.open(path);
        assertThat(browser.isAt("/login")).isTrue();
        Reply page = browser.submit(browser.open(path), "username", name, "password", RunningServer.PASSWORD);
        assertThat(browser.at()).isEqualTo(path);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
                .doesNotContain("unsafe");
        assertThat(page.header("Cache-Control")).contains("no-store");
        assertThat(page.text()).doesNotContain(" style=").doesNotContain(" onclick=");
        assertThat(page.text().length()).isLessThan(30_000);
        assertThat(browser.send(server.call("GET", path).header("Accept-Language", "de"))
                        .text())
                .contains("lang=\"de\"");
    }

    // Events.

    @Test
    @DisplayName("A-17: recent events are told in plain words, whatever a stranger sent")
    void recent_events_are_told_in_words() {
        server.logIn(name, "wrong password of somebody");
        WebClient client = WebClient.confidential(server);
        enter(browser);
        browser.authorize(client.request("scope", "openid orders:read"));
        press(browser, browser.open("/account/password"), "change", "password", NEW, "again", NEW);

        String text = browser.open("/account/activity").text();

        assertThat(text)
                .containsSubsequence(
                        "The password was changed",
                        "You gave an application access",
                        "The &lt;Shop&gt; &amp; Co",
                        "You signed in",
                        "A sign-in failed")
                .doesNotContain("<Shop>")
                .doesNotContain("wrong password of somebody");
    }

    @Test
    void from_where_an_administrator_did_something_is_not_told() {
        enter(browser);
        server.execute("INSERT INTO audit_event"
                + " (happened_at, type, actor, target, client, address, request_id, details) VALUES (1000,"
                + " 'SESSION_REVOKED', 'usr_root', '" + user.subject().value()
                + "', 'console', '192.0.2.77', '', '{}')");

        assertThat(browser.open("/account/activity").text())
                .contains("administrator")
                .doesNotContain("192.0.2.77");
        assertThat(press(browser, browser.open("/account/data"), "export").text())
                .contains("session_revoked")
                .doesNotContain("192.0.2.77");
    }

    @Test
    void old_events_are_told_page_after_page_and_nobody_elses() {
        enter(browser);
        for (int i = 0; i < 130; i++) {
            server.execute("INSERT INTO audit_event"
                    + " (happened_at, type, actor, target, client, address, request_id, details) VALUES (" + (1_000 + i)
                    + ", 'LOGIN_FAILED', '', '" + user.subject().value() + "', 'handstamp', '192.0.2." + i
                    + "', '', '{}')");
        }
        List<String> addresses = new ArrayList<>();
        String path = "/account/activity";
        for (int pages = 0; !path.isEmpty() && pages < 10; pages++) {
            String text = browser.open(path).text();
            Matcher address = Pattern.compile("\\((192\\.0\\.2\\.\\d+)\\)").matcher(text);
            while (address.find()) addresses.add(address.group(1));
            Matcher older = Pattern.compile("href=\"(/account/activity\\?before=[^\"]*)\"")
                    .matcher(text);
            path = older.find() ? older.group(1) : "";
        }
        assertThat(addresses)
                .hasSize(130)
                .doesNotHaveDuplicates()
                .startsWith("192.0.2.129")
                .endsWith("192.0.2.0");
        assertThat(browser.open("/account/activity?before=%27%3Cscript%3E").text())
                .contains("You signed in")
                .doesNotContain("<script>");
    }

    // Data.

    @Test
    void everything_that_is_kept_is_taken_along_and_no_secret() {
        List<String> codes = enrol();
        browser.authorize(WebClient.confidential(server).request("scope", "openid orders:read"));

        Reply file = press(browser, browser.open("/account/data"), "export");

        assertThat(file.header("Content-Disposition")).contains("attachment; filename=\"account.json\"");
        assertThat(file.header("Cache-Control")).contains("no-store");
        Map<String, Object> all = file.json();
        assertThat(all).containsKeys("profile", "sign_in", "sessions", "allowed", "access", "browsers", "events");
        assertThat((List<?>) all.get("browsers")).hasSize(1);
        assertThat(all.get("profile").toString()).contains(name, user.subject().value(), "buyer");
        assertThat(all.get("sign_in").toString()).contains("recovery_codes_left=8");
        assertThat((List<?>) all.get("allowed")).hasSize(1);
        assertThat(file.text())
                .contains("totp_enrolled", "consent_given", "orders:read")
                .doesNotContain(user.passwordHash().value())
                .doesNotContain(enrolled.value())
                .doesNotContain(codes.getFirst())
                .doesNotContain(browser.cookie(SESSION).orElseThrow());
    }

    @Test
    void an_account_is_deleted_with_everything_that_it_opened() {
        Reply tokens = server.logIn(name, RunningServer.PASSWORD);
        TestBrowser elsewhere = signedIn();
        enter(browser);
        Reply page = browser.open("/account/data");
        assertThat(press(browser, page, "delete", "confirm", "vera").status()).isEqualTo(400);
        assertThat(press(browser, page, "delete", "confirm", "").status()).isEqualTo(400);

        Reply left = press(browser, page, "delete", "confirm", name.toUpperCase(java.util.Locale.ROOT));

        assertThat(left.text()).contains("Your account is deleted");
        assertThat(browser.cookie(SESSION)).isEmpty();
        assertThat(elsewhere.open("/account").text()).contains("login-submit");
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(server.refresh(tokens.string("refresh_token")).status()).isEqualTo(401);
        assertThat(server.logIn(name, RunningServer.PASSWORD).status()).isEqualTo(401);
        assertThat(server.database.<Optional<User>>read(tx -> new UserStore().find(tx, user.subject())))
                .isEmpty();
        assertThat(events(AuditEvent.Type.USER_DELETED))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.target()).isEqualTo(user.subject().value()));
        assertThat(told("account_deleted")).isEqualTo(1);
        press(browser, page, "delete", "confirm", name); // The back button.
        assertThat(browser.isAt("/login")).isTrue();
    }

    @Test
    void the_only_administrator_gives_the_role_to_another_user_before_the_account_is_deleted() {
        String boss = "boss-of-" + name;
        server.addUser(boss, "administrator");
        TestBrowser own = AdminForms.signedIn(server, boss);
        Reply page = own.open("/account/data");

        Reply refused = press(own, page, "delete", "confirm", boss);

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text())
                .contains("You are the only administrator: give another user the role administrator first.");
        assertThat(server.user(boss).disabled()).isFalse();
        assertThat(own.open("/admin/users").status()).isEqualTo(200);

        AdminForms.act(
                own, own.open("/admin/users/" + user.subject().value()), "give-role", "", "role", "administrator");
        assertThat(press(own, page, "delete", "confirm", boss).text()).contains("Your account is deleted");
    }

    private Secret enrolled = new Secret("none");

    /// Signs in and sets an authenticator up.
    ///
    /// @return the recovery codes
    private List<String> enrol() {
        enter(browser);
        Reply offer = browser.open("/account/authenticator");
        enrolled = key(offer);
        return codes(press(browser, offer, "add", "code", Totp.codeAt(enrolled, Instant.now())));
    }

    private static WebClient shop() {
        return WebClient.of(
                server,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                Map.of("client_name#de", "Der Laden"),
                true,
                WebClient.GRANTS,
                RunningServer.ORDERS);
    }

    private TestBrowser signedIn() {
        TestBrowser other = new TestBrowser(server);
        enter(other);
        return other;
    }

    private void enter(TestBrowser in) {
        Reply page = in.open("/account");
        if (in.isAt("/login")) in.submit(page, "username", name, "password", RunningServer.PASSWORD);
        assertThat(in.at()).isEqualTo("/account");
    }

    /// Ten minutes pass.
    private void growOld() {
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000,"
                + " second_factor_at = second_factor_at - 601000000 WHERE session_id IN"
                + " (SELECT session_id FROM session WHERE subject = '"
                + user.subject().value() + "')");
    }

    /// Lets the code of now count again: half a minute has passed.
    private void forgetStep() {
        server.execute("UPDATE totp SET last_step = 0 WHERE subject = '"
                + user.subject().value() + "'");
    }

    private List<AuditEvent> events(AuditEvent.Type type) {
        return server.audit(type).stream()
                .filter(event -> event.actor().equals(user.subject().value()))
                .toList();
    }

    /// How many mails of this notice wait for the user.
    private long told(String notice) {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + server.data.resolve("handstamp.db"));
                var statement = connection.prepareStatement(
                        "SELECT COUNT(*) FROM outgoing_mail WHERE recipient = ? AND parameters LIKE ?")) {
            statement.setString(1, user.email());
            statement.setString(2, "%\"" + notice + "\"%");
            try (var rows = statement.executeQuery()) {
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static Secret key(Reply page) {
        Matcher key = Pattern.compile("id=\"authenticator-key\">([A-Z2-7 ]+)<").matcher(page.text());
        if (!key.find()) throw new AssertionError(page.text());
        return new Secret(key.group(1).replace(" ", ""));
    }

    private static List<String> codes(Reply page) {
        Matcher code = Pattern.compile("<li>([A-Z]{4}(?:-[A-Z]{4}){3})</li>").matcher(page.text());
        return code.results().map(found -> found.group(1)).toList();
    }

    /// Posts the form of this action with what it holds, and what is filled in.
    private static Reply press(TestBrowser in, Reply page, String action, String... filled) {
        Map<String, String> fields = fields(page, action);
        for (int i = 0; i < filled.length; i += 2) fields.put(filled[i], filled[i + 1]);
        List<String> pairs = new ArrayList<>();
        fields.forEach((field, value) -> {
            pairs.add(field);
            pairs.add(value);
        });
        return in.post(form(page, action).group(1), pairs.toArray(String[]::new));
    }

    private static Map<String, String> fields(Reply page, String action) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher field = FIELD.matcher(form(page, action).group());
        while (field.find()) fields.put(field.group(1), field.group(2));
        return fields;
    }

    private static Matcher form(Reply page, String action) {
        Matcher form = FORM.matcher(page.text());
        while (form.find()) {
            if (form.group().contains("name=\"action\" value=\"" + action + "\"")) return form;
        }
        throw new AssertionError("no form " + action + " in " + page.status() + " " + page.text());
    }
}
