package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.audit.AuditEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The audit log: appended in the transaction that an event reports on, never changed.
public final class AuditStore {

    /// What an index of events is by.
    public enum Common {
        NOTHING,
        ACTOR,
        TARGET,
        TYPE,
        CLIENT,
        ADDRESS
    }

    /// Where in the log something stands: of two events of one instant, the later one has the greater position.
    public record Place(Instant at, long position) {}

    /// An event where it stands.
    public record Entry(long position, AuditEvent event) {

        public Place place() {
            return new Place(event.at(), position);
        }
    }

    private static final String INSERT = """
        INSERT INTO audit_event (happened_at, type, actor, target, client, address, request_id, details)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String LIST = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE happened_at >= ?
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    // Two short walks along an index, not one long one over everybody's events.
    private static final String LIST_ABOUT = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE position IN (
            SELECT position FROM (SELECT position FROM audit_event WHERE actor = ? AND happened_at >= ?
                                   ORDER BY happened_at DESC LIMIT ?) AS by_actor
            UNION
            SELECT position FROM (SELECT position FROM audit_event WHERE target = ? AND happened_at >= ?
                                   ORDER BY happened_at DESC LIMIT ?) AS by_target)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String PAGE = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE happened_at >= ? AND happened_at <= ? AND (happened_at, position) < (?, ?)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String PAGE_OF_ACTOR = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE actor = ? AND happened_at >= ? AND happened_at <= ? AND (happened_at, position) < (?, ?)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String PAGE_OF_TARGET = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE target = ? AND happened_at >= ? AND happened_at <= ? AND (happened_at, position) < (?, ?)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String PAGE_OF_TYPE = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE type = ? AND happened_at >= ? AND happened_at <= ? AND (happened_at, position) < (?, ?)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String PAGE_OF_CLIENT = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE client = ? AND happened_at >= ? AND happened_at <= ? AND (happened_at, position) < (?, ?)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String PAGE_OF_ADDRESS = """
        SELECT position, happened_at, type, actor, target, client, address, request_id, details
          FROM audit_event WHERE address = ? AND happened_at >= ? AND happened_at <= ? AND (happened_at, position) < (?, ?)
         ORDER BY happened_at DESC, position DESC LIMIT ?""";

    private static final String FORGET = """
        DELETE FROM audit_event WHERE position IN
            (SELECT position FROM audit_event WHERE happened_at < ? ORDER BY happened_at LIMIT ?)""";

    public void append(Transaction tx, AuditEvent event) {
        tx.execute(
                INSERT,
                event.at(),
                event.type().name(),
                event.actor(),
                event.target(),
                event.client(),
                event.address(),
                event.requestId(),
                Json.text(event.details()));
    }

    /// The newest events since an instant, the oldest of them first.
    public List<AuditEvent> list(Transaction tx, Instant since, int limit) {
        return tx.list(LIST, AuditStore::from, since, limit).reversed();
    }

    /// The newest events since an instant that someone or something caused or met with, the oldest of them first.
    ///
    /// @param party an actor or target: a subject, a client, a session, a key
    public List<AuditEvent> listAbout(Transaction tx, String party, Instant since, int limit) {
        return tx.list(LIST_ABOUT, AuditStore::from, party, since, limit, party, since, limit, limit)
                .reversed();
    }

    /// The events of a span that come before a place, the newest first.
    ///
    /// @param common what they all have in common
    public List<Entry> page(Transaction tx, Common common, String value, Instant since, Place before, int limit) {
        String sql = switch (common) {
            case NOTHING -> PAGE;
            case ACTOR -> PAGE_OF_ACTOR;
            case TARGET -> PAGE_OF_TARGET;
            case TYPE -> PAGE_OF_TYPE;
            case CLIENT -> PAGE_OF_CLIENT;
            case ADDRESS -> PAGE_OF_ADDRESS;
        };
        List<Object> parameters = new ArrayList<>();
        if (common != Common.NOTHING) parameters.add(value);
        parameters.addAll(List.of(since, before.at(), before.at(), before.position(), limit));
        return tx.list(sql, row -> new Entry(row.number("position"), from(row)), parameters.toArray());
    }

    /// Drops old events, at most [Housekeeping#PORTION] of them.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    private static AuditEvent from(Row row) {
        return new AuditEvent(
                row.instant("happened_at"),
                AuditEvent.Type.valueOf(row.text("type")),
                row.text("actor"),
                row.text("target"),
                row.text("client"),
                row.text("address"),
                row.text("request_id"),
                details(row.text("details")));
    }

    private static Map<String, String> details(String json) {
        return Stored.object(json).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().toString()));
    }
}
