package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/// In a browser that runs no scripts.
class WithoutScriptsTest extends Walks {

    @Override
    Chrome browser() throws IOException {
        return Chrome.withoutScripts();
    }

    @Override
    Hands hands(Chrome chrome) {
        return new Pointer(chrome);
    }

    @Test
    void no_script_runs_and_the_page_that_needs_one_says_so() {
        go("/login/passkey");
        assertThat(chrome.page()).contains("Passkeys need a browser that supports them");
        assertThat(chrome.has("html[data-passkeys]")).isFalse();
        hands.press("Sign in with your password");
        signIn();
        hands.press("Passkeys");
        assertThat(chrome.page()).contains("Passkeys need a browser that supports them");
    }
}
