package dev.handstamp.server.store;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.PendingEvent;
import dev.handstamp.server.domain.signal.StreamConfiguration;
import dev.handstamp.server.domain.signal.StreamStatus;
import dev.handstamp.server.domain.user.Subject;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The streams of shared signals, and the events of each that its receiver has not taken.
public final class EventStreamStore {

    private static final String INSERT = """
        INSERT INTO event_stream (stream_id, client_id, configuration, authorization_sealed, status, status_reason,
                                  position, verified_at, failures, next_push_at, created_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String FIND = """
        SELECT stream_id, client_id, configuration, authorization_sealed, status, status_reason, position,
               verified_at, failures, next_push_at, created_at
          FROM event_stream WHERE stream_id = ? AND client_id = ?""";

    private static final String LIST_OF_CLIENT = """
        SELECT stream_id, client_id, configuration, authorization_sealed, status, status_reason, position,
               verified_at, failures, next_push_at, created_at
          FROM event_stream WHERE client_id = ? ORDER BY created_at, stream_id""";

    private static final String LIST = """
        SELECT stream_id, client_id, configuration, authorization_sealed, status, status_reason, position,
               verified_at, failures, next_push_at, created_at
          FROM event_stream ORDER BY stream_id""";

    private static final String CONFIGURE = """
        UPDATE event_stream
           SET configuration = ?, authorization_sealed = ?, failures = 0, next_push_at = 0
         WHERE stream_id = ?""";

    private static final String SET_STATUS = """
        UPDATE event_stream SET status = ?, status_reason = ?, failures = 0, next_push_at = 0
         WHERE stream_id = ?""";

    private static final String DELETE = """
        DELETE FROM event_stream WHERE stream_id = ? AND client_id = ?""";

    private static final String ADVANCE = """
        UPDATE event_stream SET position = ? WHERE stream_id = ? AND position = ?""";

    private static final String VERIFY = """
        UPDATE event_stream SET verified_at = ? WHERE stream_id = ? AND verified_at <= ?""";

    private static final String BEGIN_PUSH = """
        UPDATE event_stream SET next_push_at = ? WHERE stream_id = ? AND next_push_at <= ?""";

    private static final String END_PUSH = """
        UPDATE event_stream SET failures = ?, next_push_at = ? WHERE stream_id = ?""";

    private static final String LEAVE_OUT = """
        INSERT INTO event_stream_without (stream_id, subject) VALUES (?, ?) ON CONFLICT DO NOTHING""";

    private static final String TAKE_IN = """
        DELETE FROM event_stream_without WHERE stream_id = ? AND subject = ?""";

    private static final String IS_LEFT_OUT = """
        SELECT 1 FROM event_stream_without WHERE stream_id = ? AND subject = ?""";

    private static final String COUNT_LEFT_OUT = """
        SELECT COUNT(*) AS number FROM event_stream_without WHERE stream_id = ?""";

    private static final String ADD = """
        INSERT INTO pending_event (stream_id, event_id, claims, about_stream, made_at) VALUES (?, ?, ?, ?, ?)""";

    private static final String PENDING = """
        SELECT event_id, claims, about_stream, made_at
          FROM pending_event WHERE stream_id = ? ORDER BY place LIMIT ?""";

    private static final String PENDING_ABOUT_STREAM = """
        SELECT event_id, claims, about_stream, made_at
          FROM pending_event WHERE stream_id = ? AND about_stream = 1 ORDER BY place LIMIT ?""";

    private static final String COUNT = """
        SELECT COUNT(*) AS number FROM pending_event WHERE stream_id = ?""";

    private static final String TAKEN = """
        DELETE FROM pending_event WHERE stream_id = ? AND event_id = ?""";

    private static final String DROP_ALL = """
        DELETE FROM pending_event WHERE stream_id = ?""";

    private static final String OLDEST = """
        SELECT made_at FROM pending_event WHERE stream_id = ? AND about_stream = 0 ORDER BY place LIMIT 1""";

    private static final String FORGET = """
        DELETE FROM pending_event WHERE place IN
            (SELECT place FROM pending_event WHERE made_at < ? ORDER BY made_at LIMIT ?)""";

    private static final String KNOWS_USER = """
        SELECT 1 FROM user_grant
         WHERE subject = ? AND (client_id = ? OR audience IN (SELECT audience FROM client_api WHERE client_id = ?))
         LIMIT 1""";

    private static final String KNOWS_SESSION = """
        SELECT 1 FROM user_grant
         WHERE session_id = ? AND (client_id = ? OR audience IN (SELECT audience FROM client_api WHERE client_id = ?))
         LIMIT 1""";

    public void insert(Transaction tx, EventStream stream) {
        tx.execute(
                INSERT,
                stream.id(),
                stream.client().value(),
                text(stream.configuration()),
                stream.authorization(),
                stream.status().name(),
                stream.reason(),
                stream.position(),
                stream.verifiedAt(),
                stream.failures(),
                stream.nextPushAt(),
                stream.createdAt());
    }

    /// A stream of this receiver.
    public Optional<EventStream> find(Transaction tx, String id, ClientId client) {
        return tx.find(FIND, EventStreamStore::from, id, client.value());
    }

    public List<EventStream> list(Transaction tx, ClientId client) {
        return tx.list(LIST_OF_CLIENT, EventStreamStore::from, client.value());
    }

    /// Every stream.
    public List<EventStream> list(Transaction tx) {
        return tx.list(LIST, EventStreamStore::from);
    }

    /// Changes what the receiver supplies; pushes begin again at once.
    public void configure(Transaction tx, EventStream changed) {
        tx.execute(CONFIGURE, text(changed.configuration()), changed.authorization(), changed.id());
    }

    public void setStatus(Transaction tx, String id, StreamStatus status, String reason) {
        tx.execute(SET_STATUS, status.name(), reason, id);
    }

    public boolean delete(Transaction tx, String id, ClientId client) {
        return tx.execute(DELETE, id, client.value()) > 0;
    }

    /// Moves a stream on in the log, once: who comes second has nothing to do.
    ///
    /// @return whether it stood where this caller saw it
    public boolean advance(Transaction tx, EventStream seen, long position) {
        return tx.execute(ADVANCE, position, seen.id(), seen.position()) > 0;
    }

    /// Notes that a verification was asked for.
    ///
    /// @param notSince the former one must not be younger
    /// @return false if it is
    public boolean verify(Transaction tx, String id, Instant now, Instant notSince) {
        return tx.execute(VERIFY, now, id, notSince) > 0;
    }

    /// Takes the right to push until then.
    ///
    /// @return false if another node has it, or it is too early
    public boolean beginPush(Transaction tx, String id, Instant until, Instant now) {
        return tx.execute(BEGIN_PUSH, until, id, now) > 0;
    }

    public void endPush(Transaction tx, String id, int failures, Instant nextPushAt) {
        tx.execute(END_PUSH, failures, nextPushAt, id);
    }

    /// Tells no more of a user.
    ///
    /// @param name what the receiver calls the user; see [EventStream#nameOf]
    public void leaveOut(Transaction tx, String id, String name) {
        tx.execute(LEAVE_OUT, id, name);
    }

    public void takeIn(Transaction tx, String id, String name) {
        tx.execute(TAKE_IN, id, name);
    }

    public boolean isLeftOut(Transaction tx, String id, String name) {
        return tx.find(IS_LEFT_OUT, _ -> true, id, name).isPresent();
    }

    public long countLeftOut(Transaction tx, String id) {
        return tx.find(COUNT_LEFT_OUT, row -> row.number("number"), id).orElse(0L);
    }

    public void add(Transaction tx, String id, PendingEvent event) {
        tx.execute(ADD, id, event.id(), event.claims(), event.aboutStream(), event.madeAt());
    }

    /// The first events that a stream may send in its state, in order.
    public List<PendingEvent> pending(Transaction tx, EventStream stream, int limit) {
        String sql = stream.status() == StreamStatus.ENABLED ? PENDING : PENDING_ABOUT_STREAM;
        return tx.list(
                sql,
                row -> new PendingEvent(
                        row.text("event_id"), row.text("claims"), row.flag("about_stream"), row.instant("made_at")),
                stream.id(),
                limit);
    }

    public long count(Transaction tx, String id) {
        return tx.find(COUNT, row -> row.number("number"), id).orElse(0L);
    }

    /// Forgets an event that its receiver has, or does not want.
    ///
    /// @return false if it was not waiting
    public boolean taken(Transaction tx, String id, String event) {
        return tx.execute(TAKEN, id, event) > 0;
    }

    public void dropAll(Transaction tx, String id) {
        tx.execute(DROP_ALL, id);
    }

    /// When the event was made that waits for the longest time.
    public Optional<Instant> oldest(Transaction tx, String id) {
        return tx.find(OLDEST, row -> row.instant("made_at"), id);
    }

    /// Drops what nobody will take any more, at most [Housekeeping#PORTION] of it.
    ///
    /// @return how many
    public int forget(Transaction tx, Instant before) {
        return tx.execute(FORGET, before, Housekeeping.PORTION);
    }

    /// Whether a user has allowed this client something, or anybody something at one of its APIs.
    public boolean knows(Transaction tx, ClientId client, Subject user) {
        return tx.find(KNOWS_USER, _ -> true, user.value(), client.value(), client.value())
                .isPresent();
    }

    /// Whether something was allowed in a session to this client, or at one of its APIs.
    public boolean knows(Transaction tx, ClientId client, SessionId session) {
        return tx.find(KNOWS_SESSION, _ -> true, session.value(), client.value(), client.value())
                .isPresent();
    }

    private static String text(StreamConfiguration configuration) {
        Map<String, Object> members = new LinkedHashMap<>();
        configuration.requested().ifPresent(list -> members.put("events_requested", list));
        configuration.push().ifPresent(uri -> members.put("endpoint_url", uri.toString()));
        configuration.description().ifPresent(text -> members.put("description", text));
        return Json.text(members);
    }

    private static EventStream from(Row row) {
        Map<String, Object> members = Stored.object(row.text("configuration"));
        return new EventStream(
                row.text("stream_id"),
                new ClientId(row.text("client_id")),
                new StreamConfiguration(
                        Optional.ofNullable(members.get("events_requested")).map(EventStreamStore::texts),
                        Optional.ofNullable(members.get("endpoint_url")).map(uri -> URI.create(uri.toString())),
                        Optional.ofNullable(members.get("description")).map(Object::toString)),
                row.optionalText("authorization_sealed"),
                StreamStatus.valueOf(row.text("status")),
                row.text("status_reason"),
                row.number("position"),
                row.instant("verified_at"),
                (int) row.number("failures"),
                row.instant("next_push_at"),
                row.instant("created_at"));
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(Object::toString).toList();
    }
}
