package dev.handstamp.server.protocol.session;

import java.util.Optional;

/// How tokens reach an application: in the body, or in cookies that its scripts cannot read.
enum Delivery {
    BODY,
    COOKIE;

    static Optional<Delivery> named(String name) {
        return switch (name) {
            case "body" -> Optional.of(BODY);
            case "cookie" -> Optional.of(COOKIE);
            default -> Optional.empty();
        };
    }
}
