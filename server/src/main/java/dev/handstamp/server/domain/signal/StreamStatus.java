package dev.handstamp.server.domain.signal;

import java.util.Locale;
import java.util.Optional;

/// Whether a stream flows (Shared Signals Framework 1.0 §8.1.2).
public enum StreamStatus {
    ENABLED,
    PAUSED, // events are kept
    DISABLED; // events are lost

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<StreamStatus> named(String wireName) {
        for (StreamStatus status : values()) {
            if (status.wireName().equals(wireName)) return Optional.of(status);
        }
        return Optional.empty();
    }
}
