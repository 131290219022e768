package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What is wrong with a field is said at it: to whoever sees the page, and to whoever hears it (WCAG 2.2, 3.3.1).
class WrongFieldTest {

    private static final Pattern FIELD = Pattern.compile("<(?:input|select|textarea)\\b[^>]*>");
    private static final Pattern NAME = Pattern.compile(" name=\"([^\"]+)\"");
    private static final Pattern DESCRIBED = Pattern.compile(" aria-describedby=\"([^\"]+)\"");

    private static Mailbox mailbox;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        mailbox = new Mailbox();
        server = RunningServer.start(
                mailbox.settings("sign-in-by-mail", "code", "sign-up", "open", "mail.per-hour", "1000"));
    }

    @AfterAll
    static void stop() {
        server.close();
        mailbox.close();
    }

    @Test
    void at_the_login() {
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open("/login");
        assertSound(login, "username");
        assertWrong(browser.submit(login, "username", " ", "password", "x"), "username");
        assertWrong(browser.submit(login, "username", "vera", "password", "wrong"), "password", "username");
        assertWrong(browser.submit(login, "form", "forged", "username", "vera", "password", "x"));
    }

    @Test
    void at_the_second_factor() {
        server.addUser("otto");
        TestBrowser own = AdminForms.signedIn(server, "otto");
        Reply offer = own.open("/account/authenticator");
        Matcher key = Pattern.compile("id=\"authenticator-key\">([^<]+)<").matcher(offer.text());
        assertThat(key.find()).isTrue();
        Secret secret = new Secret(key.group(1).replace(" ", ""));
        own.submit(offer, "code", Totp.codeAt(secret, Instant.now()));
        TestBrowser browser = new TestBrowser(server);
        Reply code = browser.submit(browser.open("/login"), "username", "otto", "password", RunningServer.PASSWORD);
        assertSound(code, "code");
        assertWrong(browser.submit(code, "code", "12"), "code");
        Reply recovery = browser.open("/login/totp?to=/account&recovery=yes");
        assertSound(recovery, "code");
        assertWrong(browser.submit(recovery, "code", "nonsense"), "code");
    }

    @Test
    void at_the_code_of_a_device() {
        TestBrowser browser = new TestBrowser(server);
        Reply form = browser.open("/device");
        assertSound(form, "user_code");
        assertWrong(browser.submit(form, "user_code", "nonsense"), "user_code");
    }

    @Test
    void at_what_is_done_by_mail() {
        TestBrowser browser = new TestBrowser(server);
        Reply signUp = browser.open("/sign-up");
        assertSound(signUp, "email");
        assertWrong(browser.submit(signUp, "email", "nonsense"), "email");
        browser.submit(signUp, "email", "zora@example.org");
        Reply make = browser.open(link());
        assertSound(make, "username");
        assertWrong(make(browser, make, "no name!", "Zora", "long enough to be one"), "username");
        assertWrong(make(browser, make, "vera", "Zora", "long enough to be one"), "username");
        assertWrong(make(browser, make, "zora", "Z".repeat(300), "long enough to be one"), "name");
        assertWrong(make(browser, make, "zora", "Zora", "short"), "password");

        browser.submit(browser.open("/reset"), "username", "vera");
        Reply reset = browser.open(link());
        assertSound(reset, "password");
        assertWrong(browser.submit(reset, "password", "short"), "password");
        assertWrong(browser.submit(reset, "password", "x".repeat(2000)), "password");

        Reply code = browser.submit(browser.open("/login/mail"), "username", "vera");
        assertSound(code, "code");
        assertWrong(browser.submit(code, "code", "1"), "code");
    }

    @Test
    void in_one_s_own_account() {
        server.addUser("paula");
        TestBrowser browser = AdminForms.signedIn(server, "paula");
        Reply profile = browser.open("/account");
        assertSound(profile, "");
        assertWrong(browser.submit(profile, "name", "P".repeat(300), "locale", ""), "name");
        assertWrong(browser.submit(profile, "name", "Paula", "locale", "xx"), "locale");

        Reply password = browser.open("/account/password");
        assertSound(password, "");
        assertWrong(browser.submit(password, "password", "short", "again", "short"), "password");
        assertWrong(browser.submit(password, "password", "one of mine", "again", "another"), "password", "again");

        Reply authenticator = browser.open("/account/authenticator");
        assertSound(authenticator, "");
        assertWrong(browser.submit(authenticator, "code", "1"), "code");

        Reply data = browser.open("/account/data");
        assertSound(data, "");
        assertWrong(AdminForms.act(browser, data, "delete", "", "confirm", "pamela"), "confirm");

        Reply email = browser.open("/account/email");
        assertSound(email, "email");
        assertWrong(browser.submit(email, "email", "nonsense"), "email");

        PasskeyWalk passkeys = new PasskeyWalk(server);
        assertThat(passkeys.add(browser, passkeys.authenticator()).status()).isEqualTo(200);
        Reply page = browser.open("/account/passkeys");
        assertSound(page, "");
        String passkey = TestBrowser.fields(page).get("target");
        assertWrong(AdminForms.act(browser, page, "rename", passkey, "name", " "), "name");
    }

    private static String link() {
        MimeMessage mail = mailbox.next();
        while (!Mailbox.text(mail).contains("?token=")) mail = mailbox.next();
        return Mailbox.path(mail, server);
    }

    private static Reply make(TestBrowser browser, Reply page, String username, String name, String password) {
        return browser.submit(page, "username", username, "name", name, "password", password);
    }

    /// Exactly these are wrong, are described by what is wrong, and the first of them has the focus.
    private static void assertWrong(Reply page, String... names) {
        assertThat(page.status()).isGreaterThanOrEqualTo(400);
        assertThat(page.text()).containsOnlyOnce("id=\"problem\" class=\"notice bad\" role=\"alert\"");
        List<String> wrong = fields(page).stream()
                .filter(field -> field.contains(" aria-invalid=\"true\""))
                .toList();
        assertThat(wrong).as(page.text()).extracting(WrongFieldTest::name).containsExactlyInAnyOrder(names);
        for (String field : wrong) assertThat(described(field)).as(field).startsWith("problem");
        if (names.length > 0) assertThat(focused(page)).containsExactly(names[0]);
        assertDescriptionsAreThere(page);
    }

    /// Nothing is wrong, and nothing says so.
    ///
    /// @param focused where the page begins; empty for nowhere
    private static void assertSound(Reply page, String focused) {
        assertThat(page.text()).doesNotContain("aria-invalid", "id=\"problem\"");
        assertThat(focused(page)).isEqualTo(focused.isEmpty() ? List.of() : List.of(focused));
        assertDescriptionsAreThere(page);
    }

    private static void assertDescriptionsAreThere(Reply page) {
        for (String field : fields(page)) {
            for (String id : described(field).split(" ", -1)) {
                if (!id.isEmpty()) assertThat(page.text()).contains(" id=\"" + id + "\"");
            }
        }
    }

    private static List<String> focused(Reply page) {
        return fields(page).stream()
                .filter(field -> field.contains(" autofocus"))
                .map(WrongFieldTest::name)
                .toList();
    }

    private static List<String> fields(Reply page) {
        return FIELD.matcher(page.text())
                .results()
                .map(result -> result.group())
                .toList();
    }

    private static String name(String field) {
        Matcher name = NAME.matcher(field);
        assertThat(name.find()).as(field).isTrue();
        return name.group(1);
    }

    private static String described(String field) {
        Matcher described = DESCRIBED.matcher(field);
        return described.find() ? described.group(1) : "";
    }
}
