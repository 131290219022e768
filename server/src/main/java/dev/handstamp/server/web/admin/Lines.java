package dev.handstamp.server.web.admin;

import java.util.Arrays;
import java.util.List;

/// What people type into one field that stands for several things.
final class Lines {

    private Lines() {}

    /// Words between blanks, commas or line breaks.
    static List<String> words(String text) {
        return Arrays.stream(text.split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }
}
