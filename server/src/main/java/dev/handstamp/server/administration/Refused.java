package dev.handstamp.server.administration;

import dev.handstamp.server.settings.Problems;

/// What was asked for cannot be done, and the message says why in words for the administrator.
///
/// Thrown, where a door would answer a value: it ends the transaction that it comes up in, so that nothing is half
/// done.
public final class Refused extends RuntimeException {

    public Refused(String message) {
        super(message, null, false, false);
    }

    static String quoted(String text) {
        return Problems.quoted(text);
    }
}
