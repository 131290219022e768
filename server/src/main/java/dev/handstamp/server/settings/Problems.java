package dev.handstamp.server.settings;

import java.util.ArrayList;
import java.util.List;

/// Everything found wrong with a configuration, collected so that it can be reported at once.
public final class Problems {

    private static final int LONGEST_QUOTE = 80;

    private final List<String> found = new ArrayList<>();

    public void add(String problem) {
        found.add(problem);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<String> all() {
        return List.copyOf(found);
    }

    /// The text in quotation marks, cut, with whatever could disturb a terminal or a log line made visible.
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(LONGEST_QUOTE).forEach(character -> {
            boolean printable = !Character.isISOControl(character) && Character.getType(character) != Character.FORMAT;
            if (printable) quoted.appendCodePoint(character);
            else quoted.append(String.format("\\u%04x", character));
        });
        if (text.codePointCount(0, text.length()) > LONGEST_QUOTE) quoted.append('…');
        return quoted.append('"').toString();
    }
}
