package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Passkeys in a real Chromium, whose authenticator is a virtual one.
class PasskeysTest extends InBrowser {

    /// A browser that offers no passkeys in fields: there the button is the only way.
    private static final String NO_AUTOFILL = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";

    private static final String NO_PASSKEYS = "delete window.PublicKeyCredential";

    private final List<Object> scripts = new ArrayList<>();
    private String authenticator;

    @Override
    String login() {
        return "password";
    }

    @BeforeEach
    void takeADevice() {
        chrome.complaints();
        chrome.open(server.issuer() + "/login");
        command("WebAuthn.enable", Map.of());
        Map<String, Object> made = command(
                "WebAuthn.addVirtualAuthenticator",
                Map.of(
                        "options",
                        Map.of(
                                "protocol", "ctap2",
                                "transport", "internal",
                                "hasResidentKey", true,
                                "hasUserVerification", true,
                                "isUserVerified", true,
                                "automaticPresenceSimulation", true)));
        authenticator = (String) made.get("authenticatorId");
    }

    @AfterEach
    void putItAway() {
        command("WebAuthn.disable", Map.of());
        for (Object each : scripts) command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", each));
        scripts.clear();
        chrome.scripts(true);
    }

    @Test
    void a_passkey_is_added_and_signs_in_by_the_button() {
        before(NO_AUTOFILL);
        signInByPassword();
        addPasskey();
        assertThat(Axe.findings(chrome)).isEmpty();

        signOut();
        chrome.open(server.issuer() + "/account");
        assertThat(chrome.address()).contains("/login?");
        assertThat(Axe.findings(chrome)).isEmpty();
        chrome.click("#passkey-button");
        assertSignedIn();
        assertThat(chrome.complaints()).isEmpty();
    }

    @Test
    void the_field_for_the_name_offers_the_passkey_by_itself() {
        signInByPassword();
        addPasskey();
        signOut();
        chrome.open(server.issuer() + "/account");
        assertSignedIn();
        assertThat(chrome.complaints()).isEmpty();
    }

    @Test
    void who_cancels_is_told_and_gets_in_another_way_on_the_same_page() {
        before(NO_AUTOFILL);
        signInByPassword();
        addPasskey();
        signOut();
        command("WebAuthn.setUserVerified", Map.of("authenticatorId", authenticator, "isUserVerified", false));

        chrome.open(server.issuer() + "/account");
        chrome.one("#passkey-button").click();
        chrome.awaitText("No passkey was used.");
        assertThat(chrome.one("#passkey-button").isEnabled()).isTrue();
        assertThat(Axe.findings(chrome)).isEmpty();

        command("WebAuthn.setUserVerified", Map.of("authenticatorId", authenticator, "isUserVerified", true));
        chrome.click("#passkey-button");
        assertSignedIn();
        signOut();
        command("WebAuthn.setUserVerified", Map.of("authenticatorId", authenticator, "isUserVerified", false));
        chrome.open(server.issuer() + "/account");
        chrome.one("#passkey-button").click();
        chrome.awaitText("No passkey was used.");
        chrome.type("[name=username]", user);
        chrome.type("[name=password]", PASSWORD);
        chrome.click("#login-submit");
        assertSignedIn();
    }

    @Test
    void a_removed_passkey_opens_nothing_and_the_browser_is_told() throws IOException, InterruptedException {
        before(NO_AUTOFILL);
        signInByPassword();
        addPasskey();
        assertThat(server.run("", "user", "passkeys", "list", user).out()).contains("one device");
        chrome.press("Remove");
        chrome.awaitText("The passkey was removed.");
        assertThat(chrome.has("#no-passkeys")).isTrue();

        signOut();
        chrome.open(server.issuer() + "/account");
        chrome.one("#passkey-button").click();
        chrome.awaitText("This passkey is not known here any more.");
        assertThat(chrome.address()).contains("/login?");
    }

    @Test
    void an_operator_takes_a_passkey_away_and_the_session_ends() throws IOException, InterruptedException {
        before(NO_AUTOFILL);
        signInByPassword();
        addPasskey();
        String listed = server.run("", "user", "passkeys", "list", user).out();
        String id = listed.lines().skip(1).findFirst().orElseThrow().split(" ", 2)[0];
        assertThat(server.run("", "user", "passkeys", "remove", user, "none").exit())
                .isNotZero();
        assertThat(server.run("", "user", "passkeys", "remove", user, id).out()).contains("Removed the passkey");
        assertThat(server.run("", "user", "passkeys", "list", user).out()).doesNotContain(id);
        chrome.open(server.issuer() + "/account");
        assertThat(chrome.address()).contains("/login?");
    }

    @Test
    void the_same_device_is_not_added_twice_and_a_passkey_is_renamed() {
        before(NO_AUTOFILL);
        signInByPassword();
        addPasskey();
        chrome.one("#passkey-button").click();
        chrome.awaitText("There is a passkey of this server on this device already.");
        chrome.type("#passkeys [name=name]", "My telephone");
        chrome.enter();
        chrome.awaitText("The passkey has a new name.");
        assertThat(chrome.one("#passkeys [name=name]").getDomProperty("value")).isEqualTo("My telephone");
    }

    @Test
    void where_a_browser_knows_no_passkeys_nothing_asks_for_one() {
        before(NO_PASSKEYS);
        chrome.open(server.issuer() + "/account");
        assertThat(chrome.one("#passkey").isDisplayed()).isFalse();
        chrome.open(server.issuer() + "/login/passkey");
        chrome.awaitText("Passkeys need a browser that supports them");
        assertThat(Axe.findings(chrome)).isEmpty();
        chrome.click("#other-way");
        signInByPassword();
        chrome.open(server.issuer() + "/account/passkeys");
        chrome.awaitText("Passkeys need a browser that supports them");
        assertThat(chrome.one("#passkey").isDisplayed()).isFalse();
    }

    @Test
    void without_scripts_the_pages_say_so_and_the_password_is_enough() {
        chrome.scripts(false);
        chrome.open(server.issuer() + "/login/passkey");
        chrome.awaitText("Passkeys need a browser that supports them");
        assertThat(chrome.one("#passkey").isDisplayed()).isFalse();
        signInByPassword();
        chrome.open(server.issuer() + "/account/passkeys");
        chrome.awaitText("Passkeys need a browser that supports them");
    }

    @Test
    void nothing_moves_when_the_button_comes() {
        chrome.open(server.issuer() + "/login");
        chrome.await(() -> chrome.one("#passkey-button").isDisplayed(), () -> "no button on " + chrome.page());
        assertThat((Number) chrome.driver().executeAsyncScript("""
                const done = arguments[0];
                let sum = 0;
                new PerformanceObserver(list => list.getEntries().forEach(each => sum += each.value))
                    .observe({type: 'layout-shift', buffered: true});
                requestAnimationFrame(() => setTimeout(() => done(sum), 100));"""))
                .satisfies(sum -> assertThat(sum.doubleValue()).isZero());
    }

    private void signInByPassword() {
        chrome.open(server.issuer() + "/account");
        chrome.type("[name=username]", user);
        chrome.type("[name=password]", PASSWORD);
        chrome.click("#login-submit");
        assertSignedIn();
    }

    private void addPasskey() {
        chrome.open(server.issuer() + "/account/passkeys");
        chrome.awaitText("You have no passkey yet.");
        chrome.click("#passkey-button");
        chrome.awaitText("The passkey was added.");
        assertThat(chrome.one("#passkeys [name=name]").getDomProperty("value")).isEqualTo("Chrome on Linux");
        Object credentials = command("WebAuthn.getCredentials", Map.of("authenticatorId", authenticator))
                .get("credentials");
        assertThat(credentials).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(1);
    }

    private void assertSignedIn() {
        chrome.await(
                () -> chrome.address().equals(server.issuer() + "/account"),
                () -> "not signed in at " + chrome.address() + ":\n" + chrome.page());
        assertThat(chrome.page()).contains(user);
    }

    private void signOut() {
        chrome.driver().manage().deleteAllCookies();
    }

    /// Runs before every script of the pages that are opened from here on.
    private void before(String script) {
        scripts.add(command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                .get("identifier"));
    }

    private Map<String, Object> command(String name, Map<String, Object> parameters) {
        return chrome.driver().executeCdpCommand(name, parameters);
    }
}
