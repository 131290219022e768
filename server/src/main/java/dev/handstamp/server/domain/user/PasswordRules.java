package dev.handstamp.server.domain.user;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What a new password has to be (NIST SP 800-63B-4 §3.1.1.2): long enough, not one that is tried first, and not made
/// of
/// what everybody knows. Nothing else: no kinds of characters are asked for, and none ever expires.
///
/// @param shortest how many characters it has at least
/// @param service  words that this service is known by
public record PasswordRules(int shortest, List<String> service) {

    public static final int LEAST = 8;
    public static final int MOST = 64;

    private static final int SHORTEST_WORD = 4;
    private static final int DECORATION = 4;

    /// What is wrong with one.
    public enum Flaw {
        TOO_SHORT,

        /// It stands in lists of stolen passwords, with little around it if anything.
        COMMON,

        /// It is the user's name or address or the service's name, with little around it if anything.
        OWN
    }

    public PasswordRules {
        if (shortest < LEAST || shortest > MOST) throw new IllegalArgumentException("8 to 64 characters");
        service = List.copyOf(service);
    }

    /// What is wrong with a password, if anything.
    ///
    /// @param known whether a text stands in a list of stolen passwords
    public Optional<Flaw> flaw(String password, Username username, String name, String email, Predicate<String> known) {
        if (password.codePointCount(0, password.length()) < shortest) return Optional.of(Flaw.TOO_SHORT);
        String small = password.toLowerCase(Locale.ROOT);
        if (known.test(password) || known.test(small) || isDecorated(small, known)) return Optional.of(Flaw.COMMON);
        return isOwn(small, words(username, name, email)) ? Optional.of(Flaw.OWN) : Optional.empty();
    }

    /// Digits and signs at the ends of a common word: whoever tries the word tries those too.
    private static boolean isDecorated(String small, Predicate<String> known) {
        int from = 0;
        int to = small.length();
        while (from < to && !Character.isLetter(small.codePointAt(from))) from++;
        while (from < to && !Character.isLetter(small.codePointBefore(to))) to--;
        int length = to - from;
        int around = small.length() - length;
        return length >= SHORTEST_WORD && around > 0 && around <= DECORATION && known.test(small.substring(from, to));
    }

    private static boolean isOwn(String small, List<String> words) {
        String left = small;
        for (String word : words) left = left.replace(word, "");
        return left.length() < small.length() && left.length() < DECORATION;
    }

    /// The longest first: what is part of another is found in what that leaves.
    private List<String> words(Username username, String name, String email) {
        List<String> words = new ArrayList<>(service);
        for (String text : List.of(username.value(), name, email)) {
            words.add(text);
            words.add(text.replaceAll("\\s", ""));
            words.addAll(List.of(text.split("[\\s@._+-]+", -1)));
        }
        Stream<String> small = words.stream().map(word -> word.toLowerCase(Locale.ROOT));
        return small.filter(word -> word.length() >= SHORTEST_WORD)
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }
}
