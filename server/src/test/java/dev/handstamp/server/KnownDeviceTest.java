package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.MailStore;
import dev.handstamp.server.store.RevisionStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Browsers that are known again: no second factor for a while, no lock-out by strangers, and a mail about new ones.
class KnownDeviceTest {

    private static final String DEVICE = "__Host-handstamp-device";
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Secrets SECRETS = new Secrets(new SecureRandom());

    private static RunningServer server;
    private static PasswordHasher hasher;

    /// A user with an authenticator application.
    private record Holder(String name, Secret secret, String subject, List<String> recoveryCodes) {

        String code() {
            // The code of now counts again, as if half a minute had passed.
            server.execute("UPDATE totp SET last_step = 0 WHERE subject = '" + subject + "'");
            return Totp.codeAt(secret, Instant.now());
        }
    }

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of("login-throttle.address-failures", "10"));
        hasher = new PasswordHasher(1, 4, SECRETS);
        server.database.inTransaction(tx -> {
            new MailStore().setSending(tx, true);
            return true;
        });
    }

    @AfterAll
    static void stop() {
        hasher.close();
        server.close();
    }

    @Test
    void a_remembered_browser_is_not_asked_for_the_second_factor_again_and_tokens_tell_the_truth() {
        Holder holder = holder();
        TestBrowser browser = remembered(holder);
        WebClient web = WebClient.trusted(server);
        browser.signOut();

        Reply answer = password(browser, web.request("scope", "openid orders:read"), holder);

        Reply tokens = web.redeem(TestBrowser.answer(answer).get("code"));
        assertThat(RunningServer.claims(tokens.string("access_token")))
                .containsEntry("acr", "aal1")
                .containsEntry("amr", List.of("pwd"));
        assertThat(server.audit(AuditEvent.Type.DEVICE_REMEMBERED))
                .anyMatch(event -> event.actor().equals(holder.subject));
    }

    @Test
    void who_asks_for_the_second_factor_gets_it_in_a_remembered_browser_too() {
        Holder holder = holder();
        TestBrowser browser = remembered(holder);
        browser.signOut();
        WebClient web = WebClient.trusted(server);

        Reply second = password(browser, web.request("acr_values", "aal2"), holder);

        assertThat(browser.isAt("/login/totp")).isTrue();
        Reply answer = browser.submit(second, "code", holder.code());
        Reply tokens = web.redeem(TestBrowser.answer(answer).get("code"));
        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("acr", "aal2");
    }

    @Test
    @DisplayName("A-09: another browser, another user and a made-up cookie are asked as ever")
    void it_counts_for_its_user_and_its_browser_alone() {
        Holder holder = holder();
        TestBrowser browser = remembered(holder);
        Holder other = holder();
        browser.signOut();
        assertThat(asked(browser, other)).as("another user in this browser").isTrue();
        assertThat(asked(new TestBrowser(server), holder)).as("another browser").isTrue();
        for (String value : List.of("x", "A".repeat(43), browser.cookie(DEVICE).orElseThrow() + "A")) {
            TestBrowser forged = new TestBrowser(server);
            forged.setCookie(DEVICE, value);
            assertThat(asked(forged, holder)).as(value).isTrue();
        }
        assertThat(asked(browser, holder)).isFalse();
    }

    @Test
    void nobody_is_remembered_without_wishing_so() {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        browser.submit(password(browser, "/login", holder), "code", holder.code());
        browser.signOut();
        assertThat(asked(browser, holder)).isTrue();
        // A wrong code with the wish remembers nothing either.
        browser.submit(password(browser, "/login", holder), "code", "000", "remember", "on");
        assertThat(asked(browser, holder)).isTrue();
    }

    @Test
    void it_ends_with_the_password_the_factor_signing_out_everywhere_disabling_and_by_itself() {
        Map<String, Consumer<Holder>> endings = Map.of(
                "password", holder -> users().changePassword(holder.name, RunningServer.PASSWORD),
                "factor",
                        holder -> {
                            server.totpEnrolments().remove(holder.name);
                            server.totpEnrolments().add(holder.name, "login.example");
                        },
                "everywhere", holder -> sessions(holder),
                "disabling",
                        holder -> {
                            users().disable(holder.name);
                            users().enable(holder.name);
                        },
                "time",
                        holder -> server.execute(
                                "UPDATE known_device SET trusted_until = 1 WHERE subject = '" + holder.subject + "'"));
        endings.forEach((name, end) -> {
            Holder holder = holder();
            TestBrowser browser = remembered(holder);
            browser.signOut();
            assertThat(asked(browser, holder)).as(name + ", before").isFalse();
            end.accept(holder);
            assertThat(asked(browser, holder)).as(name).isTrue();
        });
    }

    @Test
    void a_client_and_the_server_can_forbid_it() {
        Holder holder = holder();
        TestBrowser browser = remembered(holder);
        browser.signOut();
        WebClient strict = WebClient.trusted(server);
        configure(strict, new ClientPolicy(Optional.empty(), true, false));

        Reply second = password(browser, strict.request(), holder);
        assertThat(second.text()).contains("name=\"code\"").doesNotContain("name=\"remember\"");

        TestBrowser already = remembered(holder);
        already.signOut();
        assertThat(asked(already, holder)).as("signed in elsewhere first").isFalse();
        assertThat(already.open(strict.request()).text()).contains("name=\"code\"");

        try (RunningServer never = RunningServer.start(Map.of("remembered-devices", "0s"))) {
            never.addUser("holder");
            Holder there = enrolled(never, "holder");
            TestBrowser other = new TestBrowser(never);
            assertThat(password(other, "/login", there).text())
                    .contains("name=\"code\"")
                    .doesNotContain("name=\"remember\"");
        }
    }

    @Test
    @DisplayName("O-38, A-09: who has read or planted the cookie before is remembered by nobody, and known to nobody")
    void what_a_browser_showed_before_never_comes_to_count() {
        Holder earlier = holder();
        Holder holder = holder();
        TestBrowser shared = new TestBrowser(server);
        shared.submit(password(shared, "/login", earlier), "code", earlier.code());
        String read = shared.cookie(DEVICE).orElseThrow();
        shared.signOut();

        shared.submit(password(shared, "/login", holder), "code", holder.code(), "remember", "on");

        String given = shared.cookie(DEVICE).orElseThrow();
        assertThat(given).isNotEqualTo(read);
        assertThat(asked(showing(read), holder)).isTrue();
        shared.signOut();
        assertThat(asked(shared, holder)).isFalse();
        assertThat(shared.cookie(DEVICE)).as("known by now").contains(given);
        shared.signOut();
        // A user of before is still known here, and not there.
        long mails = notices(server, earlier);
        shared.submit(password(shared, "/login", earlier), "code", earlier.code());
        assertThat(notices(server, earlier)).isEqualTo(mails);
        TestBrowser reader = showing(read);
        reader.submit(password(reader, "/login", earlier), "code", earlier.code());
        assertThat(notices(server, earlier)).isEqualTo(mails + 1);
    }

    @Test
    @DisplayName("O-38: nobody comes to be known by a cookie that was there before them")
    void a_planted_cookie_is_replaced_at_the_first_sign_in() {
        String planted = "A".repeat(43);
        String name = "owner-" + NAMES.incrementAndGet();
        server.addUser(name);
        TestBrowser victim = showing(planted);
        victim.submit(victim.open("/login"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(victim.cookie(DEVICE)).isPresent().get().isNotEqualTo(planted);
        String subject = server.user(name).subject().value();
        assertThat(notices(server, subject)).isZero();

        TestBrowser thief = showing(planted);
        thief.submit(thief.open("/login"), "username", name, "password", RunningServer.PASSWORD);

        assertThat(thief.isAt("/account")).isTrue();
        assertThat(notices(server, subject)).as("its owner is told").isEqualTo(1);
    }

    @Test
    void a_page_of_this_host_that_logs_in_with_json_is_known_again_and_a_new_one_is_told_by_mail() {
        Holder holder = holder();
        long before = notices(server, holder);
        Reply first = json(holder, "same-origin", "cookie", "");
        assertThat(first.status()).isEqualTo(200);
        assertThat(notices(server, holder)).as("the very first").isEqualTo(before);

        Reply again = json(holder, "same-origin", "cookie", first.cookie(DEVICE));
        assertThat(again.cookie(DEVICE)).isEqualTo(first.cookie(DEVICE));
        assertThat(notices(server, holder)).isEqualTo(before);
        TestBrowser page = showing(first.cookie(DEVICE));
        page.submit(password(page, "/login", holder), "code", holder.code());
        assertThat(page.isAt("/account")).isTrue();
        assertThat(notices(server, holder)).as("one browser, by either way").isEqualTo(before);

        Reply other = json(holder, "same-origin", "cookie", "");
        assertThat(other.cookie(DEVICE)).isNotEqualTo(first.cookie(DEVICE));
        assertThat(notices(server, holder)).isEqualTo(before + 1);
    }

    @Test
    void whoever_may_keep_no_cookie_is_told_of_at_no_login() {
        Holder holder = holder();
        long before = notices(server, holder);
        json(holder, "same-origin", "cookie", "");
        for (String[] manner :
                new String[][] {{"", "cookie"}, {"none", "cookie"}, {"same-origin", "body"}, {"", "body"}}) {
            Reply reply = json(holder, manner[0], manner[1], "");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.all("Set-Cookie")).noneMatch(line -> line.contains(DEVICE));
        }
        assertThat(notices(server, holder)).isEqualTo(before);
        assertThat(server.number("SELECT COUNT(*) FROM known_device WHERE subject = '" + holder.subject + "'"))
                .isEqualTo(1);
    }

    /// Logs in with JSON, with the second factor.
    private static Reply json(Holder holder, String site, String delivery, String device) {
        Map<String, Object> place = Map.of("audience", RunningServer.ORDERS, "delivery", delivery);
        Map<String, Object> password = new HashMap<>(place);
        password.putAll(Map.of("username", holder.name, "password", RunningServer.PASSWORD));
        Reply half = session(password, site, device);
        assertThat(half.outcome()).isEqualTo("401 second_factor_required");
        Map<String, Object> code = new HashMap<>(place);
        code.putAll(Map.of("login", half.string("login"), "otp", holder.code()));
        return session(code, site, device);
    }

    private static Reply session(Map<String, Object> body, String site, String device) {
        Call call = server.call("POST", "/session").json(Json.text(body));
        if (!site.isEmpty()) call.header("Sec-Fetch-Site", site);
        if (!device.isEmpty()) call.cookie(DEVICE, device);
        return call.send();
    }

    @Test
    @DisplayName("O-38: a cookie that was read between two sign-ins ends when its user has the browser remembered")
    void being_remembered_gives_a_known_browser_another_cookie() {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        browser.submit(password(browser, "/login", holder), "code", holder.code());
        String read = browser.cookie(DEVICE).orElseThrow();
        browser.signOut();
        browser.submit(password(browser, "/login", holder), "code", holder.code());
        assertThat(browser.cookie(DEVICE)).contains(read);
        browser.signOut();

        browser.submit(password(browser, "/login", holder), "code", holder.code(), "remember", "on");

        assertThat(browser.cookie(DEVICE)).isPresent().get().isNotEqualTo(read);
        assertThat(asked(showing(read), holder)).isTrue();
        browser.signOut();
        assertThat(asked(browser, holder)).isFalse();
        assertThat(server.number("SELECT COUNT(*) FROM known_device WHERE subject = '" + holder.subject + "'"))
                .as("it is one browser")
                .isEqualTo(1);
    }

    @Test
    @DisplayName("O-38: so it is for who signs in with a passkey, and on the way to a device")
    void a_passkey_and_the_page_of_a_device_replace_it_as_well() {
        PasskeyWalk walk = new PasskeyWalk(server);
        String name = "owner-" + NAMES.incrementAndGet();
        server.addUser(name);
        SoftwareAuthenticator key = walk.authenticator();
        walk.add(walk.signedIn(name), key);
        TestBrowser browser = showing("B".repeat(43));
        assertThat(walk.signIn(browser, key).status()).isEqualTo(200);
        assertThat(browser.cookie(DEVICE)).isPresent().get().isNotEqualTo("B".repeat(43));

        Holder holder = holder();
        TestBrowser other = showing("C".repeat(43));
        Reply login = entered(other, screen(ClientPolicy.NONE));
        Reply second = other.submit(login, "username", holder.name, "password", RunningServer.PASSWORD);
        Reply decide = other.submit(second, "code", holder.code(), "remember", "on");
        assertThat(decide.text()).contains("id=\"device-allow\"");
        assertThat(other.cookie(DEVICE)).isPresent().get().isNotEqualTo("C".repeat(43));
        assertThat(asked(showing("C".repeat(43)), holder)).isTrue();
    }

    @Test
    void a_client_that_trusts_no_remembered_browser_connects_no_device_from_one_without_the_second_factor() {
        Holder holder = holder();
        WebClient lenient = screen(ClientPolicy.NONE);
        WebClient strict = screen(new ClientPolicy(Optional.empty(), true, false));
        TestBrowser browser = remembered(holder);
        browser.signOut();
        Reply decide =
                browser.submit(entered(browser, lenient), "username", holder.name, "password", RunningServer.PASSWORD);
        assertThat(decide.text()).as("remembered").contains("id=\"device-allow\"");

        // Signed in by the password alone, and now a device of the client that does not take that.
        Reply second = entered(browser, strict);
        assertThat(browser.isAt("/login/totp")).isTrue();
        assertThat(second.text()).contains("name=\"code\"").doesNotContain("name=\"remember\"", "device-allow");
        Reply allowed = browser.submit(second, "code", holder.code());
        assertThat(allowed.text()).contains("id=\"device-allow\"");

        // And signing in on the way to it.
        browser.signOut();
        Reply asked =
                browser.submit(entered(browser, strict), "username", holder.name, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/totp")).isTrue();
        assertThat(asked.text()).doesNotContain("name=\"remember\"", "device-allow");
    }

    @Test
    void a_decision_that_was_open_before_counts_for_no_device_of_a_client_that_is_stricter_by_now() {
        Holder holder = holder();
        WebClient screen = screen(ClientPolicy.NONE);
        TestBrowser browser = remembered(holder);
        browser.signOut();
        Reply decide =
                browser.submit(entered(browser, screen), "username", holder.name, "password", RunningServer.PASSWORD);
        assertThat(decide.text()).contains("id=\"device-allow\"");
        configure(screen, new ClientPolicy(Optional.empty(), true, false));

        browser.allow(decide);

        assertThat(browser.isAt("/login/totp")).isTrue();
        assertThat(server.audit(AuditEvent.Type.DEVICE_ALLOWED))
                .noneMatch(event -> event.actor().equals(holder.subject));
    }

    @Test
    void the_user_sees_the_browsers_and_forgets_one() {
        Holder holder = holder();
        TestBrowser browser = remembered(holder);
        Reply page = browser.open("/account/sessions");
        assertThat(page.text()).contains("No second factor is asked for there until");
        var form = Pattern.compile("value=\"forget-device\">\\s*<input[^>]*name=\"target\" value=\"([^\"]+)\">\\s*"
                        + "<input[^>]*name=\"form\" value=\"([^\"]+)\"")
                .matcher(page.text());
        assertThat(form.find()).isTrue();

        Reply forgotten = browser.post(
                "/account/sessions", "action", "forget-device", "target", form.group(1), "form", form.group(2));
        assertThat(forgotten.text()).contains("The browser is forgotten");

        assertThat(browser.open("/account/sessions").text()).doesNotContain("forget-device");
        assertThat(server.audit(AuditEvent.Type.DEVICE_FORGOTTEN))
                .anyMatch(event -> event.actor().equals(holder.subject));
        browser.signOut();
        assertThat(asked(browser, holder)).isTrue();
    }

    @Test
    @DisplayName("A-04: strangers who guess, even from the same network, do not keep the user out of a known browser")
    void a_known_browser_is_not_locked_out() {
        String name = "owner-" + NAMES.incrementAndGet();
        server.addUser(name);
        TestBrowser known = new TestBrowser(server);
        known.submit(known.open("/login"), "username", name, "password", RunningServer.PASSWORD);
        known.signOut();
        for (int i = 0; i < 14; i++) server.logIn(name, "guess " + i);

        TestBrowser stranger = new TestBrowser(server);
        assertThat(stranger.submit(stranger.open("/login"), "username", name, "password", RunningServer.PASSWORD)
                        .status())
                .isEqualTo(429);
        known.submit(known.open("/login"), "username", name, "password", RunningServer.PASSWORD);
        assertThat(known.isAt("/account")).isTrue();
        // Its own guesses are slowed down all the same.
        known.signOut();
        Reply last = known.open("/login");
        for (int i = 0; i < 7; i++) last = known.submit(last, "username", name, "password", "guess " + i);
        assertThat(last.status()).isEqualTo(429);
        server.execute("DELETE FROM known_device WHERE subject = '"
                + server.user(name).subject().value() + "'");
    }

    @Test
    void a_new_browser_is_told_of_by_mail_and_the_first_and_a_known_one_are_not() {
        try (RunningServer own = RunningServer.start()) {
            own.database.inTransaction(tx -> {
                new MailStore().setSending(tx, true);
                return true;
            });
            TestBrowser first = new TestBrowser(own);
            first.signIn(first.open("/login"));
            first.signOut();
            first.signIn(first.open("/login"));
            assertThat(notices(own)).isZero();
            TestBrowser second = new TestBrowser(own);
            second.signIn(second.open("/login"));
            assertThat(notices(own)).isEqualTo(1);
            second.signOut();
            second.signIn(second.open("/login"));
            assertThat(notices(own)).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("S-06: what the browser shows is kept as a hash; O-37: it is host-only and unreadable, and lasts")
    void the_cookie_is_kept_close() {
        Holder holder = holder();
        TestBrowser browser = remembered(holder);

        String value = browser.cookie(DEVICE).orElseThrow();
        assertThat(value).hasSize(43);
        assertThat(server.everythingStored()).doesNotContain(value);
        assertThat(browser.seen())
                .flatExtracting(reply -> reply.all("Set-Cookie"))
                .filteredOn(cookie -> cookie.startsWith(DEVICE))
                .isNotEmpty()
                .allSatisfy(cookie -> assertThat(cookie)
                        .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=15552000"));
    }

    private static long notices(RunningServer at) {
        return at.number("SELECT COUNT(*) FROM outgoing_mail");
    }

    private static long notices(RunningServer at, Holder holder) {
        return notices(at, holder.subject);
    }

    private static long notices(RunningServer at, String subject) {
        return at.number("SELECT COUNT(*) FROM outgoing_mail WHERE subject = '" + subject + "'");
    }

    private static TestBrowser showing(String cookie) {
        TestBrowser browser = new TestBrowser(server);
        browser.setCookie(DEVICE, cookie);
        return browser;
    }

    /// A client of devices.
    private static WebClient screen(ClientPolicy policy) {
        Redirection named = new Redirection("A Screen", List.of(), List.of(), true, true);
        Set<GrantType> grants = Set.of(GrantType.DEVICE_CODE, GrantType.REFRESH_TOKEN);
        WebClient screen = WebClient.of(server, named, false, grants, RunningServer.ORDERS);
        configure(screen, policy);
        return screen;
    }

    private static void configure(WebClient web, ClientPolicy policy) {
        server.database.inTransaction(tx -> {
            ClientStore clients = new ClientStore();
            var client = clients.find(tx, new ClientId(web.id())).orElseThrow();
            clients.configure(tx, client.withPolicy(policy));
            return new RevisionStore().bumpConfiguration(tx);
        });
    }

    /// Types in what a device of this client shows.
    private static Reply entered(TestBrowser browser, WebClient screen) {
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", screen.id())
                .send();
        return browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
    }

    /// Signs in and has the browser remembered.
    private static TestBrowser remembered(Holder holder) {
        TestBrowser browser = new TestBrowser(server);
        Reply second = password(browser, "/login", holder);
        assertThat(second.text()).contains("name=\"remember\"", "for 30 days");
        browser.submit(second, "code", holder.code(), "remember", "on");
        assertThat(browser.isAt("/account")).isTrue();
        return browser;
    }

    /// Whether the second factor is asked for after the password.
    private static boolean asked(TestBrowser browser, Holder holder) {
        password(browser, "/login?another=yes", holder);
        boolean asked = browser.isAt("/login/totp");
        assertThat(asked || browser.isAt("/account")).as(browser.at()).isTrue();
        return asked;
    }

    private static Reply password(TestBrowser browser, String path, Holder holder) {
        return browser.submit(browser.open(path), "username", holder.name, "password", RunningServer.PASSWORD);
    }

    private static Holder holder() {
        String name = "holder-" + NAMES.incrementAndGet();
        server.addUser(name, "buyer");
        return enrolled(server, name);
    }

    private static Holder enrolled(RunningServer at, String name) {
        Enrolled enrolled = at.totpEnrolments().add(name, "login.example");
        return new Holder(
                name, RunningServer.seed(enrolled), enrolled.user().subject().value(), enrolled.recoveryCodes());
    }

    private static void sessions(Holder holder) {
        TestBrowser elsewhere = new TestBrowser(server);
        elsewhere.submit(password(elsewhere, "/login", holder), "code", holder.code());
        Reply page = elsewhere.open("/account/sessions");
        var form = Pattern.compile("value=\"end-all\">\\s*<input[^>]*>\\s*<input[^>]*name=\"form\" value=\"([^\"]+)\"")
                .matcher(page.text());
        assertThat(form.find()).isTrue();
        elsewhere.post("/account/sessions", "action", "end-all", "target", "", "form", form.group(1));
    }

    private static Users users() {
        return new Users(server.database, () -> hasher, SECRETS, InstantSource.system(), Administrator.COMMAND_LINE);
    }
}
