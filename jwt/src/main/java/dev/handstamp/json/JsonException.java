package dev.handstamp.json;

/// Text that is not the JSON we accept. The message says what is wrong and at which byte, counted from zero; it
/// never quotes the text.
///
/// It carries no stack trace: bad input is an everyday event, and its cost must not exceed that of good input.
public final class JsonException extends Exception {

    JsonException(String problem, long position) {
        super(problem + " at byte " + position, null, false, false);
    }
}
