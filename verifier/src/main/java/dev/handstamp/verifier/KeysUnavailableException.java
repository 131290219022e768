package dev.handstamp.verifier;

/// The issuer could not be used when a verifier was told to ask it at start. The message says why, for a log.
public final class KeysUnavailableException extends RuntimeException {

    KeysUnavailableException(String message) {
        super(message);
    }
}
