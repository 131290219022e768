package dev.handstamp.server.html;

import java.util.ArrayList;
import java.util.List;

/// Where a line may end in what is long and has no blanks: after what separates the parts of an address. Browsers see
/// few such places by themselves, and then break a word anywhere.
public final class Breaks {

    private static final String SEPARATORS = "/.-_=&?:@,+";

    private Breaks() {}

    /// The text in pieces, for `parts/Breaks`: between two of them a line may end.
    ///
    /// @param whole how long a word may be that stays in one piece, since a line has room for it
    public static List<String> of(String text, int whole) {
        List<String> pieces = new ArrayList<>();
        int begin = 0;
        for (int word = 0; word < text.length(); ) {
            int end = endOfWord(text, word);
            boolean isLong = end - word > whole;
            for (int at = word + 1; isLong && at < end; at++) {
                if (!isSeparator(text.charAt(at - 1)) || isSeparator(text.charAt(at))) continue;
                pieces.add(text.substring(begin, at));
                begin = at;
            }
            word = end + 1;
        }
        pieces.add(text.substring(begin));
        return List.copyOf(pieces);
    }

    private static boolean isSeparator(char letter) {
        return SEPARATORS.indexOf(letter) >= 0;
    }

    private static int endOfWord(String text, int begin) {
        int end = begin;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) end++;
        return end;
    }
}
