package dev.handstamp.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.RevocationStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HousekeepingTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(400);
    private static final int MORE_THAN_ONE_PORTION = 2_500;

    @TempDir
    private Path directory;

    private final RevocationStore revocations = new RevocationStore();
    private final AuditStore audit = new AuditStore();

    @Test
    void what_has_expired_goes_however_much_it_is_and_the_rest_stays() {
        try (Database database = Database.open(new DatabaseLocation.Sqlite(directory.resolve("handstamp.db")))) {
            database.inTransaction(tx -> {
                for (int i = 0; i < MORE_THAN_ONE_PORTION; i++) {
                    revocations.append(
                            tx,
                            Kind.TOKEN,
                            "old-" + i,
                            AuditEvent.Type.TOKEN_REVOKED,
                            Set.of(),
                            NOW,
                            NOW.minus(Duration.ofDays(2)));
                    audit.append(tx, event(NOW.minus(YEAR).minusSeconds(1)));
                }
                revocations.append(
                        tx,
                        Kind.TOKEN,
                        "just expired",
                        AuditEvent.Type.TOKEN_REVOKED,
                        Set.of(),
                        NOW,
                        NOW.minusSeconds(1));
                audit.append(tx, event(NOW.minus(YEAR).plusSeconds(1)));
                return true;
            });

            new Housekeeping(database, YEAR, () -> NOW).run();

            List<Revocation> revocationsLeft = database.read(tx -> revocations.after(tx, 0));
            List<AuditEvent> eventsLeft = database.read(tx -> audit.list(tx, Instant.EPOCH, 100));
            assertThat(revocationsLeft).extracting(Revocation::id).containsExactly("just expired");
            assertThat(eventsLeft).hasSize(1);
        }
    }

    private static AuditEvent event(Instant at) {
        return new AuditEvent(at, AuditEvent.Type.SERVER_STARTED, "server", "", "", "", "", Map.of());
    }
}
