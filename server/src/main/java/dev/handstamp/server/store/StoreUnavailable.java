package dev.handstamp.server.store;

/// The database cannot be reached or cannot take this now, and may soon: worth asking again (503 and `Retry-After`).
///
/// What was asked of it was undone, or, if the connection was lost during the commit itself, was perhaps done.
public sealed class StoreUnavailable extends StoreException permits StoreBusy, StoreClosed {

    StoreUnavailable(String message) {
        super(message);
    }

    StoreUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
