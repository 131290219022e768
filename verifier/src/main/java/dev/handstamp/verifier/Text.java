package dev.handstamp.verifier;

/// The characters that may stand in the parameters of a challenge (RFC 6750 §3).
final class Text {

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
}
