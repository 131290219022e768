package dev.handstamp.spring;

import dev.handstamp.jwt.JwkSet;
import dev.handstamp.verifier.JwkSetSource;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Whether tokens can be checked: up with the issuer's keys, down without any.
final class VerifierHealth extends AbstractHealthIndicator {

    private final JwkSetSource keys;

    VerifierHealth(JwkSetSource keys) {
        super("the issuer's keys could not be asked for");
        this.keys = keys;
    }

    /// Asks for the keys if there are none: that waits for one fetch at most, and is not repeated within
    /// seconds.
    @Override
    protected void doHealthCheck(Health.Builder builder) {
        JwkSet current = keys.current();
        if (current.keys().isEmpty()) current = keys.lookFor("");
        if (current.keys().isEmpty()) {
            builder.down().withDetail("problem", keys.problem().orElse("the set is empty"));
        } else {
            builder.up();
        }
        builder.withDetail("keys", current.keys().size());
    }
}
