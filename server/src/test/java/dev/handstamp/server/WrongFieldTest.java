package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.GrantType;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    @Test
    void in_the_administration() {
        server.addUser("root", "administrator");
        server.addUser("quinn");
        TestBrowser root = AdminForms.signedIn(server, "root");
        Reply add = root.open("/admin/users/new");
        String[] good = {"username", "rosa", "name", "Rosa", "email", "rosa@example.org", "role", "buyer"};
        assertAtField(AdminForms.act(root, add, "add", "", with(good, "username", "no name!")), "problem-username");
        assertAtField(AdminForms.act(root, add, "add", "", with(good, "username", "vera")), "problem-username");
        assertAtField(AdminForms.act(root, add, "add", "", with(good, "email", "nonsense")), "problem-email");
        assertAtField(AdminForms.act(root, add, "add", "", with(good, "role", "no!role")), "problem-role");
        assertAtField(AdminForms.act(root, add, "add", "", with(good, "password", "short")), "problem-password");
        assertAtField(AdminForms.act(root, add, "invite", "", "email", "nonsense"), "problem-invite-email");

        Reply user = root.open("/admin/users/" + server.user("quinn").subject().value());
        assertAtField(AdminForms.act(root, user, "profile", "", "name", "Q", "email", "nonsense"), "problem-email");
        assertAtField(AdminForms.act(root, user, "give-role", "", "role", "no!role"), "problem-role");
        assertAtField(
                AdminForms.act(root, user, "attribute", "", "name", "no name", "value", "1"), "problem-attribute-name");
        assertAtField(AdminForms.act(root, user, "password", "", "password", "short"), "problem-password");

        Reply client = root.open("/admin/clients/new");
        assertAtField(AdminForms.send(root, client, "add", "id", "b a d"), "problem-id");
        String[] fine = {"id", "fine", "grant.client_credentials", "on", "apis", RunningServer.ORDERS};
        assertAtField(AdminForms.send(root, client, "add", with(fine, "scopes", "unknown")), "problem-scopes");
        assertAtField(AdminForms.send(root, client, "add", with(fine, "apis", "https://no.example")), "problem-apis");
        assertAtField(AdminForms.send(root, client, "add", with(fine, "metadata", "{")), "problem-metadata");
        assertAtField(AdminForms.send(root, client, "add", with(fine, "logo_uri", "x")), "problem-logo_uri");
        String[] open = {"id", "fine", "public", "on", "grant.authorization_code", "on", "uris", "http://127.0.0.1/cb"};
        assertAtField(AdminForms.send(root, client, "add", with(open, "pkce", "")), "problem-pkce");

        Reply api = root.open("/admin/apis/new");
        String[] fresh = {"apis", "https://new.example", "scopes", "a:b"};
        assertAtField(AdminForms.send(root, api, "add", with(fresh, "lifetime", "long")), "problem-lifetime");
        assertAtField(AdminForms.send(root, api, "add", with(fresh, "lifetime", "1s")), "problem-lifetime");
        assertAtField(AdminForms.send(root, api, "add", with(fresh, "words", "nonsense")), "problem-words");
        assertAtField(AdminForms.send(root, api, "add", with(fresh, "claims", "iss")), "problem-claims");
        assertAtField(AdminForms.send(root, api, "add", with(fresh, "apis", RunningServer.STOCK)), "problem-apis");
    }

    @Test
    void at_what_an_administrator_trusts() {
        server.addUser("rita", "administrator");
        server.addRole("reader", RunningServer.ORDERS, "orders:read");
        TestBrowser rita = AdminForms.signedIn(server, "rita");
        Reply roles = rita.open("/admin/roles/new");
        assertAtField(AdminForms.act(rita, roles, "add", "", "role", "reader"), "problem-role");
        Reply role = rita.open("/admin/roles/reader");
        String unknown = "orders:unknown";
        assertAtField(
                AdminForms.act(rita, role, "scopes", RunningServer.ORDERS, "scopes", unknown), "problem-at-0-scopes");
        assertAtField(AdminForms.act(rita, role, "give", "", "apis", "nonsense", "scopes", unknown), "problem-apis");
        Reply own = rita.open("/admin/roles/administrator");
        String administration = server.issuer() + "/admin/api";
        assertAtField(AdminForms.act(rita, own, "scopes", administration, "scopes", ""), "problem-at-0-scopes");

        Reply exchange = rita.open("/admin/exchanges/new");
        var both = EnumSet.of(GrantType.TOKEN_EXCHANGE, GrantType.JWT_BEARER);
        server.addClient("backend", "the secret of the backend", both, List.of(RunningServer.STOCK), "stock:read");
        String[] rule = {"id", "backend", "from", RunningServer.ORDERS, "to", RunningServer.STOCK};
        assertAtField(AdminForms.send(rita, exchange, "add", with(rule, "id", "nobody")), "problem-id");
        assertAtField(AdminForms.send(rita, exchange, "add", with(rule, "from", "nonsense")), "problem-from");
        assertAtField(AdminForms.send(rita, exchange, "add", with(rule, "to", "https://no.example")), "problem-to");
        assertAtField(AdminForms.send(rita, exchange, "add", with(rule, "mapping", "nonsense")), "problem-mapping");
        assertAtField(AdminForms.send(rita, exchange, "add", with(rule, "mapping", "a = b")), "problem-mapping");

        Reply issuers = rita.open("/admin/issuers/new");
        String[] issuer = {
            "issuer", "https://ci.example", "keys-uri", "https://ci.example/keys", "clients", "backend", "users", "vera"
        };
        assertAtField(AdminForms.send(rita, issuers, "add", with(issuer, "issuer", "no name")), "problem-issuer");
        assertAtField(AdminForms.send(rita, issuers, "add", with(issuer, "clients", "nobody")), "problem-clients");
        assertAtField(AdminForms.send(rita, issuers, "add", with(issuer, "clients", "b/d")), "problem-clients");
        assertAtField(AdminForms.send(rita, issuers, "add", with(issuer, "users", "nobody")), "problem-users");
        assertAtField(AdminForms.send(rita, issuers, "add", with(issuer, "keys", "nonsense")), "problem-keys");

        Reply invitation = rita.open("/admin/client-invitations");
        String[] invited = {"apis", RunningServer.ORDERS, "scopes", "orders:read", "uses", "2", "lifetime", "1h"};
        for (String wrong : List.of("", "none", "0", "-1", "99999999999")) {
            assertAtField(AdminForms.send(rita, invitation, "invite", with(invited, "uses", wrong)), "problem-uses");
        }
        assertAtField(
                AdminForms.send(rita, invitation, "invite", with(invited, "lifetime", "long")), "problem-lifetime");
        assertAtField(AdminForms.send(rita, invitation, "invite", with(invited, "lifetime", "")), "problem-lifetime");
        assertAtField(AdminForms.send(rita, invitation, "invite", with(invited, "apis", "no")), "problem-apis");
        assertAtField(AdminForms.send(rita, invitation, "invite", with(invited, "scopes", "no")), "problem-scopes");

        Reply brand = rita.open("/admin/brand");
        String form = AdminForms.form(brand, "change", "");
        String[] colours = {"action", "change", "form", form, "accent", "#1d5c2f"};
        assertAtField(rita.upload("/admin/brand", "logo", new byte[0], colours), "problem-accent-dark");
        String[] alone = {"action", "change", "form", form};
        assertAtField(rita.upload("/admin/brand", "logo", new byte[] {1, 2}, alone), "problem-logo");
    }

    @Test
    void at_what_an_administrator_looks_for() {
        server.addUser("ruth", "administrator");
        TestBrowser ruth = AdminForms.signedIn(server, "ruth");
        assertAtField(ruth.open("/admin/audit?since=yesterday"), "problem-since");
        assertAtField(ruth.open("/admin/audit?until=tomorrow"), "problem-until");
        assertAtField(ruth.open("/admin/audit?type=nonsense"), "problem-type");
        assertAtField(ruth.submit(ruth.open("/admin/token"), "token", " "), "problem-token");
    }

    private static String[] with(String[] pairs, String... more) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String[] each : List.of(pairs, more)) {
            for (int i = 0; i < each.length; i += 2) all.put(each[i], each[i + 1]);
        }
        return AdminForms.pairs(all);
    }

    /// One field is wrong, has the focus, and is described by what is wrong with it.
    private static void assertAtField(Reply page, String problem) {
        assertThat(page.status()).as(page.text()).isEqualTo(400);
        assertThat(page.text()).contains("class=\"notice bad\" role=\"alert\"");
        assertThat(page.text())
                .containsPattern("<span id=\"" + problem + "\" class=\"hint problem\"[^>]*>[^<]+</span>");
        List<String> wrong = fields(page).stream()
                .filter(field -> field.contains(" aria-invalid=\"true\""))
                .toList();
        assertThat(wrong).as(page.text()).hasSize(1);
        assertThat(wrong.getFirst()).contains(" autofocus");
        assertThat(described(wrong.getFirst()).split(" ", -1)[0]).isEqualTo(problem);
        assertThat(focused(page)).hasSize(1);
        assertDescriptionsAreThere(page);
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
