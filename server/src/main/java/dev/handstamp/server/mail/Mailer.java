package dev.handstamp.server.mail;

import dev.handstamp.server.domain.Secret;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;

/// Hands letters to a mail server (RFC 5321), over TLS if it is told so, and then over nothing less.
public final class Mailer {

    public static final String NO_ADDRESS = "not an address that mail can be sent to";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PERMANENT = 500; // RFC 5321 §4.2.1

    /// How the way to the mail server is encrypted.
    public enum Tls {
        /// The connection turns to TLS before anything is said (RFC 3207).
        STARTTLS(587),
        /// TLS from the first byte (RFC 8314 §3.3).
        TLS(465),
        NONE(25);

        private final int standardPort;

        Tls(int standardPort) {
            this.standardPort = standardPort;
        }

        public int standardPort() {
            return standardPort;
        }
    }

    /// The mail server, and what it is told.
    ///
    /// @param from     an address, or a name and an address in angle brackets
    /// @param username empty without authentication
    public record Server(
            String host, int port, String from, Tls tls, Optional<String> username, Optional<Secret> password) {}

    /// Where TLS begins: reading whom to trust takes a while, and waits for the first letter.
    @FunctionalInterface
    public interface Sockets {
        SSLSocketFactory factory() throws IOException;
    }

    /// What became of a letter.
    public sealed interface Outcome {}

    public record Sent() implements Outcome {}

    /// The mail server will not take it, now or later.
    public record Refused(String reason) implements Outcome {}

    /// It may be taken later.
    public record Failed(String reason) implements Outcome {}

    private final Server server;
    private final String host;
    private final InstantSource clock;
    private final Sockets sockets;
    private volatile @Nullable Session session;

    /// @param host    the issuer's, under which messages have their identifiers
    /// @param sockets those that know whose certificates to believe
    public Mailer(Server server, String host, Sockets sockets, InstantSource clock) {
        this.server = server;
        this.host = host.replaceAll("[\\[\\]]", "");
        this.sockets = sockets;
        this.clock = clock;
    }

    /// Sends one letter, and waits until the mail server has taken it.
    public Outcome send(Letter letter) {
        Session session;
        try {
            session = session();
        } catch (IOException e) {
            return new Failed("TLS cannot be used");
        }
        MimeMessage message;
        InternetAddress recipient;
        try {
            recipient = recipient(letter.recipient());
            message = message(session, letter, recipient);
        } catch (MessagingException | IllegalArgumentException e) {
            return new Refused(NO_ADDRESS);
        }
        try (Transport transport = session.getTransport()) {
            transport.connect(
                    server.host,
                    server.port,
                    server.username.orElse(null),
                    server.password.map(Secret::value).orElse(null));
            transport.sendMessage(message, new InternetAddress[] {recipient});
            return new Sent();
        } catch (SendFailedException e) {
            return refusal(e);
        } catch (MailConnectException e) {
            return new Failed("cannot connect to " + server.host + ":" + server.port);
        } catch (MessagingException e) {
            return new Failed(reason(e));
        }
    }

    /// Only what the server says of this one address is for good: a fault of ours or of its own can be mended.
    private Outcome refusal(SendFailedException e) {
        for (Exception next = e; next instanceof MessagingException each; next = each.getNextException()) {
            if (next instanceof SMTPAddressFailedException failed && failed.getReturnCode() >= PERMANENT) {
                return new Refused("the mail server says " + failed.getReturnCode());
            }
            if (next instanceof SMTPSendFailedException failed && failed.getReturnCode() >= PERMANENT) {
                return new Failed("the mail server says " + failed.getReturnCode());
            }
        }
        return new Failed(reason(e));
    }

    /// In one line, and without what the server may have repeated of the letter or of the password.
    private String reason(MessagingException e) {
        if (e instanceof AuthenticationFailedException) {
            return "the mail server does not let in who comes with mail.username and mail.password";
        }
        if (e.getCause() == null && String.valueOf(e.getMessage()).startsWith("STARTTLS is required")) {
            return "the mail server offers no STARTTLS, and mail.tls takes nothing less";
        }
        Throwable root = e;
        boolean isTls = false;
        while (root.getCause() != null) {
            root = root.getCause();
            isTls |= root instanceof SSLException;
        }
        return switch (root) {
            case CertificateExpiredException _, CertificateNotYetValidException _ ->
                "the certificate of the mail server is not valid now";
            case CertPathBuilderException _, CertPathValidatorException _ ->
                "the certificate of the mail server is of no authority that is trusted: outbound.trust-anchors adds one";
            case CertificateException _ -> "the certificate of the mail server is not one of " + server.host;
            default ->
                isTls
                        ? "no TLS with " + server.host + ":" + server.port + " (" + name(root) + ")"
                        : name(e) + " (" + name(root) + ")";
        };
    }

    private static String name(Throwable thrown) {
        return thrown.getClass().getSimpleName();
    }

    private MimeMessage message(Session session, Letter letter, InternetAddress recipient) throws MessagingException {
        MimeMessage message = new Identified(session, "<" + letter.id() + "@" + host + ">");
        message.setFrom(sender());
        message.setRecipient(Message.RecipientType.TO, recipient);
        message.setSubject(letter.subject(), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834 §5
        message.setHeader("X-Auto-Response-Suppress", "All");
        message.setContentLanguage(new String[] {letter.language()});
        MimeBodyPart text = new MimeBodyPart();
        text.setText(letter.text(), StandardCharsets.UTF_8.name(), "plain");
        MimeBodyPart html = new MimeBodyPart();
        html.setText(letter.html(), StandardCharsets.UTF_8.name(), "html");
        MimeMultipart both = new MimeMultipart("alternative"); // RFC 2046 §5.1.4
        both.addBodyPart(text);
        both.addBodyPart(html);
        message.setContent(both);
        return message;
    }

    private InternetAddress sender() throws MessagingException {
        int open = server.from.indexOf('<');
        if (open < 0) return new InternetAddress(server.from, true);
        InternetAddress address = new InternetAddress(server.from.substring(open + 1, server.from.length() - 1), true);
        try {
            address.setPersonal(server.from.substring(0, open).strip(), StandardCharsets.UTF_8.name());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("every JDK knows UTF-8", e);
        }
        return address;
    }

    /// Exactly one mailbox: no name, no list, no group, no route.
    private static InternetAddress recipient(String address) throws AddressException {
        int at = address.lastIndexOf('@');
        if (at < 1) throw new AddressException("no domain");
        String domain = IDN.toASCII(address.substring(at + 1), IDN.USE_STD3_ASCII_RULES);
        InternetAddress[] parsed = InternetAddress.parse(address.substring(0, at) + "@" + domain, true);
        if (parsed.length != 1 || parsed[0].isGroup() || parsed[0].getPersonal() != null) {
            throw new AddressException("not one address");
        }
        parsed[0].validate();
        return parsed[0];
    }

    private Session session() throws IOException {
        Session known = session;
        if (known == null) session = known = Session.getInstance(properties());
        return known;
    }

    private Properties properties() throws IOException {
        String protocol = server.tls == Tls.TLS ? "smtps" : "smtp";
        String prefix = "mail." + protocol + ".";
        Properties properties = new Properties();
        properties.put("mail.transport.protocol", protocol);
        properties.put(prefix + "auth", Boolean.toString(server.username.isPresent()));
        properties.put(prefix + "starttls.enable", Boolean.toString(server.tls == Tls.STARTTLS));
        properties.put(prefix + "starttls.required", Boolean.toString(server.tls == Tls.STARTTLS));
        if (server.tls != Tls.NONE) properties.put(prefix + "ssl.socketFactory", sockets.factory());
        properties.put(prefix + "socketFactory.fallback", "false");
        properties.put(prefix + "ssl.protocols", "TLSv1.3 TLSv1.2"); // RFC 8314 §4.1
        properties.put(prefix + "ssl.checkserveridentity", "true");
        String patience = Long.toString(PATIENCE.toMillis());
        properties.put(prefix + "connectiontimeout", patience);
        properties.put(prefix + "timeout", patience);
        properties.put(prefix + "writetimeout", patience);
        return properties;
    }

    /// A message whose identifier is ours.
    private static final class Identified extends MimeMessage {

        private final String identifier;

        Identified(Session session, String identifier) {
            super(session);
            this.identifier = identifier;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", identifier);
        }
    }
}
