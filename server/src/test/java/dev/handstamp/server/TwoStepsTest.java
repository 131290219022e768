package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The way from the password over the second factor, walked as people walk: back, in two tabs, by the side.
class TwoStepsTest {

    private static final String SESSION = "__Host-handstamp-session";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static RunningServer server;

    private final TestBrowser browser = new TestBrowser(server);
    private final Holder holder = holder();

    /// A user with an authenticator application.
    private record Holder(String name, Secret secret, List<String> recoveryCodes) {

        String code() {
            return Totp.codeAt(secret, Instant.now());
        }
    }

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void two_tabs_go_on_with_one_code() {
        WebClient first = WebClient.trusted(server);
        WebClient second = WebClient.trusted(server);
        Reply one = password(browser.open(first.request("state", "one")));
        Reply other = password(browser.open(second.request("state", "other")));
        String otherAt = browser.at();

        assertThat(TestBrowser.answer(browser.submit(one, "code", holder.code())))
                .containsEntry("state", "one")
                .containsKey("code");
        // The other tab asks for nothing any more, whether it is sent or loaded again.
        assertThat(TestBrowser.answer(browser.submit(other, "code", holder.code())))
                .containsEntry("state", "other")
                .containsKey("code");
        assertThat(TestBrowser.answer(browser.open(otherAt))).containsEntry("state", "other");
    }

    @Test
    void the_back_button_leads_on_from_the_second_factor_too() {
        WebClient client = WebClient.confidential(server);
        Reply login = browser.open(client.request());
        String loginAt = browser.at();
        Reply factor = password(login);
        String factorAt = browser.at();

        Reply back = browser.open(loginAt);
        assertThat(back.text()).contains("User name");
        Reply factorAgain = password(back);
        assertThat(browser.isAt("/login/totp")).isTrue();
        Reply consent = browser.submit(factorAgain, "code", holder.code());
        assertThat(browser.isAt("/consent")).isTrue();
        browser.open(factorAt);
        assertThat(browser.isAt("/consent")).as("back to the page of the code").isTrue();
        browser.submit(factor, "code", holder.code());
        assertThat(browser.isAt("/consent")).as("its form once more").isTrue();
        assertThat(TestBrowser.answer(browser.allow(consent))).containsKey("code");
    }

    @Test
    @DisplayName("A-09: after the password no other page opens anything: the account, another way, somebody else")
    void nothing_opens_after_the_password_alone() {
        password(browser.open("/login"));
        assertThat(browser.isAt("/login/totp")).isTrue();
        for (String path : List.of(
                "/account",
                "/account/sessions",
                "/account/security",
                "/account/password",
                "/account/authenticator",
                "/account/passkeys",
                "/account/data",
                "/admin",
                "/admin/users")) {
            browser.open(path);
            assertThat(browser.isAt("/login"))
                    .as(path + " led to " + browser.at())
                    .isTrue();
        }
        for (String path :
                List.of("/login?to=/account&another=yes", "/login/totp?to=/account&recovery=yes", "/logout")) {
            browser.open(path);
        }
        assertThat(browser.cookie(SESSION)).isEmpty();
        assertThat(browser.submit(browser.open("/login/totp"), "code", "").status())
                .isEqualTo(403);
        assertThat(browser.cookie(SESSION)).isEmpty();
    }

    @Test
    void a_recovery_code_is_typed_where_letters_can_be() {
        Reply factor = password(browser.open("/login"));
        assertThat(factor.text()).contains("inputmode=\"numeric\"", "id=\"other-code\"");
        Reply recovery = browser.open("/login/totp?to=/account&recovery=yes");
        assertThat(recovery.text()).contains("Recovery code").doesNotContain("inputmode");
        Reply wrong = browser.submit(recovery, "code", "BCDF-BCDF-BCDF-BCDF");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(wrong.text()).contains("Recovery code");

        browser.submit(wrong, "code", holder.recoveryCodes.getFirst());

        assertThat(browser.isAt("/account")).isTrue();
    }

    @Test
    @DisplayName("S-03: no cookie, password or code of a sign-in stands in an address or a page, and pages tell nobody")
    void no_secret_stands_in_an_address() {
        WebClient client = WebClient.confidential(server);
        String code = holder.code();
        Reply factor = password(browser.open(client.request()));
        String login = browser.cookie("__Host-handstamp-login").orElseThrow();
        browser.allow(browser.submit(factor, "code", code, "remember", "on"));

        List<String> kept = new ArrayList<>(List.of(login, RunningServer.PASSWORD.replace(' ', '+'), "code=" + code));
        for (String name : List.of(SESSION, "__Host-handstamp-form", "__Host-handstamp-device")) {
            kept.add(Optional.of(name).flatMap(browser::cookie).orElseThrow());
        }
        for (Reply reply : browser.seen()) {
            assertThat(reply.header("Referrer-Policy")).contains("no-referrer");
            String shown = reply.header("Location").orElse("") + reply.text();
            assertThat(shown).doesNotContain(kept).doesNotContain(RunningServer.PASSWORD);
        }
    }

    private Reply password(Reply login) {
        return browser.submit(login, "username", holder.name, "password", RunningServer.PASSWORD);
    }

    private Holder holder() {
        String name = "walker-" + NAMES.incrementAndGet();
        server.addUser(name, "buyer");
        Enrolled enrolled = server.totpEnrolments().add(name, "login.example");
        return new Holder(name, RunningServer.seed(enrolled), enrolled.recoveryCodes());
    }
}
