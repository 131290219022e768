package dev.handstamp.server.domain.user;

import java.net.IDN;
import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// An address that mail can be sent to: as it was typed, without blanks around it.
///
/// Two addresses are the same if their normal forms are: NFKC, small letters, the domain in its ASCII form (RFC 5890).
/// What stands behind a plus sign counts: only the receiving server knows whether it is the same mailbox, and some hand
/// them to different people. Mail always goes to the address as it is stored, never to one that looks the same.
public record EmailAddress(String value) {

    private static final int LONGEST = 254; // RFC 5321 §4.5.3.1.3
    private static final Pattern FORM =
            Pattern.compile("[^\\s@<>()\\[\\]\\\\,;:\"\\p{C}]{1,64}@[^\\s@<>()\\p{C}]{1,189}");

    public static Optional<EmailAddress> parse(String text) {
        String stripped = text.strip();
        boolean fits = stripped.length() <= LONGEST
                && FORM.matcher(stripped).matches()
                && !domain(stripped).isEmpty();
        return fits ? Optional.of(new EmailAddress(stripped)) : Optional.empty();
    }

    /// The normal form.
    public String key() {
        return key(value);
    }

    /// The normal form of what is stored as an address; empty for none.
    public static String key(String address) {
        String normal =
                Normalizer.normalize(address.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        String domain = domain(normal);
        return domain.isEmpty() ? normal : normal.substring(0, normal.lastIndexOf('@') + 1) + domain;
    }

    /// How what is stored as an address may be written, with capitals aside: the domain in ASCII and not.
    public static Set<String> spellings(String address) {
        String key = key(address);
        int at = key.lastIndexOf('@') + 1;
        if (at == 0) return Set.of();
        return new LinkedHashSet<>(
                List.of(key, key.substring(0, at) + IDN.toUnicode(key.substring(at), IDN.USE_STD3_ASCII_RULES)));
    }

    /// In ASCII; empty if it is no name of a domain.
    private static String domain(String address) {
        String domain = address.substring(address.lastIndexOf('@') + 1);
        try {
            String ascii = IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
            boolean fits = !ascii.isEmpty() && !ascii.startsWith(".") && !ascii.endsWith(".");
            return fits ? ascii.toLowerCase(Locale.ROOT) : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
