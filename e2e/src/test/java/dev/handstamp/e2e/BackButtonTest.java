package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;

/// The back button at every step of what people do: it never leads into a dead end, nothing happens twice, the browser
/// never asks to send anything again, and whoever is signed out sees nothing that was theirs.
class BackButtonTest extends InBrowser {

    @Test
    void signing_in_for_an_application() throws Exception {
        chrome.open(authorize());
        name(user);
        back("Sign in");
        name(user);
        password("not my password");
        back("Sign in");
        password(PASSWORD);
        assertThat(chrome.title()).contains("Allow Corner Shop to access your account?");
        back("Sign in");
        password(PASSWORD);
        chrome.click("#consent-allow");
        assertThat(chrome.address()).contains("code=");
        String first = answered();
        back("Allow Corner Shop to access your account?");
        chrome.click("#consent-allow");
        assertThat(answered()).isNotEqualTo(first);
        assertThat(redeem(answered()).statusCode()).isEqualTo(200);
        backThroughAll();
        go("/account/applications");
        assertThat(chrome.driver().findElements(By.cssSelector("main section")))
                .as("what has access")
                .hasSize(1);
    }

    @Test
    void saying_no_to_an_application() {
        chrome.open(authorize());
        name(user);
        password(PASSWORD);
        chrome.click("#consent-deny");
        assertThat(chrome.address()).contains("error=access_denied");
        back("Allow Corner Shop to access your account?");
        chrome.click("#consent-allow");
        assertThat(answered()).as("second thoughts").isNotEmpty();
        backThroughAll();
    }

    @Test
    void a_second_factor() {
        signInAt("/account/authenticator");
        send("code", "000000");
        back("Set up an authenticator");
        String key = chrome.one("#authenticator-key").getText().replace(" ", "");
        send("code", code(key, 0));
        List<String> codes = recoveryCodes();
        back("Security");
        chrome.driver().navigate().forward();
        assertSound("after the recovery codes");
        assertThat(chrome.page()).doesNotContain(codes.getFirst());

        chrome.forget();
        go("/account");
        name(user);
        password(PASSWORD);
        send("code", "000000");
        back("One more step");
        chrome.click("#other-code");
        back("One more step");
        chrome.click("#other-code");
        send("code", codes.getFirst());
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
        backThroughAll();
        go("/account/security");
        assertThat(chrome.page()).contains("7 recovery codes are left.");
    }

    @Test
    void registering() {
        String somebody = "new-" + user;
        go("/sign-up");
        send("email", somebody + "@example.org");
        String first = letters.linkTo(somebody + "@example.org");
        back("Create an account");
        send("email", somebody + "@example.org");
        String link = letters.linkTo(somebody + "@example.org");
        assertThat(link).isNotEqualTo(first);
        chrome.open(link);
        makeAccount(somebody);
        assertThat(chrome.title()).contains("Welcome");
        back("This link is no longer valid");
        backThroughAll();
    }

    private void makeAccount(String somebody) {
        chrome.type("#username", somebody);
        chrome.type("#name", "Someone New");
        chrome.type("#password", NEW);
        chrome.enter();
    }

    @Test
    void resetting_a_password() {
        go("/login");
        chrome.press("Forgot your password?");
        send("username", user);
        back("Forgot your password?");
        send("username", user);
        letters.linkTo(user + "@example.org");
        chrome.open(letters.linkTo(user + "@example.org"));
        send("password", "password1");
        back("Set a new password");
        send("password", NEW);
        assertThat(chrome.title()).contains("The password is set");
        back("This link is no longer valid");
        backThroughAll();
        go("/login");
        name(user);
        password(NEW);
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
    }

    @Test
    void signing_in_by_mail() {
        go("/login");
        chrome.press("Sign in by e-mail");
        send("username", user);
        back("Sign in by e-mail");
        send("username", user);
        letters.codeTo(user + "@example.org");
        String code = letters.codeTo(user + "@example.org");
        send("code", "000000");
        back("Check your inbox");
        send("code", code);
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
        backThroughAll();
    }

    @Test
    void a_device() throws IOException, InterruptedException {
        go("/device");
        send("user_code", "ABCD-EFGH");
        back("Connect a device");
        send("user_code", userCode());
        name(user);
        password(PASSWORD);
        back("Sign in");
        password(PASSWORD);
        chrome.click("#device-allow");
        assertThat(chrome.page()).contains("The device is connected");
        back("This code is no longer valid");
        backThroughAll();
    }

    @Test
    void changes_of_the_account() {
        signInAt("/account");
        chrome.type("[name=name]", "Vera Valentina Vale");
        chrome.enter();
        assertThat(chrome.page()).contains("Saved.");
        back("Your profile");
        assertThat(chrome.one("[name=name]").getDomProperty("value")).isEqualTo("Vera Valentina Vale");

        go("/account/password");
        chrome.type("#password", NEW);
        send("again", PASSWORD);
        back("New password");
        chrome.type("#password", NEW);
        send("again", NEW);
        assertThat(chrome.page()).contains("Your password is changed.");
        back("New password");
        backThroughAll();

        go("/account/email");
        send("email", "other-" + user + "@example.org");
        back("Change or confirm your e-mail address");
        chrome.open(letters.linkTo("other-" + user + "@example.org"));
        chrome.click("#mail-submit");
        assertThat(chrome.title()).contains("Thank you");
        back("This link does not work here");
        backThroughAll();
    }

    @Test
    void access_that_is_taken_back() throws Exception {
        chrome.open(authorize());
        name(user);
        password(PASSWORD);
        chrome.click("#consent-allow");
        go("/account/applications");
        chrome.press("Remove access (Corner Shop)");
        back("Applications");
        assertThat(chrome.page()).contains("No application has access");
        backThroughAll();
    }

    @Test
    void whoever_is_signed_out_sees_nothing_that_was_theirs() {
        signInAt("/account");
        go("/account/sessions");
        go("/account/activity");
        chrome.click("#sign-out");
        chrome.click("#logout-confirm");
        back("Signed out");
        back("Sign in");
        back("Sign in");
        back("Sign in");
    }

    @Test
    void whoever_is_signed_out_in_another_tab_or_from_elsewhere_sees_nothing_that_was_theirs()
            throws IOException, InterruptedException {
        signInAt("/account");
        go("/account/sessions");
        go("/account/activity");
        String tab = chrome.driver().getWindowHandle();
        chrome.driver().switchTo().newWindow(WindowType.TAB);
        go("/logout");
        chrome.click("#logout-confirm");
        chrome.driver().close();
        chrome.driver().switchTo().window(tab);
        back("Sign in");

        signInAt("/account");
        go("/account/sessions");
        go("/account/activity");
        office.delete("/users/" + user + "/sessions");
        back("Sign in");
        back("Sign in");
    }

    @Test
    void an_account_that_is_gone() {
        signInAt("/account/data");
        send("confirm", "somebody");
        back("Your data");
        send("confirm", user);
        assertThat(chrome.page()).contains("Your account is deleted");
        back("Sign in");
        backThroughAll();
    }

    @Test
    void what_an_administrator_does() throws IOException, InterruptedException {
        go("/admin/users?q=" + user);
        name("root");
        password(PASSWORD);
        go("/admin/users?q=" + user);
        chrome.press(user);
        chrome.press("Disable");
        back(user);
        assertThat(chrome.one("#state").getText()).isEqualTo("disabled");
        chrome.press("Enable");

        go("/admin/clients/new");
        chrome.type("[name=id]", "not an identifier");
        chrome.enter();
        back("Register a client");
        chrome.type("[name=id]", "of-" + user);
        chrome.type("[name=apis]", API);
        chrome.one("[name='grant.client_credentials']").click();
        chrome.press("Register");
        String secret = chrome.one("#secret").getText();
        back("Register a client");
        chrome.driver().navigate().forward();
        assertSound("after the secret of a client");
        assertThat(chrome.page()).doesNotContain(secret);
        backThroughAll();
    }

    private void signInAt(String path) {
        go(path);
        name(user);
        password(PASSWORD);
    }

    private void name(String name) {
        send("username", name);
    }

    private void password(String password) {
        send("password", password);
    }

    private void send(String field, String text) {
        chrome.type("input[name=" + field + "]", text);
        chrome.enter();
    }

    /// Goes back, to a page of that title.
    private void back(String title) {
        chrome.back();
        assertSound("one step back");
        assertThat(chrome.title())
                .as(() -> "one step back at " + chrome.address() + ":\n" + chrome.page())
                .contains(title);
    }

    /// Goes back as far as there is anything, and finds a page with a way on at each step.
    private void backThroughAll() {
        for (long steps = entries(); steps > 1; steps--) {
            chrome.back();
            if (chrome.address().startsWith(server.issuer())) assertSound((steps - 1) + " before the first");
        }
    }

    private long entries() {
        return (long) chrome.driver()
                .executeCdpCommand("Page.getNavigationHistory", Map.of())
                .get("currentIndex");
    }

    /// A page of ours that says where to go on.
    private void assertSound(String where) {
        chrome.await(() -> "complete".equals(chrome.script("return document.readyState")), chrome::address);
        if (chrome.address().startsWith(callback())) return;
        Supplier<String> seen = () -> where + " at " + chrome.address() + ":\n" + chrome.page();
        assertThat(chrome.has("main h1")).as(seen).isTrue();
        boolean leadsOn = chrome.has("form, a[href]")
                || chrome.page().contains("Go back to the application")
                || chrome.page().contains("You can close this page");
        assertThat(leadsOn).as(seen).isTrue();
    }
}
