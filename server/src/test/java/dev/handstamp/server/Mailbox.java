package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.subethamail.smtp.server.SMTPServer;

/// A mail server on loopback that keeps what it is sent, for a test to read.
final class Mailbox implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern LINK = Pattern.compile("https?://\\S+");
    private static final Pattern CODE = Pattern.compile("(?m)^(\\d{6})$");

    private final SMTPServer post;
    private final List<MimeMessage> mails = new ArrayList<>();
    private int read;

    Mailbox() {
        post = SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .hostName("localhost")
                .messageHandler((_, _, _, data) -> put(data))
                .build();
        post.start();
    }

    private synchronized void put(byte[] mail) {
        try {
            mails.add(new MimeMessage(null, new ByteArrayInputStream(mail)));
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
        notifyAll();
    }

    int port() {
        return post.getPortAllocated();
    }

    /// What a server is told to send its mails here.
    Map<String, String> settings(String... more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "mail.host", "127.0.0.1",
                "mail.port", Integer.toString(port()),
                "mail.from", "Night Club <no-reply@club.example>",
                "mail.tls", "none"));
        for (int i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
        return settings;
    }

    /// The next mail, in the order of their coming; none that tells of a new device.
    MimeMessage next() {
        MimeMessage mail = nextOfAll();
        while (isOfNewDevice(mail)) mail = nextOfAll();
        return mail;
    }

    synchronized MimeMessage nextOfAll() {
        Instant end = Instant.now().plus(PATIENCE);
        try {
            while (read == mails.size()) {
                long left = Duration.between(Instant.now(), end).toMillis();
                assertThat(left).as("a mail comes").isPositive();
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return mails.get(read++);
    }

    /// Every mail so far, but those that tell of a new device.
    synchronized List<MimeMessage> all() {
        return mails.stream().filter(mail -> !isOfNewDevice(mail)).toList();
    }

    private static boolean isOfNewDevice(MimeMessage mail) {
        return subject(mail).equals("Your account was used on a new device");
    }

    /// No mail will come that was asked for before: one that is asked for later has come first.
    void assertNothingBut(int mails) {
        assertThat(all()).hasSize(mails);
    }

    static String subject(MimeMessage mail) {
        try {
            return mail.getSubject();
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    static String recipient(MimeMessage mail) {
        try {
            return mail.getAllRecipients()[0].toString();
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    static String header(MimeMessage mail, String name) {
        try {
            String[] values = mail.getHeader(name);
            assertThat(values).as(name).hasSize(1);
            return values[0];
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    static String text(MimeMessage mail) {
        return part(mail, 0, "text/plain");
    }

    static String html(MimeMessage mail) {
        return part(mail, 1, "text/html");
    }

    /// The one link of a mail.
    static String link(MimeMessage mail) {
        Matcher link = LINK.matcher(text(mail));
        assertThat(link.find()).as("a link in " + text(mail)).isTrue();
        return link.group();
    }

    /// Its path and query, as a browser of a test opens it.
    static String path(MimeMessage mail, RunningServer server) {
        String link = link(mail);
        assertThat(link).startsWith(server.issuer());
        return link.substring(server.issuer().length());
    }

    static String code(MimeMessage mail) {
        Matcher code = CODE.matcher(text(mail));
        assertThat(code.find()).as("a code in " + text(mail)).isTrue();
        return code.group(1);
    }

    private static String part(MimeMessage mail, int index, String type) {
        try {
            MimeMultipart parts = (MimeMultipart) mail.getContent();
            assertThat(parts.getCount()).isEqualTo(2);
            assertThat(parts.getContentType()).startsWith("multipart/alternative");
            BodyPart part = parts.getBodyPart(index);
            assertThat(part.isMimeType(type)).isTrue();
            return ((String) part.getContent()).replace("\r\n", "\n");
        } catch (MessagingException | IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        post.stop();
    }
}
