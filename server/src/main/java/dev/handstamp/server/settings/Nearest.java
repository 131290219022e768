package dev.handstamp.server.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What somebody may have meant by a name that there is not.
public final class Nearest {

    private Nearest() {}

    /// The known name that this one is a slip of, if it is near enough to any.
    public static Optional<String> to(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(each -> distance(each, name)))
                .filter(nearest -> distance(nearest, name) <= 1 + name.length() / 3);
    }

    /// How many letters differ (Levenshtein), whatever the case and the separators.
    private static int distance(String one, String other) {
        String from = plain(one);
        String to = plain(other);
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) row[j] = j;
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }

    private static String plain(String name) {
        String cut = name.length() > 64 ? name.substring(0, 64) : name;
        return cut.toLowerCase(Locale.ROOT).replaceAll("[._-]", "");
    }
}
