package dev.handstamp.server.protocol.signals;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.PendingEvent;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.signals.Admission.Admitted;
import dev.handstamp.server.protocol.signals.Admission.Refused;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Hands out the events of a stream, and forgets those that the receiver says it has. A receiver that has none waiting
/// waits for the next one, up to 30 seconds.
///
/// An event comes again until it is acknowledged.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8936">RFC 8936, poll-based delivery</a>
public final class PollEndpoint implements Endpoint {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /// Another node's events ring no bell here.
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int MOST_EVENTS = 100;
    private static final int MOST_ACKNOWLEDGED = 1_000;
    private static final int MOST_WAITING = 1_000;
    private static final int MOST_WAITING_OF_STREAM = 4;

    /// What a poll asks for (§2.4).
    private record Poll(int most, boolean atOnce, List<String> acknowledged, Map<String, String> errors) {}

    private final Receivers receivers;
    private final Database database;
    private final Live live;
    private final Transmitter transmitter;
    private final EventStreamStore streams = new EventStreamStore();
    private final Map<String, Integer> waiting = new HashMap<>(); // Guarded by itself.
    private int allWaiting;

    public PollEndpoint(Receivers receivers, Database database, Live live, Transmitter transmitter) {
        this.receivers = receivers;
        this.database = database;
        this.live = live;
        this.transmitter = transmitter;
    }

    @Override
    public Response handle(Request request) {
        return switch (receivers.reader(request)) {
            case Refused(var response) -> response;
            case Admitted(var receiver) ->
                switch (JsonBody.parse(request)) {
                    case MalformedJsonBody malformed -> OAuthError.of(malformed).toResponse();
                    case JsonBody body -> poll(request, body.object(), receiver);
                };
        };
    }

    private Response poll(Request request, Map<String, Object> body, Client receiver) {
        String id = request.path().substring(Addresses.POLL.length());
        Optional<EventStream> stream = database.read(tx -> streams.find(tx, id, receiver.id()));
        if (stream.isEmpty() || stream.get().configuration().push().isPresent()) return Answers.noStream();
        Optional<Poll> asked = read(body);
        if (asked.isEmpty()) return Answers.wrong("maxEvents, returnImmediately, ack or setErrs is malformed.");
        Poll poll = asked.get();
        take(id, poll);
        if (poll.most == 0) return events(List.of(), false);

        List<PendingEvent> events = pending(stream.get(), poll.most + 1);
        if (events.isEmpty() && !poll.atOnce) {
            if (!enter(id)) {
                return OAuthError.tryLater(
                        ErrorCode.TEMPORARILY_UNAVAILABLE, "Too many are waiting for events.", RETRY_AFTER);
            }
            try {
                events = awaited(stream.get(), receiver, poll.most + 1);
            } finally {
                leave(id);
            }
        }
        boolean more = events.size() > poll.most;
        return events(more ? events.subList(0, poll.most) : events, more);
    }

    private List<PendingEvent> awaited(EventStream stream, Client receiver, int limit) {
        long end = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (true) {
            CompletableFuture<Void> bell = transmitter.bell().next(stream.id());
            Optional<EventStream> now = database.read(tx -> streams.find(tx, stream.id(), receiver.id()));
            List<PendingEvent> events = now.map(found -> pending(found, limit)).orElse(List.of());
            boolean over = System.nanoTime() - end >= 0 || transmitter.bell().isClosed() || now.isEmpty();
            if (!events.isEmpty() || over) return events;
            transmitter.bell().await(stream.id(), bell, LOOK);
        }
    }

    private List<PendingEvent> pending(EventStream stream, int limit) {
        return database.read(tx -> streams.pending(tx, stream, limit));
    }

    private void take(String id, Poll poll) {
        if (poll.acknowledged.isEmpty() && poll.errors.isEmpty()) return;
        poll.errors.forEach((event, error) ->
                Log.warn("a receiver refuses an event", "stream", id, "event", event, "reason", error));
        database.inTransaction(tx -> {
            for (String event : poll.acknowledged) streams.taken(tx, id, event);
            for (String event : poll.errors.keySet()) streams.taken(tx, id, event);
            return true;
        });
    }

    private Response events(List<PendingEvent> events, boolean more) {
        KeyRing keys = live.latest().keys();
        JsonWriter json = new JsonWriter(64 + events.size() * 1_024).beginObject();
        json.name("sets").beginObject();
        for (PendingEvent event : events)
            json.member(event.id(), transmitter.tokens().signed(event, keys));
        json.endObject();
        if (more) json.name("moreAvailable").value(true);
        return Response.json(200, json.endObject().toByteArray()).noStore();
    }

    private static Optional<Poll> read(Map<String, Object> body) {
        Object most = body.getOrDefault("maxEvents", (long) MOST_EVENTS);
        Object atOnce = body.getOrDefault("returnImmediately", false);
        Object acknowledged = body.getOrDefault("ack", List.of());
        Object errors = body.getOrDefault("setErrs", Map.of());
        boolean isRight = most instanceof Long number
                && number >= 0
                && atOnce instanceof Boolean
                && acknowledged instanceof List<?> list
                && list.size() <= MOST_ACKNOWLEDGED
                && list.stream().allMatch(String.class::isInstance)
                && errors instanceof Map<?, ?> map
                && map.size() <= MOST_ACKNOWLEDGED;
        if (!isRight) return Optional.empty();
        List<String> events = new ArrayList<>();
        for (Object event : (List<?>) acknowledged) events.add(event.toString());
        Map<String, String> refused = new HashMap<>();
        ((Map<?, ?>) errors).forEach((event, error) -> refused.put(event.toString(), code(error)));
        int limit = (int) Math.min((Long) most, MOST_EVENTS);
        return Optional.of(new Poll(limit, (Boolean) atOnce, events, refused));
    }

    private static String code(Object error) {
        return error instanceof Map<?, ?> members && members.get("err") instanceof String code && code.length() <= 100
                ? code
                : "unknown";
    }

    private boolean enter(String id) {
        synchronized (waiting) {
            int ofStream = waiting.getOrDefault(id, 0);
            if (allWaiting >= MOST_WAITING || ofStream >= MOST_WAITING_OF_STREAM) return false;
            allWaiting++;
            waiting.put(id, ofStream + 1);
            return true;
        }
    }

    private void leave(String id) {
        synchronized (waiting) {
            allWaiting--;
            waiting.computeIfPresent(id, (_, count) -> count == 1 ? null : count - 1);
        }
    }
}
