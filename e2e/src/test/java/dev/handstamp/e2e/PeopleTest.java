package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.WindowType;

/// What people do at the server's doors and what becomes of it elsewhere: in another tab, in another browser, in the
/// hands of an application. Name and password are asked for on one page.
class PeopleTest extends InBrowser {

    @Override
    String login() {
        return "password";
    }

    @Test
    void somebody_allows_an_application_and_takes_it_back() throws IOException, InterruptedException {
        String refreshToken = letIn();
        assertThat(refresh(refreshToken).statusCode()).isEqualTo(200);

        go("/account/applications");
        assertThat(chrome.page()).contains("Corner Shop");
        chrome.click("form[action='/account/applications'] button");
        assertThat(chrome.page()).contains("No application has access");
        assertThat(refresh(refreshToken).body()).contains("invalid_grant");

        chrome.open(authorize());
        assertThat(chrome.title()).as("asked again").contains("Allow");
        chrome.click("#consent-deny");
        assertThat(chrome.address()).contains("error=access_denied");
    }

    @Test
    void signing_out_everywhere_ends_the_other_browser_too() throws IOException {
        signInAtAccount(chrome, PASSWORD);
        try (Chrome other = new Chrome()) {
            signInAtAccount(other, PASSWORD);

            go("/account/sessions");
            chrome.click("#end-all");
            go("/account");
            assertThat(chrome.title()).contains("Sign in");
            other.open(server.issuer() + "/account");
            assertThat(other.title()).contains("Sign in");
        }
    }

    @Test
    void an_administrator_disables_a_user_who_is_refused_from_then_on() throws IOException, InterruptedException {
        String refreshToken = letIn();
        try (Chrome room = new Chrome()) {
            room.open(server.issuer() + "/admin");
            room.type("input[name=username]", "root");
            room.type("input[name=password]", PASSWORD);
            room.enter();
            room.open(server.issuer() + "/admin/users?q=" + user);
            room.press(user);
            room.press("Disable");
            assertThat(room.one("#state").getText()).isEqualTo("disabled");
        }

        assertThat(refresh(refreshToken).body()).contains("invalid_grant");
        signInAtAccount(chrome, PASSWORD);
        assertThat(chrome.has("[role=alert]")).isTrue();
        assertThat(chrome.title()).contains("Sign in");
    }

    @Test
    void a_form_says_what_is_wrong_while_it_is_filled_in_and_changes_nothing()
            throws IOException, InterruptedException {
        administer("/admin/clients/new");
        chrome.type("[name=id]", "typed-" + user);
        chrome.one("[name='grant.authorization_code']").click();
        chrome.type("[name=apis]", API);
        chrome.type("[name=scopes]", "orders:read");
        chrome.type("[name=uris]", "http://app.example/back");
        chrome.awaitText("not a redirect URI");
        assertThat(chrome.one("[name=uris]").getDomAttribute("aria-invalid")).isEqualTo("true");
        assertThat(chrome.one("[name=apis]").getDomAttribute("aria-invalid")).isNull();
        assertThat(chrome.one("[name=uris]").getDomProperty("value")).isEqualTo("http://app.example/back");

        chrome.type("[name=uris]", "https://app.example/back");
        chrome.await(() -> !chrome.page().contains("not a redirect URI"), chrome::page);
        assertThat(chrome.one("[name=uris]").getDomAttribute("aria-invalid")).isNull();
        assertThat(office.get("/clients").body()).doesNotContain("typed-" + user);
        chrome.press("Register");
        assertThat(office.get("/clients/typed-" + user).body()).contains("https://app.example/back");
    }

    @Test
    void an_open_page_of_revocations_and_verifiers_is_renewed_by_itself() throws IOException, InterruptedException {
        String token = Office.token(server, user, API);
        administer("/admin/revocations");
        String before = chrome.one("#live").getText();
        chrome.script("window.kept = true");

        office.delete("/users/" + user + "/sessions");

        chrome.await(() -> !chrome.one("#live").getText().equals(before), chrome::page);
        chrome.awaitText("session_revoked");
        assertThat(chrome.script("return window.kept"))
                .as("the page was not loaded anew")
                .isEqualTo(true);
        assertThat(token).isNotEmpty();
        assertThat(chrome.complaints()).noneMatch(each -> each.contains("/admin/revocations"));
    }

    private void administer(String path) {
        go(path);
        chrome.type("input[name=username]", "root");
        chrome.type("input[name=password]", PASSWORD);
        chrome.enter();
        assertThat(chrome.address()).endsWith(path);
    }

    @Test
    void a_password_that_is_reset_or_changed_ends_what_is_open_elsewhere() throws IOException {
        signInAtAccount(chrome, PASSWORD);
        try (Chrome other = new Chrome()) {
            other.open(server.issuer() + "/reset");
            other.type("#username", user);
            other.enter();
            String link = letters.linkTo(user + "@example.org");
            other.open(link);
            other.type("#password", NEW);
            other.click("#mail-submit");
            other.open(link);
            assertThat(other.has("#password")).as("a link is good once").isFalse();

            signInAtAccount(chrome, PASSWORD);
            assertThat(chrome.has("[role=alert]")).as("the old password").isTrue();
            chrome.type("input[name=password]", NEW);
            chrome.enter();
            assertThat(chrome.one("#account-username").getText()).isEqualTo(user);

            signInAtAccount(other, NEW);
            go("/account/password");
            chrome.type("#password", "nine red balloons at dawn");
            chrome.type("input[name=again]", "nine red balloons at dawn");
            chrome.enter();
            other.open(server.issuer() + "/account");
            assertThat(other.title()).contains("Sign in");
        }
    }

    @Test
    void two_tabs_sign_in_side_by_side_and_both_go_on() {
        chrome.open(authorize());
        String first = chrome.driver().getWindowHandle();
        chrome.driver().switchTo().newWindow(WindowType.TAB);
        chrome.open(authorize());
        signIn(chrome, PASSWORD);
        chrome.click("#consent-allow");
        assertThat(answered()).isNotEmpty();
        chrome.driver().close();

        chrome.driver().switchTo().window(first);
        signIn(chrome, PASSWORD);
        // An application at a loopback address is asked about each time: anybody could be there.
        chrome.click("#consent-allow");
        assertThat(answered()).isNotEmpty();
    }

    @Test
    void name_and_password_are_typed_one_after_the_other() {
        Keyboard keyboard = new Keyboard(chrome);
        chrome.open(authorize());
        assertThat(keyboard.focused().name()).isEqualTo("User name or e-mail address");
        keyboard.fill("User name or e-mail address", user);
        assertThat(keyboard.tab().name()).isEqualTo("Password");
        keyboard.fill("Password", PASSWORD);
        keyboard.send();
        keyboard.press("Allow");
        assertThat(answered()).isNotEmpty();
    }

    @Test
    void whoever_would_rather_not_sign_in_goes_back_to_the_application() {
        chrome.open(authorize());
        chrome.click("#login-cancel");
        assertThat(chrome.address()).contains("error=access_denied", "state=s");
    }

    /// Answers the refresh token that the application has got.
    private String letIn() throws IOException, InterruptedException {
        chrome.open(authorize());
        signIn(chrome, PASSWORD);
        chrome.click("#consent-allow");
        return Office.member(redeem(answered()), "refresh_token");
    }

    private void signInAtAccount(Chrome in, String password) {
        in.open(server.issuer() + "/account");
        signIn(in, password);
    }

    private void signIn(Chrome in, String password) {
        // After a wrong password the name stands there already.
        if (in.one("input[name=username]").isDisplayed()) in.type("input[name=username]", user);
        in.type("input[name=password]", password);
        in.enter();
    }

    private HttpResponse<String> refresh(String token) throws IOException, InterruptedException {
        return server.form("/token", "grant_type=refresh_token&client_id=shop&refresh_token=" + token);
    }
}
