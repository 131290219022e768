package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every page, in light and dark, wide and narrow, before axe-core (WCAG 2.2, level AA).
class AccessibilityTest {

    private static final int NARROW = 320;

    @TempDir
    static Path folder;

    private static HandstampProcess server;
    private static Chrome chrome;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new HandstampProcess(folder.resolve("data")).awaitReady();
        chrome = new Chrome();
        server.run("correct horse battery staple\n", "user", "add", "vera", "--password-stdin");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (chrome != null) chrome.close();
        server.close();
    }

    @Test
    @DisplayName("WCAG 2.2 AA: axe-core finds nothing on the page where people sign in")
    void sign_in() {
        chrome.open(server.issuer() + "/account");
        assertNothingShutsPeopleOut();
    }

    private static void assertNothingShutsPeopleOut() {
        for (boolean dark : List.of(false, true)) {
            chrome.look(1280, 900, dark);
            assertThat(Axe.findings(chrome)).as(chrome.address()).isEmpty();
            chrome.look(NARROW, 640, dark);
            assertThat(Axe.findings(chrome)).as(chrome.address() + " narrow").isEmpty();
            assertThat(chrome.script("return document.documentElement.scrollWidth"))
                    .as("nothing of %s is wider than a small telephone", chrome.address())
                    .isEqualTo((long) NARROW);
        }
    }
}
