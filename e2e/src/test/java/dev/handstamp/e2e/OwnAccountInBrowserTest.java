package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// A user's own account in a real Chromium that runs no scripts of pages, by keyboard where there is something to type.
class OwnAccountInBrowserTest {

    private static final String PASSWORD = "correct horse battery staple";
    private static final String NEW = "seven green umbrellas at noon";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    static Path folder;

    private static HandstampProcess server;

    private Chrome chrome;
    private String user;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new HandstampProcess(folder.resolve("data")).awaitReady();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        server.close();
    }

    @BeforeEach
    void arrive() throws IOException, InterruptedException {
        user = "owner" + NAMES.incrementAndGet();
        assertThat(server.run(PASSWORD + "\n", "user", "add", user, "--password-stdin")
                        .exit())
                .isZero();
        chrome = new Chrome();
        chrome.scripts(false);
    }

    @AfterEach
    void leave() throws IOException {
        chrome.close();
    }

    @Test
    void an_authenticator_is_set_up_and_a_recovery_code_lets_in_once() {
        signIn(chrome, PASSWORD, "/account/security");
        chrome.click("#add-authenticator");
        WebElement image = chrome.one("svg.qr path");
        assertThat(image.getSize().getWidth()).isGreaterThan(100);
        Secret key = new Secret(chrome.one("#authenticator-key").getText().replace(" ", ""));
        chrome.type("input[name=code]", Totp.codeAt(key, Instant.now()));
        chrome.enter();
        List<String> codes = chrome.driver().findElements(By.cssSelector("#recovery-codes li")).stream()
                .map(WebElement::getText)
                .toList();
        assertThat(codes).hasSize(8);

        chrome.back();
        assertThat(chrome.has("#authenticator-key")).isFalse();
        chrome.driver().navigate().forward();
        assertThat(chrome.driver().getPageSource()).doesNotContain(codes.getFirst());

        signOut();
        signIn(chrome, PASSWORD, "/account/security");
        assertThat(chrome.address()).contains("/login/totp");
        chrome.click("#other-code");
        chrome.type("#code", codes.getFirst());
        chrome.enter();
        assertThat(chrome.address()).endsWith("/account/security");
        assertThat(chrome.page()).contains("7 recovery codes are left.");

        signOut();
        signIn(chrome, PASSWORD, "/account");
        chrome.click("#other-code");
        chrome.type("#code", codes.getFirst());
        chrome.enter();
        assertThat(chrome.address()).contains("/login/totp");
        chrome.type("#code", codes.get(1));
        chrome.enter();
        assertThat(chrome.address()).endsWith("/account");
    }

    @Test
    void another_password_is_set_and_the_old_one_lets_nobody_in() throws IOException {
        try (var other = new AutoCloseableChrome()) {
            signIn(other.chrome, PASSWORD, "/account");
            signIn(chrome, PASSWORD, "/account/security");
            chrome.click("#change-password");
            for (String weak : List.of("short", "password1", user + "1!")) {
                chrome.type("#password", weak);
                chrome.type("input[name=again]", weak);
                chrome.enter();
                assertThat(chrome.has(".notice.bad")).as(weak).isTrue();
            }
            chrome.type("#password", NEW);
            chrome.type("input[name=again]", NEW);
            chrome.enter();
            assertThat(chrome.page()).contains("Your password is changed.");

            other.chrome.open(server.issuer() + "/account");
            assertThat(other.chrome.address()).contains("/login?");
            signIn(other.chrome, PASSWORD, "/account");
            assertThat(other.chrome.page()).contains("wrong");
            signIn(other.chrome, NEW, "/account");
            assertThat(other.chrome.address()).endsWith("/account");
        }
    }

    @Test
    void everything_is_signed_out_at_once() throws IOException {
        try (var other = new AutoCloseableChrome()) {
            signIn(other.chrome, PASSWORD, "/account/activity");
            signIn(chrome, PASSWORD, "/account/sessions");
            assertThat(chrome.page()).contains("this browser");
            assertThat(chrome.driver().findElements(By.cssSelector("input[value=end]")))
                    .hasSize(2);

            chrome.click("#end-all");

            assertThat(chrome.page()).contains("You are signed out here.");
            for (Chrome each : List.of(chrome, other.chrome)) {
                each.open(server.issuer() + "/account");
                assertThat(each.address()).contains("/login?");
            }
            chrome.back();
            assertThat(chrome.has("#end-all")).isFalse();
        }
    }

    @Test
    void an_account_is_deleted_for_good() {
        signIn(chrome, PASSWORD, "/account/data");
        chrome.type("input[name=confirm]", "somebody else");
        chrome.enter();
        assertThat(chrome.page()).contains("Nothing was deleted.");
        chrome.type("input[name=confirm]", user);
        chrome.enter();
        assertThat(chrome.page()).contains("Your account is deleted");

        signIn(chrome, PASSWORD, "/account");
        assertThat(chrome.address()).contains("/login");
    }

    /// A second browser.
    private static final class AutoCloseableChrome implements AutoCloseable {

        private final Chrome chrome = new Chrome();

        AutoCloseableChrome() throws IOException {
            chrome.scripts(false);
        }

        @Override
        public void close() throws IOException {
            chrome.close();
        }
    }

    private void signIn(Chrome in, String password, String path) {
        in.open(server.issuer() + path);
        in.type("input[name=username]", user);
        in.type("input[name=password]", password);
        in.enter();
    }

    private void signOut() {
        chrome.open(server.issuer() + "/logout");
        chrome.click("#logout-confirm");
    }
}
