package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.issuance.Notices;
import dev.handstamp.server.store.UserStore;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What users are told by mail, from the change to the mailbox, over real SMTP.
class NoticesTest {

    private static final Secrets SECRETS = new Secrets(new SecureRandom());

    private Mailbox mailbox;
    private RunningServer server;

    @BeforeEach
    void start() {
        mailbox = new Mailbox();
        server = RunningServer.start(mailbox.settings());
    }

    @AfterEach
    void stop() {
        server.close();
        mailbox.close();
    }

    @Test
    void a_password_changed_by_an_administrator_is_told_in_plain_text_and_html() throws Exception {
        try (PasswordHasher hasher = new PasswordHasher(1, 1, SECRETS)) {
            new Users(server.database, () -> hasher, SECRETS, InstantSource.system(), Administrator.COMMAND_LINE)
                    .changePassword("vera", "another password of hers");
        }
        MimeMessage mail = mailbox.next();
        assertThat(Mailbox.recipient(mail)).isEqualTo("vera@example.org");
        assertThat(Mailbox.subject(mail)).isEqualTo("Your password was changed");
        assertThat(mail.getFrom()[0].toString()).isEqualTo("Night Club <no-reply@club.example>");
        assertThat(Mailbox.header(mail, "Auto-Submitted")).isEqualTo("auto-generated");
        assertThat(Mailbox.header(mail, "Message-ID")).matches("<[A-Za-z0-9_-]{22}@localhost>");
        assertThat(Mailbox.text(mail)).contains("Hello Vera Vale,", "account vera at localhost");
        assertThat(Mailbox.html(mail)).contains("<html lang=\"en\"", "account vera at localhost");
        untilNothingWaits();
    }

    @Test
    void a_passkey_that_is_added_copied_or_removed_is_told() {
        PasskeyWalk walk = new PasskeyWalk(server);
        TestBrowser browser = walk.signedIn("vera");
        SoftwareAuthenticator key = walk.authenticator();
        key.counter = 7;
        assertThat(walk.add(browser, key).outcome()).isEqualTo("200");
        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("A new way to sign in was added");

        assertThat(walk.signIn(new TestBrowser(server), key).outcome()).isEqualTo("403 refused");
        MimeMessage copied = mailbox.next();
        assertThat(Mailbox.subject(copied)).isEqualTo("One of your passkeys was copied");
        assertThat(Mailbox.text(copied)).contains("two devices sign in with it", "signed out everywhere");

        browser = walk.signedIn("vera");
        Reply page = browser.open("/account/passkeys");
        String form = page.text().split("value=\"remove\">", 2)[1];
        browser.post(
                "/account/passkeys",
                "action",
                "remove",
                "target",
                form.split("name=\"target\" value=\"", 2)[1].split("\"", 2)[0],
                "form",
                form.split("name=\"form\" value=\"", 2)[1].split("\"", 2)[0]);
        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("A way to sign in was removed");
        untilNothingWaits();
    }

    @Test
    void every_notice_has_words_in_every_language() {
        for (String language : Messages.languages()) {
            for (Notice notice : Notice.values()) {
                tell(user("Vera", "vera@example.org", Map.of("locale", language)), notice);
                MimeMessage mail = mailbox.nextOfAll();
                assertThat(Mailbox.header(mail, "Content-Language")).isEqualTo(language);
                assertThat(Mailbox.subject(mail)).doesNotContain("mail.notice");
                assertThat(Mailbox.text(mail)).doesNotContain("mail.notice", "{0}", "{1}", "{2}");
            }
        }
        tell(user("Vera", "vera@example.org", Map.of("locale", "de-AT")), Notice.PASSWORD_CHANGED);
        assertThat(Mailbox.subject(mailbox.next())).isEqualTo("Ihr Passwort wurde geändert");
    }

    @Test
    void a_time_is_told_as_on_the_pages_of_that_language() {
        tell(user("Vera", "vera@example.org", Map.of("locale", "de")), Notice.PASSWORD_CHANGED);
        assertThat(Mailbox.text(mailbox.next())).containsPattern("\\d\\d\\.\\d\\d\\.20\\d\\d, \\d\\d:\\d\\d UTC");
        tell(user("Vera", "vera@example.org", Map.of("locale", "en")), Notice.PASSWORD_CHANGED);
        assertThat(Mailbox.text(mailbox.next())).containsPattern("20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC");
    }

    @Test
    @DisplayName("A-17: names do not become headers, further recipients or markup of a mail")
    void names_do_not_become_headers_or_markup() throws Exception {
        String name = "Vera\r\nBcc: eve@evil.example\r\n\r\n<script>alert(1)</script>\u2028Cc: eve@evil.example";
        tell(user(name, "vera@example.org", Map.of()), Notice.PASSWORD_CHANGED);
        MimeMessage mail = mailbox.next();
        assertThat(mail.getAllRecipients()).hasSize(1);
        assertThat(mail.getHeader("Bcc")).isNull();
        assertThat(mail.getHeader("Cc")).isNull();
        assertThat(Mailbox.html(mail)).doesNotContain("<script>").contains("&lt;script&gt;");
        assertThat(Mailbox.text(mail).lines()).noneMatch(line -> line.startsWith("Bcc:") || line.startsWith("Cc:"));
    }

    @Test
    void an_address_that_is_several_or_none_gets_nothing_and_does_not_hold_up_the_others() {
        for (String address : List.of(
                "eve@evil.example, vera@example.org",
                "vera@example.org\r\nBcc: eve@evil.example",
                "friends:vera@example.org;",
                "@relay.example:vera@example.org",
                "Vera <vera@example.org>",
                "vera",
                "vera@",
                "vera@exa mple.org")) {
            tell(user("Vera", address, Map.of()), Notice.PASSWORD_CHANGED);
        }
        tell(user("Vera", "good@example.org", Map.of()), Notice.PASSWORD_CHANGED);
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("good@example.org");
        untilNothingWaits();
        mailbox.assertNothingBut(1);
        assertThat(server.audit(AuditEvent.Type.MAIL_UNDELIVERED)).hasSize(8).allSatisfy(event -> {
            assertThat(event.target()).isEqualTo("usr_vera");
            assertThat(event.details()).containsEntry("reason", "not an address that mail can be sent to");
        });
    }

    @Test
    void a_domain_of_other_letters_is_sent_to_in_its_ascii_form() {
        tell(user("Vera", "vera@bücher.example", Map.of()), Notice.PASSWORD_CHANGED);
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("vera@xn--bcher-kva.example");
    }

    @Test
    void without_a_mail_server_nothing_is_queued() {
        RunningServer silent = server.restarted(Map.of());
        server = silent;
        tell(user("Vera", "vera@example.org", Map.of()), Notice.PASSWORD_CHANGED);
        assertThat(waiting()).isZero();
        server = silent.restarted(mailbox.settings());
        tell(user("Vera", "later@example.org", Map.of()), Notice.PASSWORD_CHANGED);
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("later@example.org");
    }

    @Test
    void a_mail_waits_for_a_mail_server_that_is_down_and_a_restart_loses_none() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        server = server.restarted(mailbox.settings("mail.port", Integer.toString(nobody)));
        tell(user("Vera", "vera@example.org", Map.of()), Notice.PASSWORD_CHANGED);
        until(() -> attempts() > 0);
        assertThat(waiting()).isEqualTo(1);
        server = server.restarted(mailbox.settings());
        server.execute("UPDATE outgoing_mail SET due_at = 0");
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("vera@example.org");
        untilNothingWaits();
    }

    @Test
    void a_mail_that_nobody_took_in_a_day_is_given_up_and_the_audit_trail_says_so() {
        server = server.restarted(mailbox.settings("mail.tls", "starttls")); // This mail server has no TLS.
        tell(user("Vera", "vera@example.org", Map.of()), Notice.PASSWORD_CHANGED);
        until(() -> attempts() > 0);
        server.execute("UPDATE outgoing_mail SET due_at = 0, expires_at = 1");
        untilNothingWaits();
        mailbox.assertNothingBut(0);
        assertThat(server.audit(AuditEvent.Type.MAIL_UNDELIVERED))
                .singleElement()
                .satisfies(event -> assertThat(event.details()).containsEntry("reason", "expired"));
    }

    private User user(String name, String email, Map<String, Object> attributes) {
        return new User(
                new Subject("usr_vera"),
                new Username("vera"),
                name,
                email,
                new TreeSet<>(),
                attributes,
                new PasswordHash(""),
                false,
                Instant.now());
    }

    private void tell(User user, Notice notice) {
        server.database.inTransaction(tx -> {
            new Notices(SECRETS, InstantSource.system()).tell(tx, user, notice);
            return new UserStore().find(tx, user.subject());
        });
    }

    private void untilNothingWaits() {
        until(() -> waiting() == 0);
    }

    private long waiting() {
        return server.number("SELECT COUNT(*) FROM outgoing_mail");
    }

    private long attempts() {
        return server.number(
                "SELECT COALESCE(MAX(attempts), 0) FROM outgoing_mail WHERE due_at > created_at AND due_at < created_at + 60000000");
    }

    private static void until(java.util.function.BooleanSupplier happened) {
        Instant end = Instant.now().plusSeconds(20);
        while (!happened.getAsBoolean()) {
            assertThat(Instant.now()).isBefore(end);
            LockSupport.parkNanos(5_000_000);
        }
    }
}
