package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;

/// By keyboard alone: nothing is out of its reach, and wherever the focus comes it shows.
class ByKeyboardTest extends Walks {

    /// A browser that offers no passkeys in fields: there the button is the only way.
    private static final String NO_AUTOFILL = "PublicKeyCredential.isConditionalMediationAvailable = async () => false";

    private Keyboard keyboard;

    @Override
    Chrome browser() throws IOException {
        return new Chrome();
    }

    @Override
    Hands hands(Chrome chrome) {
        keyboard = new Keyboard(chrome);
        return keyboard;
    }

    @Test
    void a_passkey_is_added_signs_in_and_is_removed() {
        Object script = chrome.driver()
                .executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", NO_AUTOFILL))
                .get("identifier");
        VirtualAuthenticator device = chrome.authenticator();
        try {
            go("/account/passkeys");
            signIn();
            hands.press("Add a passkey");
            assertThat(chrome.page()).contains("The passkey was added.");
            hands.fill("Name of Chrome on Linux", "My telephone");
            hands.send();
            assertThat(chrome.page()).contains("The passkey has a new name.");
            signOut();

            hands.press("Sign in again");
            hands.press("Sign in with a passkey");
            assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
            hands.press("Passkeys");
            hands.press("Remove My telephone");
            assertThat(chrome.page()).contains("The passkey was removed.");
        } finally {
            chrome.driver().removeVirtualAuthenticator(device);
            chrome.driver().executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
        }
    }

    @Test
    void the_first_thing_that_a_page_offers_is_to_skip_what_all_have() {
        go("/account/sessions");
        signIn();
        keyboard.tab();
        assertThat(keyboard.focused().name()).isEqualTo("Skip to the content");
        hands.fetch("Skip to the content");
        assertThat(chrome.script("return document.activeElement.id")).isEqualTo("content");
        assertThat(keyboard.tab().name()).startsWith("Sign out (");
    }

    @Test
    void the_focus_comes_back_the_way_it_went() {
        go("/account");
        assertThat(keyboard.focused().name()).isEqualTo("User name or e-mail address");
        signIn();
        assertThat(keyboard.to("Save").kind()).isEqualTo("button");
        assertThat(keyboard.tabBack().name()).isEqualTo("Language");
        assertThat(keyboard.tabBack().name()).isEqualTo("Name");
        assertThat(keyboard.tabBack().name()).isEqualTo("Change or confirm your e-mail address");
    }
}
