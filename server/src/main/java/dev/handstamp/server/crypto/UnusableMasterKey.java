package dev.handstamp.server.crypto;

/// The server cannot start with this master key, and nothing was changed. The message is for the operator and shows no
/// key.
public final class UnusableMasterKey extends RuntimeException {

    public UnusableMasterKey(String message) {
        super(message);
    }
}
