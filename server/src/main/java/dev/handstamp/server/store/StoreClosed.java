package dev.handstamp.server.store;

/// This process has closed the database: nothing more can be asked of it.
public final class StoreClosed extends StoreUnavailable {

    StoreClosed() {
        super("the database is closed");
    }

    StoreClosed(Throwable cause) {
        super("the database is closed", cause);
    }
}
