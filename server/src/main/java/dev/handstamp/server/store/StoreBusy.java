package dev.handstamp.server.store;

/// More is waiting for the database than it may hold up: nothing was done.
public final class StoreBusy extends StoreUnavailable {

    StoreBusy(String message) {
        super(message);
    }
}
