package dev.handstamp.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who may come tonight: in memory, gone in the morning. The oldest name leaves when the list is full.
final class GuestList {

    static final int MOST_GUESTS = 100;
    static final int LONGEST_NAME = 40;

    private final List<String> names = new ArrayList<>(List.of("Ada", "Grace"));

    /// A name is 1 to [#LONGEST_NAME] characters, none of them a control character, after its blanks are cut.
    static Optional<String> name(@Nullable Object value) {
        if (!(value instanceof String text)) return Optional.empty();
        String name = text.strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) return Optional.empty();
        if (name.codePoints().anyMatch(Character::isISOControl)) return Optional.empty();
        return Optional.of(name);
    }

    synchronized List<String> add(String name) {
        names.remove(name);
        if (names.size() == MOST_GUESTS) names.removeFirst();
        names.add(name);
        return List.copyOf(names);
    }

    synchronized List<String> names() {
        return List.copyOf(names);
    }
}
