package dev.handstamp.server.mail;

/// A mail, ready to be sent: the same in plain text and in HTML.
///
/// @param id        becomes part of the Message-ID, so that a repetition is known as one
/// @param recipient one address
/// @param language  a language tag
/// @param subject   one line
public record Letter(String id, String recipient, String language, String subject, String text, String html) {

    public Letter {
        if (isBroken(id) || isBroken(recipient) || isBroken(language) || isBroken(subject)) {
            throw new IllegalArgumentException("a header is one line");
        }
    }

    /// Leaves out what it says, and to whom.
    @Override
    public String toString() {
        return "Letter[" + id + "]";
    }

    private static boolean isBroken(String text) {
        return text.chars().anyMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029);
    }
}
