package dev.handstamp.spring;

import dev.handstamp.jwt.JwkSet;
import dev.handstamp.verifier.FeedStatus;
import dev.handstamp.verifier.JwkSetSource;
import dev.handstamp.verifier.RevocationFeed;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/// Whether tokens can be checked: up with the issuer's keys, down without any; down too while every token is
/// refused because the issuer is not heard.
final class VerifierHealth extends AbstractHealthIndicator {

    private final JwkSetSource keys;
    private final Optional<RevocationFeed> revocations;
    private final boolean refusesInSilence;

    VerifierHealth(JwkSetSource keys, Optional<RevocationFeed> revocations, boolean refusesInSilence) {
        super("the issuer's keys could not be asked for");
        this.keys = keys;
        this.revocations = revocations;
        this.refusesInSilence = refusesInSilence;
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
        revocations.ifPresent(feed -> addRevocations(feed.status(), builder));
    }

    private void addRevocations(FeedStatus status, Health.Builder builder) {
        if (status.stale() && refusesInSilence) builder.down();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("stale", status.stale());
        details.put("age", status.age().map(Duration::toString).orElse("unknown"));
        details.put("position", status.position());
        details.put("connectedTo", status.connectedTo().map(URI::toString).orElse("nobody"));
        status.problem().ifPresent(problem -> details.put("problem", problem));
        builder.withDetail("revocations", details);
    }
}
