package dev.handstamp.server.mail;

import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.mail.AddressedMail;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.MailBody;
import dev.handstamp.server.html.Messages;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// Puts mails into words: of the message files, in plain text and in HTML.
///
/// The words of a topic are `mail.TOPIC.subject`, `.text`, `.button` for its link, and `.closing`. In all of them {0}
/// is
/// the host of this server, {1} the user name, {2} when it happened or until when the link is good.
public final class Letters {

    private static final String SAYS_NOTHING = "-";

    private final String host;

    /// @param issuer by whose host people know this server
    public Letters(String issuer) {
        this.host = URI.create(issuer).getHost();
    }

    /// Writes one.
    ///
    /// @param brand whose name and colour it wears
    public Letter write(AddressedMail mail, Brand brand) {
        Messages words = Messages.of(List.of(mail.language()));
        Object[] values = {host, oneLine(mail.username()), time(mail.at(), words)};
        String key = "mail." + mail.topic();
        String subject = oneLine(words.text(key + ".subject", values));
        List<String> paragraphs = new ArrayList<>();
        String name = oneLine(mail.name().isEmpty() ? mail.username() : mail.name());
        paragraphs.add(name.isEmpty() ? words.text("mail.hello-stranger") : words.text("mail.hello", name));
        paragraphs.addAll(words.text(key + ".text", values).lines().toList());
        List<String> closing =
                new ArrayList<>(words.text(key + ".closing", values).lines().toList());
        closing.remove(SAYS_NOTHING);
        String button = mail.link().isEmpty() ? "" : words.text(key + ".button", values);
        String foot = words.text("mail.foot", host);
        MailBody body = new MailBody(
                paragraphs, mail.code().orElse(""), button, mail.link().orElse(""), closing, foot);
        return new Letter(
                mail.id(),
                mail.recipient(),
                words.language(),
                subject,
                plain(subject, body, brand.name()),
                body.toHtml(words, Look.of(brand), subject));
    }

    private static String plain(String subject, MailBody body, String name) {
        List<String> parts = new ArrayList<>();
        parts.add(subject);
        parts.addAll(body.paragraphs());
        if (!body.code().isEmpty()) parts.add(body.code());
        if (!body.link().isEmpty()) parts.add(body.button() + ":\n" + body.link());
        parts.addAll(body.closing());
        parts.add("-- \n" + (name.isEmpty() ? "" : name + "\n") + body.foot());
        return String.join("\n\n", parts) + "\n";
    }

    /// A name is whatever its user likes; here it is a part of a line.
    private static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString().strip();
    }

    /// As on the pages: the server brings no tables of languages along but its own words.
    private static String time(Instant at, Messages words) {
        return DateTimeFormatter.ofPattern(words.text("page.time")).format(at.atOffset(ZoneOffset.UTC));
    }
}
