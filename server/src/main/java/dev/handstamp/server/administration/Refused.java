package dev.handstamp.server.administration;

import dev.handstamp.server.settings.Problems;

/// What was asked for cannot be done, and the message says why in words for the administrator.
///
/// Thrown, where a door would answer a value: it ends the transaction that it comes up in, so that nothing is half
/// done.
public final class Refused extends RuntimeException {

    /// Why, for a door that tells by a status.
    public enum Kind {
        /// It is not possible as it was asked for.
        WRONG,
        /// What it is about does not exist.
        UNKNOWN,
        /// What is there stands in its way.
        CONFLICT,
        /// What it is about is not what the caller has seen.
        CHANGED,
        /// Later it may be done.
        BUSY
    }

    private final transient Kind kind;
    private final String about;

    public Refused(String message) {
        this(Kind.WRONG, message);
    }

    Refused(Kind kind, String message) {
        this(kind, "", message);
    }

    private Refused(Kind kind, String about, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.about = about;
    }

    /// A text that is not of the form of what it stands for.
    ///
    /// @param about what that is, in words such as `redirect URI`
    static Refused about(String about, String message) {
        return new Refused(Kind.WRONG, about, message);
    }

    /// This refusal, which is about one of the things that were asked for.
    ///
    /// @param what in words such as `redirect URI`
    public Refused concerning(String what) {
        return new Refused(kind, what, String.valueOf(getMessage()));
    }

    /// What the message is about, such as `redirect URI`; empty for nothing in particular.
    public String about() {
        return about;
    }

    public Kind kind() {
        return kind;
    }

    /// A text that came from outside, for a message.
    public static String quoted(String text) {
        return Problems.quoted(text);
    }
}
