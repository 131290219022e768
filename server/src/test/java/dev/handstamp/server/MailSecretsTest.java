package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.log.Log;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is mailed, and what comes of it, stands in the mail alone: not in the log at its finest, nor in the audit
/// trail,
/// whatever the mail server does.
class MailSecretsTest {

    private static final String NEW_PASSWORD = "seven green umbrellas at noon";

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<String> secrets = new ArrayList<>(List.of(NEW_PASSWORD, RunningServer.PASSWORD));

    @BeforeEach
    void listen() {
        Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void leave() {
        Log.writeTo(System.out);
    }

    @Test
    @DisplayName("S-02, A-14: no link, code, token, cookie or password of the flows by mail is in any log")
    void no_secret_of_a_flow_by_mail_is_logged() {
        try (Mailbox mailbox = new Mailbox();
                RunningServer server = RunningServer.start(
                        mailbox.settings("sign-in-by-mail", "code", "sign-up", "open", "log.level", "debug"))) {
            TestBrowser browser = new TestBrowser(server);
            ask(browser, "/reset", "username", "vera");
            String reset = link(mailbox.next(), server);
            browser.submit(browser.open(reset), "password", NEW_PASSWORD);
            assertThat(browser.open(reset).status()).as("used").isEqualTo(400);
            mailbox.next();

            Reply code = ask(browser, "/login/mail", "username", "vera");
            String digits = Mailbox.code(mailbox.next());
            browser.submit(code, "code", digits.equals("111111") ? "222222" : "111111");
            keep(browser);
            browser.submit(code, "code", digits);
            assertThat(browser.isAt("/account")).isTrue();
            keep(browser);

            TestBrowser other = new TestBrowser(server);
            ask(other, "/sign-up", "email", "zora@example.org");
            String account = link(mailbox.next(), server);
            other.submit(other.open(account), "username", "zora", "password", NEW_PASSWORD);
            assertThat(server.user("zora")).isNotNull();
            other.submit(other.open("/login"), "username", "zora", "password", NEW_PASSWORD);
            ask(other, "/account/email", "email", "zora@new.example");
            String address = link(mailbox.next(), server);
            other.submit(other.open(address));
            assertThat(server.user("zora").email()).isEqualTo("zora@new.example");
            keep(other);

            assertNothingTold(server);
            // A code is six digits, which also stand in times and ids: it has to stand by itself.
            assertThat(logged()).doesNotContainPattern("\"" + digits + "\"|[ =:]" + digits + "[ \",&]");
            assertThat(logged()).as("the log is listened to").contains("server started");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"554", "451", "550-no\r\n550"})
    @DisplayName("S-02: nor when the mail server refuses, and repeats what it was sent")
    void no_secret_is_logged_when_a_mail_is_refused(String status) {
        try (StubbornMailServer stubborn =
                        new StubbornMailServer(letter -> status + " refused: " + letter.replaceAll("\\s+", " "));
                RunningServer server = RunningServer.start(settings(stubborn))) {
            askForAll(stubborn, server);
            until(() -> server.number("SELECT COUNT(*) FROM outgoing_mail WHERE attempts = 0") == 0);
            until(() -> logged().contains("a mail has to wait") || logged().contains("a mail was refused"));
            assertNothingTold(server);
        }
    }

    @Test
    @DisplayName("S-02: nor when it says nothing at all")
    void no_secret_is_logged_when_the_mail_server_is_silent() {
        try (StubbornMailServer silent = new StubbornMailServer(_ -> "");
                RunningServer server = RunningServer.start(settings(silent))) {
            ask(new TestBrowser(server), "/reset", "username", "vera");
            link(silent.next(), server);
            until(() -> logged().contains("a mail has to wait"));
            assertNothingTold(server);
        }
    }

    private static Map<String, String> settings(StubbornMailServer at) {
        return Map.of(
                "mail.host", "127.0.0.1",
                "mail.port", Integer.toString(at.port()),
                "mail.from", "no-reply@club.example",
                "mail.tls", "none",
                "sign-in-by-mail", "link",
                "sign-up", "open",
                "log.level", "debug");
    }

    private void askForAll(StubbornMailServer stubborn, RunningServer server) {
        ask(new TestBrowser(server), "/reset", "username", "vera");
        link(stubborn.next(), server);
        ask(new TestBrowser(server), "/login/mail", "username", "vera");
        link(stubborn.next(), server);
        ask(new TestBrowser(server), "/sign-up", "email", "zora@example.org");
        link(stubborn.next(), server);
    }

    /// The path of a link, whose secret is to be found nowhere.
    private String link(MimeMessage mail, RunningServer server) {
        String link = Mailbox.path(mail, server);
        secrets.add(link.substring(link.indexOf("token=") + "token=".length()));
        return link;
    }

    private void keep(TestBrowser browser) {
        for (String name : List.of("session", "device", "mail", "form", "login")) {
            browser.cookie("__Host-handstamp-" + name).ifPresent(secrets::add);
        }
    }

    private void assertNothingTold(RunningServer server) {
        String trail = server.audit().toString();
        assertThat(secrets).allSatisfy(secret -> {
            assertThat(logged()).doesNotContain(secret);
            assertThat(trail).doesNotContain(secret);
        });
    }

    private String logged() {
        return log.toString(StandardCharsets.UTF_8);
    }

    private static Reply ask(TestBrowser browser, String path, String field, String value) {
        return browser.submit(browser.open(path), field, value);
    }

    private static void until(BooleanSupplier happened) {
        Instant end = Instant.now().plusSeconds(40);
        while (!happened.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
