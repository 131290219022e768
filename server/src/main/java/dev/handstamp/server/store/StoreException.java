package dev.handstamp.server.store;

/// The database broke, or was asked something that it cannot do. Its message names no stored value and no credential.
public sealed class StoreException extends RuntimeException permits StoreUnavailable {

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
