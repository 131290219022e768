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

    /// The text in quotation marks, cut, safe to show.
    public static String quoted(String text) {
        int[] shown = text.codePoints().limit(LONGEST_QUOTE).toArray();
        boolean cut = text.codePointCount(0, text.length()) > LONGEST_QUOTE;
        return '"' + visible(new String(shown, 0, shown.length)) + (cut ? "…" : "") + '"';
    }

    /// The text with whatever could disturb a terminal or a log line made visible, such as `\u001b`.
    public static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            boolean printable = !Character.isISOControl(character)
                    && Character.getType(character) != Character.FORMAT
                    && Character.getType(character) != Character.SURROGATE
                    && Character.getType(character) != Character.LINE_SEPARATOR
                    && Character.getType(character) != Character.PARAGRAPH_SEPARATOR;
            if (printable) visible.appendCodePoint(character);
            else visible.append(String.format("\\u%04x", character));
        });
        return visible.toString();
    }
}
