package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.UserStore;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What users see of their own account, and end, with a browser that runs no scripts.
class AccountPageTest {

    private static final String SESSION = "__Host-handstamp-session";

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);
    private final WebClient client = WebClient.confidential(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void signInNowhereElse() {
        submit(browser, sessions(browser), "end-all", "");
    }

    @Test
    void whoever_is_not_signed_in_signs_in_here() {
        Reply login = browser.open("/account");
        assertThat(login.text()).contains("Sign in", "id=\"login-submit\"");
        assertThat(browser.submit(login, "username", "vera", "password", "wrong")
                        .status())
                .isEqualTo(403);
        Reply page = browser.signIn(login);
        assertThat(browser.at()).isEqualTo("/account");
        assertThat(page.text()).contains("<dd id=\"account-username\">vera</dd>");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("frame-ancestors 'none'", "form-action 'self'");
        assertThat(page.header("Cache-Control")).contains("no-store");
    }

    @Test
    void one_sign_in_serves_applications_and_the_account() {
        enter(browser);
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none"))))
                .containsEntry("error", "consent_required");
        assertThat(TestBrowser.answer(browser.open(WebClient.trusted(server).request("prompt", "none"))))
                .containsKey("code");
    }

    @Test
    void a_session_elsewhere_is_ended_and_its_tokens_with_it() {
        TestBrowser elsewhere = new TestBrowser(server);
        Reply tokens = client.redeem(TestBrowser.answer(elsewhere.authorize(client.request("scope", "orders:read")))
                .get("code"));
        String id = sid(tokens);
        Reply page = sessions(browser);
        assertThat(targets(page, "end")).hasSize(2).contains(id);
        assertThat(page.text()).contains("Opened: The &lt;Shop&gt; &amp; Co", "this browser");

        Reply ended = submit(browser, page, "end", id);
        assertThat(ended.text()).contains("That browser is signed out.");

        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(elsewhere.open("/account").text()).contains("to see your account");
        assertThat(targets(sessions(browser), "end")).hasSize(1).doesNotContain(id);
    }

    @Test
    void the_session_of_this_browser_is_ended_too() {
        Reply page = sessions(browser);
        Reply left = submit(browser, page, "end", targets(page, "end").getFirst());
        assertThat(left.text()).contains("Signed out");
        assertThat(browser.cookie(SESSION)).isEmpty();
    }

    @Test
    void everything_is_ended_at_once() {
        Reply first = server.logIn();
        TestBrowser elsewhere = new TestBrowser(server);
        enter(elsewhere);
        Reply page = sessions(browser);
        assertThat(targets(page, "end")).hasSize(3);

        assertThat(submit(browser, page, "end-all", "").text()).contains("Signed out");

        assertThat(server.isActive(first.string("access_token"))).isFalse();
        assertThat(elsewhere.open("/account").text()).contains("to see your account");
        assertThat(targets(sessions(browser), "end")).hasSize(1);
    }

    @Test
    void access_is_taken_back_from_an_application_alone_and_it_has_to_ask_again() {
        Reply tokens = redeemed(client, "openid orders:read offline_access");
        WebClient other = WebClient.confidential(server);
        Reply others = redeemed(other, "openid orders:read");
        Reply page = applications();
        assertThat(targets(page, "take-back")).contains(client.id(), other.id());
        assertThat(page.text()).contains("know that it is you", "stay signed in while you are away", "orders:read");

        Reply taken = submit(browser, page, "take-back", client.id());
        assertThat(taken.text()).contains("The application has no access any more.");

        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(client.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("400 invalid_grant");
        assertThat(server.isActive(others.string("access_token"))).isTrue();
        Reply after = applications();
        assertThat(targets(after, "take-back")).contains(other.id()).doesNotContain(client.id());
        assertThat(targets(sessions(browser), "end")).hasSize(1); // What it could do while the user was away is over.
        assertThat(TestBrowser.answer(browser.open(client.request("prompt", "none", "scope", "openid orders:read"))))
                .containsEntry("error", "consent_required");
        assertThat(server.audit(AuditEvent.Type.CONSENT_WITHDRAWN)).last().satisfies(event -> {
            assertThat(event.target()).isEqualTo(client.id());
            assertThat(event.details()).containsEntry("grants", "1");
        });
    }

    @Test
    void scopes_are_told_in_the_words_of_their_api() {
        server.database.inTransaction(tx -> {
            ApiStore apis = new ApiStore();
            Api api = apis.find(tx, new Audience(RunningServer.ORDERS)).orElseThrow();
            Descriptions words = Descriptions.of(Map.of("orders:write", Map.of("", "Change your <orders>")))
                    .orElseThrow();
            apis.update(
                    tx,
                    new Api(
                            api.audience(),
                            api.scopes(),
                            api.algorithm(),
                            api.tokenLifetime(),
                            api.claims(),
                            api.secretHash(),
                            api.statusList(),
                            api.open(),
                            api.requiredLevel(),
                            api.createdAt(),
                            words));
            return new RevisionStore().bumpConfiguration(tx);
        });
        redeemed(client, "openid orders:write");

        assertThat(applications().text())
                .contains("<li>Change your &lt;orders&gt;</li>", "<li>know that it is you</li>")
                .doesNotContain("orders:write");
        submit(browser, applications(), "take-back", client.id());
    }

    @Test
    @DisplayName("O-31, O-33: a form that was made elsewhere, or for something else, ends nothing")
    void a_forged_form_ends_nothing() {
        TestBrowser elsewhere = new TestBrowser(server);
        enter(elsewhere);
        Reply page = sessions(browser);
        List<String> ids = targets(page, "end");
        String guard = guard(page, "end", ids.getFirst());
        String guardOfOthers = guard(sessions(elsewhere), "end", ids.getFirst());

        for (String[] form : new String[][] {
            {"action", "end", "target", ids.getFirst()},
            {"action", "end", "target", ids.getFirst(), "form", "guessed"},
            {"action", "end", "target", ids.getLast(), "form", guard},
            {"action", "end-all", "target", "", "form", guard},
            {"action", "take-back", "target", ids.getFirst(), "form", guard},
            {"action", "end", "target", ids.getFirst(), "form", guardOfOthers}
        }) {
            browser.post("/account/sessions", form);
            browser.post("/account/applications", form);
            assertThat(targets(sessions(browser), "end"))
                    .as(String.join(" ", form))
                    .hasSize(2);
        }
        assertThat(browser.send(server.call("POST", "/account/sessions")
                                .header("Sec-Fetch-Site", "cross-site")
                                .form("action", "end", "target", ids.getFirst(), "form", guard))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void nobody_ends_a_session_of_somebody_else() {
        TestBrowser nicks = new TestBrowser(server);
        Reply login = nicks.open("/account");
        nicks.submit(login, "username", "nick", "password", RunningServer.PASSWORD);
        assertThat(nicks.open("/account/applications").text()).contains("No application has access");
        Reply page = sessions(nicks);
        Reply veras = sessions(browser);
        String id = targets(veras, "end").getFirst();

        assertThat(targets(page, "end")).doesNotContain(id);
        nicks.post(
                "/account/sessions",
                "action",
                "end",
                "target",
                id,
                "form",
                guard(page, "end", targets(page, "end").getFirst()));

        assertThat(browser.open("/account").text()).contains(">vera</dd>");
    }

    @Test
    void a_user_says_what_it_is_called_and_which_language_it_reads() {
        Reply page = enter(browser);
        Reply saved = browser.submit(page, "name", "Vera <b>Vale</b> & \"Co\"", "locale", "de");
        assertThat(saved.text())
                .contains("Gespeichert.", "Ihr Profil", "value=\"Vera &lt;b>Vale&lt;/b> &amp; &#34;Co&#34;\"")
                .doesNotContain("<b>Vale");
        assertThat(server.user("vera").attributes())
                .containsEntry("locale", "de")
                .containsEntry("age", 34L);
        assertThat(server.audit(AuditEvent.Type.USER_CHANGED))
                .last()
                .satisfies(event -> assertThat(event.actor())
                        .isEqualTo(server.user("vera").subject().value()));
        assertThat(browser.submit(saved, "name", "a\u0007b", "locale", "").status())
                .isEqualTo(400);
        assertThat(browser.submit(saved, "name", "Vera\u202e", "locale", "").status())
                .as("what turns around the words after it, on pages of administrators and in mails")
                .isEqualTo(400);
        assertThat(browser.submit(saved, "name", "Vera", "locale", "tlh").status())
                .isEqualTo(400);
        assertThat(browser.submit(saved, "name", "Vera", "locale", "", "form", "guessed")
                        .status())
                .isEqualTo(403);
        browser.submit(saved, "name", "Vera Vale", "locale", "");
        assertThat(server.user("vera").name()).isEqualTo("Vera Vale");
        assertThat(server.user("vera").attributes()).doesNotContainKey("locale");
    }

    @Test
    void an_address_is_called_confirmed_once_it_is_and_changed_only_where_mail_is_sent() {
        User user = server.addUser("ulla");
        TestBrowser ulla = new TestBrowser(server);
        Reply page = ulla.submit(ulla.open("/account"), "username", "ulla", "password", RunningServer.PASSWORD);
        assertThat(page.text())
                .contains("ulla@example.org", "not confirmed yet")
                .doesNotContain("account-email-change", "href=\"/admin\"");

        server.database.inTransaction(tx -> {
            new UserStore().update(tx, user.withVerifiedEmail(user.email()));
            return tx;
        });
        assertThat(ulla.open("/account").text())
                .contains(">confirmed<")
                .doesNotContain("not confirmed", "account-email-change");
    }

    private Reply enter(TestBrowser in) {
        Reply page = in.open("/account");
        return page.text().contains("login-submit") ? in.signIn(page) : page;
    }

    private Reply sessions(TestBrowser in) {
        enter(in);
        return in.open("/account/sessions");
    }

    private Reply applications() {
        enter(browser);
        return browser.open("/account/applications");
    }

    private Reply redeemed(WebClient by, String scope) {
        return by.redeem(TestBrowser.answer(browser.authorize(by.request("scope", scope)))
                .get("code"));
    }

    private static String sid(Reply tokens) {
        return (String) RunningServer.claims(tokens.string("access_token")).get("sid");
    }

    private static Reply submit(TestBrowser in, Reply page, String action, String target) {
        String path = action.equals("take-back") ? "/account/applications" : "/account/sessions";
        return in.post(path, "action", action, "target", target, "form", guard(page, action, target));
    }

    private static List<String> targets(Reply page, String action) {
        Pattern form = Pattern.compile(
                "name=\"action\" value=\"" + action + "\">\\s*<input[^>]*name=\"target\"" + " value=\"([^\"]*)\"");
        return form.matcher(page.text()).results().map(found -> found.group(1)).toList();
    }

    private static String guard(Reply page, String action, String target) {
        Pattern form =
                Pattern.compile("name=\"action\" value=\"" + action + "\">\\s*<input[^>]*name=\"target\" value=\""
                        + Pattern.quote(target) + "\">\\s*<input[^>]*name=\"form\" value=\"([^\"]*)\"");
        Matcher matcher = form.matcher(page.text());
        return matcher.find() ? matcher.group(1) : "none";
    }
}
