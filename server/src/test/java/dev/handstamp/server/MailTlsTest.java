package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.user.Notice;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.Notices;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/// The way to a mail server that speaks TLS: by STARTTLS (RFC 3207) or from the first byte (RFC 8314), and over nothing
/// less.
class MailTlsTest {

    private static final String NAME = "handstamp-at-the-post";
    private static final String PASSWORD = "a password for the mail server";
    private static final String GREETING = "Hello Vera Vale";

    @TempDir
    private static Path folder;

    private static TestCertificates certificates;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final List<String> mails = new CopyOnWriteArrayList<>();
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private SMTPServer post;
    private Cable cable;
    private RunningServer server;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new TestCertificates(folder)
                .make("authority", "CN=an authority", "-ext", "bc:c")
                .make("here", "CN=here", "-signer", "authority", "-ext", "SAN=dns:localhost")
                .make("elsewhere", "CN=localhost", "-signer", "authority", "-ext", "SAN=dns:mail.example")
                .make(
                        "expired",
                        "CN=expired",
                        "-signer",
                        "authority",
                        "-ext",
                        "SAN=dns:localhost",
                        "-startdate",
                        "-9d",
                        "-validity",
                        "5");
        certificates.certificateFile("authority");
    }

    @BeforeEach
    void capture() {
        Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        if (server != null) server.close();
        if (cable != null) cable.close();
        if (post != null) post.stop();
        Log.writeTo(System.out);
        assertThat(log.toString(StandardCharsets.UTF_8))
                .doesNotContain(PASSWORD)
                .doesNotContain(GREETING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"starttls", "tls"})
    @DisplayName(
            "S-02: mails and the password of the mail server go over TLS, and neither is said or logged in the clear")
    void a_mail_and_the_password_go_over_tls(String tls) throws Exception {
        openPost(tls, "here");
        start(
                tls,
                Map.of("outbound.trust-anchors", folder.resolve("authority.crt").toString()));

        tellVera();

        until(() -> !mails.isEmpty());
        assertThat(mails).singleElement().asString().contains("To: vera@example.org", GREETING);
        assertThat(logins).containsExactly(NAME + ":" + PASSWORD);
        assertThat(inTheClear()).doesNotContain("AUTH", "MAIL FROM", "vera@example.org", GREETING);
        until(() -> waiting() == 0);
    }

    @ParameterizedTest
    @CsvSource({
        "starttls, here, false, is of no authority that is trusted",
        "tls, here, false, is of no authority that is trusted",
        "starttls, elsewhere, true, is not one of localhost",
        "tls, elsewhere, true, is not one of localhost",
        "starttls, expired, true, is not valid now",
        "tls, expired, true, is not valid now",
    })
    void a_mail_server_with_the_wrong_certificate_gets_nothing_and_the_mail_waits(
            String tls, String certificate, boolean trusted, String reason) throws Exception {
        openPost(tls, certificate);
        start(
                tls,
                trusted
                        ? Map.of(
                                "outbound.trust-anchors",
                                folder.resolve("authority.crt").toString())
                        : Map.of());

        tellVera();

        until(() -> log().contains("a mail has to wait"));
        assertThat(log()).contains("the certificate of the mail server " + reason);
        assertNothingWasSaid();
    }

    @Test
    void a_mail_server_without_starttls_gets_nothing_and_the_mail_waits() throws Exception {
        openPost("none", "here");
        start("starttls", Map.of());

        tellVera();

        until(() -> log().contains("a mail has to wait"));
        assertThat(log()).contains("offers no STARTTLS, and mail.tls takes nothing less");
        assertNothingWasSaid();
    }

    @Test
    void a_mail_server_that_does_not_begin_with_tls_gets_nothing_and_the_mail_waits() throws Exception {
        openPost("none", "here");
        start("tls", Map.of());

        tellVera();

        until(() -> log().contains("a mail has to wait"));
        assertThat(log()).contains("no TLS with localhost:" + cable.port());
        assertNothingWasSaid();
    }

    @Test
    void a_mail_server_that_does_not_know_the_password_gets_no_mail() throws Exception {
        openPost("starttls", "here");
        start(
                "starttls",
                Map.of(
                        "outbound.trust-anchors",
                        folder.resolve("authority.crt").toString(),
                        "mail.username",
                        "somebody"));

        tellVera();

        until(() -> log().contains("a mail has to wait"));
        assertThat(log()).contains("does not let in who comes with mail.username and mail.password");
        assertThat(logins).containsExactly("somebody:" + PASSWORD);
        assertThat(mails).isEmpty();
        assertThat(waiting()).isEqualTo(1);
    }

    /// @param tls starttls, tls or none
    private void openPost(String tls, String certificate) throws Exception {
        SMTPServer.Builder builder = SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .hostName("localhost")
                .messageHandler((_, _, _, data) -> mails.add(new String(data, StandardCharsets.UTF_8)))
                .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((name, password, _) -> {
                    logins.add(name + ":" + password);
                    if (!name.equals(NAME) || !password.equals(PASSWORD)) throw new LoginFailedException();
                }));
        switch (tls) {
            case "starttls" -> builder.requireTLS().startTlsSocketFactory(certificates.server(certificate));
            case "tls" -> builder.serverSocketFactory(certificates.server(certificate));
            default -> builder.showAuthCapabilitiesBeforeSTARTTLS(true);
        }
        post = builder.build();
        post.start();
        cable = new Cable(post.getPortAllocated(), said);
    }

    private void start(String tls, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "mail.host",
                "localhost",
                "mail.port",
                Integer.toString(cable.port()),
                "mail.from",
                "no-reply@club.example",
                "mail.tls",
                tls,
                "mail.username",
                NAME,
                "HANDSTAMP_MAIL_PASSWORD",
                PASSWORD,
                "log.level",
                "debug"));
        settings.putAll(more);
        server = RunningServer.start(settings);
    }

    private void tellVera() {
        User vera = new User(
                new Subject("usr_vera"),
                new Username("vera"),
                "Vera Vale",
                "vera@example.org",
                new TreeSet<>(),
                Map.of(),
                new PasswordHash(""),
                false,
                Instant.now());
        server.database.inTransaction(tx -> {
            new Notices(new Secrets(new SecureRandom()), InstantSource.system())
                    .tell(tx, vera, Notice.PASSWORD_CHANGED);
            return vera;
        });
    }

    private void assertNothingWasSaid() {
        assertThat(logins).isEmpty();
        assertThat(mails).isEmpty();
        assertThat(inTheClear()).doesNotContain("AUTH", NAME, "MAIL FROM", "RCPT TO", "DATA", GREETING);
        assertThat(waiting()).isEqualTo(1);
    }

    /// What the mail server, and whoever sits on the way to it, was told, as far as it can be read.
    private String inTheClear() {
        return said.toString(StandardCharsets.ISO_8859_1);
    }

    private String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    private long waiting() {
        return server.number("SELECT COUNT(*) FROM outgoing_mail");
    }

    private void until(BooleanSupplier happened) {
        Instant end = Instant.now().plusSeconds(20);
        while (!happened.getAsBoolean()) {
            assertThat(Instant.now()).as(log()).isBefore(end);
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
