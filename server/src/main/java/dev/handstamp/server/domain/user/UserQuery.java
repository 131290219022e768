package dev.handstamp.server.domain.user;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/// The beginning of what some users are called, in the forms that it is compared in.
///
/// @param subject  as it was typed
/// @param username in the normal form of user names
/// @param folded   in the form of [SearchKeys]
public record UserQuery(String subject, String username, String folded) {

    public static final int LONGEST = 100;

    /// Where a search stands: at a text that was found, and whose it is. Ordered as both databases order texts, by
    /// bytes.
    public record Place(String key, String subject) implements Comparable<Place> {

        public static final Place START = new Place("", "");

        @Override
        public int compareTo(Place other) {
            int byKey = compareBytes(key, other.key);
            return byKey != 0 ? byKey : compareBytes(subject, other.subject);
        }
    }

    public static UserQuery of(String text) {
        String typed = text.strip();
        String username = Normalizer.normalize(typed, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return new UserQuery(typed, username, SearchKeys.fold(typed));
    }

    /// Whether it begins everything.
    public boolean isEmpty() {
        return username.isEmpty() || folded.isEmpty();
    }

    /// Where a user is found first, of all the places where this user is found.
    public Place firstPlaceOf(User user) {
        SearchKeys keys = SearchKeys.of(user);
        Stream<String> folds =
                Stream.of(keys.name(), keys.family(), keys.email()).filter(key -> key.startsWith(folded));
        Stream<String> names = Stream.of(user.username().value()).filter(key -> key.startsWith(username));
        Stream<String> subjects = Stream.of(user.subject().value()).filter(key -> key.startsWith(subject));
        String first = Stream.of(folds, names, subjects)
                .flatMap(each -> each)
                .min(UserQuery::compareBytes)
                .orElseThrow(() -> new IllegalArgumentException("not found by this"));
        return new Place(first, user.subject().value());
    }

    private static int compareBytes(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
