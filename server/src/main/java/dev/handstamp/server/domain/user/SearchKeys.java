package dev.handstamp.server.domain.user;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a user is found by besides user name and subject, in the form that is compared: without capitals, accents and
/// double blanks.
///
/// @param name   empty if the user has none
/// @param family the last word of the name; empty if the name is one word
/// @param email  empty if the user has none
public record SearchKeys(String name, String family, String email) {

    private static final int LONGEST = 200;
    private static final Pattern ACCENTS = Pattern.compile("\\p{M}+");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    public static SearchKeys of(User user) {
        String name = fold(user.name());
        int blank = name.lastIndexOf(' ');
        return new SearchKeys(name, blank < 0 ? "" : name.substring(blank + 1), fold(user.email()));
    }

    /// A text in the form that is compared, cut where nobody types on.
    static String fold(String text) {
        String plain = ACCENTS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD))
                .replaceAll("");
        String one = BLANKS.matcher(plain.toLowerCase(Locale.ROOT).strip()).replaceAll(" ");
        return one.codePoints()
                .limit(LONGEST)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
