package dev.handstamp.e2e;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A mail server (GreenMail) with everybody's mail.
final class Letterbox implements AutoCloseable {

    private static final Pattern CODE = Pattern.compile("(?m)^(\\d{6})\\s*$");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final Set<String> read = new HashSet<>();

    Letterbox() {
        mail.start();
    }

    /// What a server is set to that sends its mails here.
    Map<String, String> settings() {
        return Map.of(
                "HANDSTAMP_MAIL_HOST", "127.0.0.1",
                "HANDSTAMP_MAIL_PORT", Integer.toString(mail.getSmtp().getPort()),
                "HANDSTAMP_MAIL_FROM", "no-reply@shop.example",
                "HANDSTAMP_MAIL_TLS", "none");
    }

    /// The address that the next mail to somebody leads to, which holds a token.
    String linkTo(String address) {
        return next(address, Pattern.compile("(http://[^\\s\"<]+\\?token=[^\\s\"<]+)"));
    }

    /// The code in the next mail to somebody.
    String codeTo(String address) {
        return next(address, CODE);
    }

    /// What the next mail to somebody says that has not been read: mails that tell of something are passed over.
    private String next(String address, Pattern wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (MimeMessage each : mail.getReceivedMessages()) {
                Matcher found = wanted.matcher(text(each));
                if (isTo(each, address) && found.find() && read.add(found.group(1))) return found.group(1);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError("no mail to " + address + " that says " + wanted + ", but:\n"
                + Arrays.stream(mail.getReceivedMessages()).map(Letterbox::text).toList());
    }

    private static String text(MimeMessage message) {
        return GreenMailUtil.getBody(message).replace("=\r\n", "").replace("=3D", "=");
    }

    private static boolean isTo(MimeMessage message, String address) {
        try {
            return Arrays.stream(message.getAllRecipients())
                    .map(Address::toString)
                    .anyMatch(address::equals);
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        mail.stop();
    }
}
