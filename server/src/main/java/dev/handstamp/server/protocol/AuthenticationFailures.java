package dev.handstamp.server.protocol;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Records who failed to authenticate as a client: once a minute for each name and address, so that a flood of
/// failures fills neither the audit trail nor the writer's day.
public final class AuthenticationFailures {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 1_000;

    private final Database database;
    private final AuditStore audit;
    private final InstantSource clock;
    private final Map<String, Instant> lastReports = new LinkedHashMap<>();

    public AuthenticationFailures(Database database, AuditStore audit, InstantSource clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /// @param name a client id or an audience that exists
    void wrongSecret(String name, Caller caller) {
        Instant now = clock.instant();
        if (!isDue(name + " " + caller.address(), now)) return;
        AuditEvent event = new AuditEvent(
                now,
                AuditEvent.Type.CLIENT_AUTHENTICATION_FAILED,
                "",
                name,
                name,
                caller.address(),
                caller.requestId(),
                Map.of("reason", "wrong_secret"));
        database.inTransaction(tx -> {
            audit.append(tx, event);
            return event;
        });
    }

    private synchronized boolean isDue(String key, Instant now) {
        Instant last = lastReports.get(key);
        if (last != null && now.isBefore(last.plus(INTERVAL)) && !now.isBefore(last)) return false;
        lastReports.remove(key);
        lastReports.put(key, now);
        if (lastReports.size() > MOST_REMEMBERED) {
            lastReports.remove(lastReports.keySet().iterator().next());
        }
        return true;
    }
}
