package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Whoever is refused finds what they typed where they typed it, whatever the reason; passwords and secrets alone are
/// typed again.
class NothingTypedIsLostTest {

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
    void in_the_administration_by_whoever_signed_in_a_while_ago() {
        server.addUser("root", "administrator");
        server.addUser("quinn");
        server.addRole("reader", RunningServer.ORDERS, "orders:read");
        TestBrowser root = AdminForms.signedIn(server, "root");
        String quinn = "/admin/users/" + server.user("quinn").subject().value();
        age("root");

        Reply user = root.open(quinn);
        kept(AdminForms.act(root, user, "profile", "", "name", "Q Typed", "email", "q@typed.example"), "Q Typed");
        kept(AdminForms.act(root, user, "give-role", "", "role", "typed:role"), "typed:role");
        Reply attribute = AdminForms.act(root, user, "attribute", "", "name", "typed-name", "value", "typed-value");
        kept(attribute, "typed-name", "typed-value");
        Reply password = AdminForms.act(root, user, "password", "", "password", "a typed password");
        assertThat(password.status()).isEqualTo(403);
        assertThat(password.text()).doesNotContain("a typed password");

        Reply fresh = root.open("/admin/users/new");
        kept(
                AdminForms.act(
                        root,
                        fresh,
                        "add",
                        "",
                        "username",
                        "typed-user",
                        "name",
                        "N Typed",
                        "email",
                        "n@typed.example",
                        "role",
                        "typed"),
                "typed-user",
                "N Typed",
                "n@typed.example",
                "typed");
        kept(
                AdminForms.act(root, fresh, "invite", "", "email", "i@typed.example", "name", "I Typed", "role", "r"),
                "i@typed.example",
                "I Typed",
                "r");

        kept(AdminForms.act(root, root.open("/admin/roles/new"), "add", "", "role", "typed-role"), "typed-role");
        Reply role = root.open("/admin/roles/reader");
        Reply scopes = AdminForms.act(root, role, "scopes", RunningServer.ORDERS, "scopes", "typed:scope");
        assertThat(area(scopes, "at-0-scopes")).isEqualTo("typed:scope");
        Reply given = AdminForms.act(root, role, "give", "", "apis", RunningServer.STOCK, "scopes", "stock:typed");
        kept(given, RunningServer.STOCK);
        assertThat(area(given, "scopes")).isEqualTo("stock:typed");

        Reply api = AdminForms.send(
                root,
                root.open("/admin/apis/new"),
                "add",
                "apis",
                "https://typed.example",
                "scopes",
                "typed:read",
                "lifetime",
                "7m",
                "claims",
                "dept");
        kept(api, "https://typed.example", "7m", "dept");
        assertThat(area(api, "scopes")).isEqualTo("typed:read");
        Reply invitation = AdminForms.send(
                root,
                root.open("/admin/client-invitations"),
                "invite",
                "apis",
                "https://typed.example",
                "scopes",
                "typed:write",
                "uses",
                "12",
                "lifetime",
                "13h");
        kept(invitation, "12", "13h");
        assertThat(area(invitation, "apis")).isEqualTo("https://typed.example");
        assertThat(area(invitation, "scopes")).isEqualTo("typed:write");
        Reply exchange = AdminForms.send(
                root,
                root.open("/admin/exchanges/new"),
                "add",
                "id",
                "typed",
                "from",
                "a",
                "to",
                "b",
                "mapping",
                "c=d");
        kept(exchange, "typed", "a", "b");
        assertThat(area(exchange, "mapping")).isEqualTo("c=d");
        Reply issuer = AdminForms.send(
                root,
                root.open("/admin/issuers/new"),
                "add",
                "issuer",
                "https://typed.example",
                "keys-uri",
                "https://typed.example/keys",
                "clients",
                "typed-client",
                "users",
                "typed-user");
        kept(issuer, "https://typed.example", "https://typed.example/keys");
        assertThat(area(issuer, "clients")).isEqualTo("typed-client");
        assertThat(area(issuer, "users")).isEqualTo("typed-user");

        Reply all = AdminForms.act(root, root.open("/admin/revocations"), "everything", "", "sessions", "yes");
        assertThat(all.status()).isEqualTo(403);
        assertThat(all.text()).contains("<details class=\"panel\" open>", "name=\"sessions\" value=\"yes\" checked");
    }

    @Test
    void by_whoever_signs_in_again_beside_it_and_sends_the_form_once_more() {
        server.addUser("ruth", "administrator");
        TestBrowser ruth = AdminForms.signedIn(server, "ruth");
        Reply form = ruth.open("/admin/roles/new");
        age("ruth");
        Reply stale = AdminForms.act(ruth, form, "add", "", "role", "twice-typed");
        assertThat(stale.status()).isEqualTo(403);
        Matcher link = Pattern.compile("id=\"confirm\" href=\"([^\"]+)\" target=\"_blank\"")
                .matcher(stale.text());
        assertThat(link.find()).as("what was typed stays in its tab").isTrue();

        ruth.submit(ruth.open(link.group(1)), "username", "ruth", "password", RunningServer.PASSWORD);
        Reply again = AdminForms.act(ruth, stale, "add", "", "role", "twice-typed");

        assertThat(again.text()).contains("Added.");
    }

    @Test
    void what_is_refused_stands_at_the_scopes_that_were_sent_on_whichever_part_of_the_page() {
        server.addUser("rosa", "administrator");
        server.addRole("many", RunningServer.ORDERS, "orders:read");
        for (int i = 0; i < 20; i++) {
            String api = "https://api-%02d.many.example".formatted(i);
            server.addApi(api, "secret-of-many-" + i, Algorithm.ES256, Duration.ofMinutes(5), "many:read");
            server.addRole("many", api, "many:read");
        }
        TestBrowser rosa = AdminForms.signedIn(server, "rosa");
        Reply second = rosa.open("/admin/roles/many?page=2");
        Matcher target = Pattern.compile("name=\"target\" value=\"(https://api-\\d\\d.many.example)\"")
                .matcher(second.text());
        assertThat(target.find()).isTrue();

        Reply refused = AdminForms.act(rosa, second, "scopes", target.group(1), "scopes", "many:typed");

        assertThat(refused.status()).isEqualTo(400);
        Matcher wrong = Pattern.compile("aria-invalid=\"true\" aria-describedby=\"problem-(at-\\d+-scopes) ")
                .matcher(refused.text());
        assertThat(wrong.find()).as(refused.text()).isTrue();
        assertThat(area(refused, wrong.group(1))).isEqualTo("many:typed");
        assertThat(refused.text())
                .containsPattern("id=\"problem-" + wrong.group(1) + "\"[^>]*>[^<]*many:typed")
                .contains(target.group(1));
    }

    @Test
    void a_logo_that_was_not_stored_is_asked_for_again() {
        server.addUser("bea", "administrator");
        TestBrowser bea = AdminForms.signedIn(server, "bea");
        String form = AdminForms.form(bea.open("/admin/brand"), "change", "");
        byte[] good = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v1z\"/></svg>"
                .getBytes(StandardCharsets.UTF_8);

        Reply refused = bea.upload(
                "/admin/brand", "logo", good, "action", "change", "form", form, "name", "Typed", "accent", "red");

        kept(400, refused, "Typed", "red");
        assertThat(refused.text())
                .contains("Choose the file again")
                .containsPattern("name=\"accent\"[^>]* aria-invalid=\"true\"");
        assertThat(bea.open("/admin/brand").text()).doesNotContain("Choose the file again");

        Reply wrong = bea.upload(
                "/admin/brand",
                "logo",
                "no logo".getBytes(StandardCharsets.UTF_8),
                "action",
                "change",
                "form",
                form,
                "name",
                "Typed");
        kept(400, wrong, "Typed");
        assertThat(wrong.text())
                .containsPattern("name=\"logo\"[^>]* aria-invalid=\"true\" aria-describedby=\"problem-logo hint-logo\"")
                .containsPattern("id=\"problem-logo\"[^>]*>[^<]+<");
    }

    @Test
    void in_one_s_own_account() {
        server.addUser("paula");
        TestBrowser paula = AdminForms.signedIn(server, "paula");
        Reply profile = paula.submit(paula.open("/account"), "name", "P".repeat(300), "locale", "de");
        kept(400, profile, "P".repeat(300));
        assertThat(profile.text()).containsPattern("value=\"de\" lang=\"de\" selected");

        kept(400, AdminForms.act(paula, paula.open("/account/data"), "delete", "", "confirm", "pamela"), "pamela");

        PasskeyWalk passkeys = new PasskeyWalk(server);
        assertThat(passkeys.add(paula, passkeys.authenticator()).status()).isEqualTo(200);
        Reply page = paula.open("/account/passkeys");
        String passkey = TestBrowser.fields(page).get("target");
        String tooLong = "a name that is longer than any".repeat(4);
        kept(400, AdminForms.act(paula, page, "rename", passkey, "name", tooLong), tooLong);
    }

    @Test
    void at_the_second_factor_whether_the_browser_is_to_be_remembered() {
        server.addUser("otto");
        TestBrowser own = AdminForms.signedIn(server, "otto");
        Reply offer = own.open("/account/authenticator");
        Matcher key = Pattern.compile("id=\"authenticator-key\">([^<]+)<").matcher(offer.text());
        assertThat(key.find()).isTrue();
        own.submit(offer, "code", Totp.codeAt(new Secret(key.group(1).replace(" ", "")), Instant.now()));
        TestBrowser browser = new TestBrowser(server);
        Reply code = browser.submit(browser.open("/login"), "username", "otto", "password", RunningServer.PASSWORD);
        assertThat(code.text()).contains("name=\"remember\">");

        Reply wrong = browser.submit(code, "code", "12", "remember", "on");

        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.text()).contains("name=\"remember\" checked>");
    }

    private static void age(String user) {
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000 WHERE session_id IN"
                + " (SELECT session_id FROM session WHERE subject = '"
                + server.user(user).subject().value() + "')");
    }

    private static void kept(Reply page, String... typed) {
        kept(403, page, typed);
    }

    private static void kept(int status, Reply page, String... typed) {
        assertThat(page.status()).as(page.text()).isEqualTo(status);
        for (String each : typed) assertThat(page.text()).contains("value=\"" + each + "\"");
    }

    private static String area(Reply page, String described) {
        Matcher area = Pattern.compile("<textarea[^>]* aria-describedby=\"[^\"]*(?:problem|hint)-" + described
                        + "[ \"][^>]*>\\s*([^<]*)</textarea>")
                .matcher(page.text());
        assertThat(area.find()).as(page.text()).isTrue();
        return area.group(1);
    }
}
