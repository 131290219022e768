package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.store.BrandStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.RevisionStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The login page: where it leads, in which steps, in which language, and in several tabs at once.
class LoginPageTest {

    private static final String SESSION = "__Host-handstamp-session";

    private static RunningServer server;
    private static RunningServer nameFirst;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        nameFirst = RunningServer.start(Map.of("login", "identifier-first"));
    }

    @AfterAll
    static void stop() {
        server.close();
        nameFirst.close();
    }

    @Test
    void without_a_request_it_leads_to_the_account() {
        TestBrowser browser = new TestBrowser(server);

        Reply login = browser.open("/login");
        assertThat(login.text()).contains("to see your account").doesNotContain("login-cancel");
        browser.signIn(login);

        assertThat(browser.isAt("/account")).isTrue();
    }

    @Test
    @DisplayName("O-35: it leads to a page of ours that it names, and nowhere else")
    void it_leads_to_our_own_pages_alone() {
        for (String to : List.of(
                "//evil.example",
                "/\\evil.example",
                "https://evil.example/account",
                "/account//evil.example",
                "/account/../authorize",
                "/accounts",
                "/account?x=y",
                "/logout")) {
            TestBrowser browser = new TestBrowser(server);
            Reply login = browser.open("/login?to=" + Call.encode(to));
            assertThat(TestBrowser.fields(login)).as(to).containsEntry("to", "/account");
            browser.submit(login, "username", "vera", "password", RunningServer.PASSWORD, "to", to);
            assertThat(browser.isAt("/account")).as(to).isTrue();
        }
        Reply own = new TestBrowser(server).open("/login?to=/account/security");
        assertThat(TestBrowser.fields(own)).containsEntry("to", "/account/security");
    }

    @Test
    @DisplayName("O-31: the form of one way is worth nothing for another")
    void a_form_counts_for_its_way() {
        TestBrowser browser = new TestBrowser(server);
        String account = TestBrowser.fields(browser.open("/login")).get("form");
        Reply login = browser.open(WebClient.trusted(server).request());

        Reply reply = browser.submit(login, "username", "vera", "password", RunningServer.PASSWORD, "form", account);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(browser.cookie(SESSION)).isEmpty();
    }

    @Test
    void whoever_is_signed_in_proves_it_anew_without_the_name_or_is_somebody_else() {
        TestBrowser browser = new TestBrowser(server);
        browser.signIn(browser.open("/login"));
        String before = browser.cookie(SESSION).orElseThrow();

        Reply again = browser.open("/login");
        assertThat(again.text()).contains("Not you?").doesNotContain("User name");
        browser.submit(again, "password", RunningServer.PASSWORD);
        assertThat(browser.cookie(SESSION)).isPresent().get().isNotEqualTo(before);

        Reply another = browser.open("/login?to=/account&another=yes");
        assertThat(another.text()).contains("User name").doesNotContain("Not you?");
        browser.submit(another, "username", "nick", "password", RunningServer.PASSWORD);
        assertThat(browser.open("/account").text()).contains("nick").doesNotContain("vera");
    }

    @Test
    void the_name_comes_first_and_the_password_on_the_next_page_where_that_is_set() {
        TestBrowser browser = new TestBrowser(nameFirst);
        WebClient client = WebClient.trusted(nameFirst);

        Reply name = browser.open(client.request());
        assertThat(name.text()).contains("User name").doesNotContain("type=\"password\"");
        Reply password = browser.submit(name, "username", "vera");
        assertThat(password.text()).contains("<span>vera</span>", "Not you?", "type=\"password\"");
        assertThat(browser.at()).endsWith("&step=password").doesNotContain("vera");
        assertThat(browser.open(browser.at()).text()).as("come back to").contains("<span>vera</span>");
        Reply wrong = browser.submit(password, "password", "wrong");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.text())
                .contains(
                        "<span>vera</span>",
                        "The user name or the password is wrong. If you are sure of both, wait a little");

        Reply answered = browser.submit(wrong, "password", RunningServer.PASSWORD);
        assertThat(TestBrowser.answer(answered)).containsKey("code");
        assertThat(browser.cookie("__Host-handstamp-name").filter(each -> !each.isEmpty()))
                .as("what the next one at this browser reads")
                .isEmpty();
    }

    @Test
    @DisplayName("A-01: in two steps too, nobody learns who has an account")
    void the_second_step_looks_the_same_for_every_name() {
        TestBrowser browser = new TestBrowser(nameFirst);
        Reply name = browser.open("/login");

        Reply known = browser.submit(name, "username", "vera");
        Reply unknown = browser.submit(name, "username", "nobody");

        assertThat(unknown.status()).isEqualTo(known.status()).isEqualTo(200);
        assertThat(unknown.text().replace("nobody", "vera")).isEqualTo(known.text());
        assertThat(unknown.headers().keySet()).isEqualTo(known.headers().keySet());
    }

    @Test
    void no_name_is_asked_for_again() {
        TestBrowser browser = new TestBrowser(nameFirst);
        Reply reply = browser.submit(browser.open("/login"), "username", "  ");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.text()).contains("Enter your user name", "name=\"username\"");
    }

    @Test
    void whom_the_client_means_is_asked_for_the_password_alone_and_goes_before_who_is_here() {
        TestBrowser browser = new TestBrowser(nameFirst);
        browser.submit(browser.submit(browser.open("/login"), "username", "nick"), "password", RunningServer.PASSWORD);
        WebClient client = WebClient.trusted(nameFirst);

        Reply password = browser.open(client.request("login_hint", "vera", "prompt", "login"));
        assertThat(password.text())
                .contains("<span>vera</span>", "type=\"password\"")
                .doesNotContain("nick");
        Reply another = browser.open(link(password, "somebody-else"));
        assertThat(TestBrowser.fields(another)).containsEntry("username", "");

        assertThat(TestBrowser.answer(browser.submit(password, "password", RunningServer.PASSWORD)))
                .containsKey("code");
        assertThat(browser.open("/account").text()).contains("vera");
    }

    @Test
    void two_tabs_sign_in_one_after_the_other() {
        TestBrowser browser = new TestBrowser(server);
        WebClient shop = WebClient.trusted(server);
        WebClient other = WebClient.trusted(server);
        Reply first = browser.open(shop.request("state", "first"));
        Reply second = browser.open(other.request("state", "second"));

        assertThat(TestBrowser.answer(browser.signIn(first)))
                .containsEntry("state", "first")
                .containsKey("code");
        assertThat(TestBrowser.answer(browser.signIn(second)))
                .containsEntry("state", "second")
                .containsKey("code");
    }

    @Test
    void the_back_button_leads_on_at_every_step() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.confidential(server);
        Reply login = browser.open(client.request());
        String loginAt = browser.at();
        Reply consent = browser.signIn(login);
        assertThat(browser.isAt("/consent")).isTrue();

        // Back to the page of the password, which knows by now who is there.
        Reply back = browser.open(loginAt);
        assertThat(back.text()).contains("Not you?");
        Reply consentAgain = browser.submit(back, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/consent")).isTrue();
        // Back again, and the old form once more.
        assertThat(browser.signIn(login).text()).contains("consent-allow");
        assertThat(browser.isAt("/consent")).isTrue();

        assertThat(TestBrowser.answer(browser.allow(consentAgain))).containsKey("code");
        // Back to the question that was answered: asked anew, or answered anew, never a dead end.
        assertThat(TestBrowser.answer(browser.allow(consent))).containsKey("code");
    }

    @Test
    void it_speaks_the_language_that_the_client_has_named() {
        TestBrowser browser = new TestBrowser(server);
        Reply german = browser.open(WebClient.trusted(server).request("ui_locales", "x-unknown de-AT"));
        assertThat(german.text()).contains("<html lang=\"de\" dir=\"ltr\">", "Benutzername", "Anmelden");

        Reply wrong = browser.submit(german, "username", "vera", "password", "wrong");
        assertThat(wrong.text()).contains("Der Benutzername oder das Passwort ist falsch.");
        Reply error = server.call("GET", "/authorize?client_id=nobody")
                .header("Accept-Language", "de")
                .send();
        assertThat(error.text()).contains("Die Anwendung ist hier nicht bekannt.");
    }

    @Test
    void it_wears_the_brand_of_the_client_and_the_servers_own_for_our_pages() {
        WebClient client = WebClient.trusted(server);
        Brand shop = new Brand("Shop & Co", Optional.empty(), Optional.of(new Brand.Colours("#0b5d3b", "#8fe3b9")));
        server.database.inTransaction(tx -> {
            new BrandStore().put(tx, Optional.of(new ClientId(client.id())), shop);
            return new RevisionStore().bumpConfiguration(tx);
        });

        Reply branded = new TestBrowser(server).open(client.request());
        assertThat(branded.text())
                .contains("<title>Sign in · Shop &amp; Co</title>", "--accent:#0b5d3b;--accent-dark:#8fe3b9");
        assertThat(branded.header("Content-Security-Policy").orElseThrow())
                .contains("style-src 'self' 'sha256-")
                .doesNotContain("unsafe-inline");
        Reply plain = new TestBrowser(server).open("/login");
        assertThat(plain.text()).contains("<title>Sign in</title>").doesNotContain("#0b5d3b");
    }

    @Test
    void whoever_decides_can_be_somebody_else() {
        TestBrowser browser = new TestBrowser(server);
        WebClient client = WebClient.confidential(server);
        Reply consent = browser.signIn(browser.open(client.request()));
        assertThat(consent.text()).contains("<span>vera</span>", "Not you?");

        Reply login = browser.open(link(consent, "somebody-else"));
        assertThat(login.text()).contains("User name");
        Reply again = browser.submit(login, "username", "nick", "password", RunningServer.PASSWORD);
        assertThat(again.text()).contains("<span>nick</span>").doesNotContain("vera");
        // What was asked of the one is no answer of the other.
        assertThat(browser.allow(consent).status()).isEqualTo(403);
        assertThat(TestBrowser.answer(browser.allow(again))).containsKey("code");
    }

    @Test
    void strangers_are_offered_an_account_unless_the_client_takes_none() {
        try (Mailbox mailbox = new Mailbox();
                RunningServer open = RunningServer.start(mailbox.settings("sign-up", "open"))) {
            WebClient any = WebClient.trusted(open);
            WebClient none = WebClient.trusted(open);
            open.database.inTransaction(tx -> {
                ClientStore clients = new ClientStore();
                var client = clients.find(tx, new ClientId(none.id())).orElseThrow();
                clients.configure(tx, client.withPolicy(new ClientPolicy(Optional.empty(), false, true)));
                return new RevisionStore().bumpConfiguration(tx);
            });

            Reply offered = new TestBrowser(open).open(any.request());
            assertThat(offered.text()).contains("href=\"/sign-up?request=", "href=\"/reset?request=");
            TestBrowser browser = new TestBrowser(open);
            Reply closed = browser.open(none.request());
            assertThat(closed.text()).doesNotContain("/sign-up").contains("href=\"/reset?request=");
            String request = TestBrowser.fields(closed).get("request");
            assertThat(browser.open("/sign-up?request=" + request).status()).isEqualTo(404);
            assertThat(new TestBrowser(server).open("/login").text()).doesNotContain("/sign-up", "/reset");
        }
    }

    private static String link(Reply page, String id) {
        Matcher link = Pattern.compile("<a id=\"" + id + "\" href=\"([^\"]+)\"").matcher(page.text());
        assertThat(link.find()).isTrue();
        return link.group(1).replace("&amp;", "&");
    }
}
