package dev.handstamp.verifier;

/// The characters that may stand in the parameters of a challenge (RFC 6750 §3).
final class Text {

    private static final int LONGEST = 200;

    private Text() {}

    /// A scope token: printable ASCII without blank, quote and backslash (RFC 6749 §3.3).
    static void requireScopeToken(String scope) {
        if (!scope.matches("[\\x21\\x23-\\x5b\\x5d-\\x7e]+")) {
            throw new IllegalArgumentException("a scope is printable ASCII without blanks, quotes and backslashes");
        }
    }

    /// Fit for `error_description`: every other character becomes a blank.
    static String plain(String text) {
        return text.replaceAll("[^\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]", " ");
    }

    /// A stranger's text on one line of a log: printable ASCII, the rest escaped, cut after 200 characters.
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (visible.length() >= LONGEST) return visible.append("...").toString();
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F && c != '\\') visible.append(c);
            else visible.append(String.format("\\u%04x", (int) c));
        }
        return visible.toString();
    }
}
