package dev.handstamp.server;

/// What is kept cannot be used as it stands, and nothing was changed. The message is for the operator.
public final class Unusable extends RuntimeException {

    Unusable(String message) {
        super(message);
    }
}
