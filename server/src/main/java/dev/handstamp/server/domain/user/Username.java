package dev.handstamp.server.domain.user;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name that a user logs in with, in its one normal form: blanks around it cut, NFKC, lower case.
///
/// All spellings of a name are one user and share one failure count. 1 to 64 characters: letters, digits and `. _ @ +
/// -`.
public record Username(String value) {

    private static final Pattern PATTERN = Pattern.compile("[\\p{L}\\p{N}._@+-]{1,64}");

    public static Optional<Username> parse(String text) {
        if (text.length() > 256) return Optional.empty();
        String normal = Normalizer.normalize(text.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return PATTERN.matcher(normal).matches() ? Optional.of(new Username(normal)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
