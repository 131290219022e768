package dev.handstamp.server.protocol.signals;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.PendingEvent;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.NoAnswer;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.outbound.Outcome;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.EventStreamStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Pushes events to receivers, one after the other and in order; one that fails is tried again after a pause that grows
/// from a second to five minutes.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8935">RFC 8935, push-based delivery</a>
public final class Pushes implements AutoCloseable {

    /// The way out, and what opens the credentials that receivers gave for it.
    public record Door(OutboundHttp http, KeyEncryption encryption) {}

    /// Errors that a receiver answers for an event that it will never take (§2.4).
    private static final Set<String> FINAL =
            Set.of("invalid_request", "invalid_key", "invalid_issuer", "invalid_audience", "invalid_state");

    private static final OutboundHttp.Limits LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(10), 16_384);
    private static final int PORTION = 50;

    /// No other node pushes meanwhile.
    private static final Duration TURN = Duration.ofSeconds(20);

    private static final Duration LEASE = Duration.ofSeconds(60);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Database database;
    private final Live live;
    private final Door door;
    private final SignalTokens tokens;
    private final InstantSource clock;
    private final Runnable again;
    private final EventStreamStore streams = new EventStreamStore();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// @param again what to call when a stream may have more to push
    Pushes(Database database, Live live, Door door, SignalTokens tokens, InstantSource clock, Runnable again) {
        this.database = database;
        this.live = live;
        this.door = door;
        this.tokens = tokens;
        this.clock = clock;
        this.again = again;
    }

    /// What a credential is sealed for: it opens for no other stream.
    static String purpose(String stream) {
        return "handstamp push authorization\n" + stream;
    }

    /// Begins to push what waits, on a thread of its own, if it is time to.
    void begin(EventStream stream) {
        if (closed || stream.configuration().push().isEmpty()) return;
        if (clock.instant().isBefore(stream.nextPushAt()) || !busy.add(stream.id())) return;
        Thread.ofVirtual().name("push-" + stream.id()).start(() -> {
            boolean more = false;
            try {
                more = push(stream);
            } catch (RuntimeException | Error e) {
                Log.error("events could not be pushed", e, "stream", stream.id());
            } finally {
                busy.remove(stream.id());
            }
            if (more && !closed) again.run();
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    /// @return whether there is more to push at once
    private boolean push(EventStream seen) {
        if (database.read(tx -> streams.pending(tx, seen, 1)).isEmpty()) return false;
        Instant now = clock.instant();
        if (!database.inTransaction(tx -> streams.beginPush(tx, seen.id(), now.plus(LEASE), now))) return false;
        int failures = seen.failures();
        boolean more = true;
        long end = System.nanoTime() + TURN.toNanos();
        try {
            while (more && !closed && System.nanoTime() - end < 0) {
                EventStream stream = database.read(tx -> streams.find(tx, seen.id(), seen.client()))
                        .orElse(seen);
                List<PendingEvent> events = database.read(tx -> streams.pending(tx, stream, PORTION));
                more = !events.isEmpty();
                for (PendingEvent event : events) {
                    if (!deliver(stream, event)) {
                        failures++;
                        return false;
                    }
                    failures = 0;
                }
            }
            return more;
        } finally {
            int failed = failures;
            Instant next = failed == 0 ? Instant.EPOCH : clock.instant().plus(pause(failed));
            database.inTransaction(tx -> {
                streams.endPush(tx, seen.id(), failed, next);
                return true;
            });
        }
    }

    /// @return false if it has to be tried again
    private boolean deliver(EventStream stream, PendingEvent event) {
        URI endpoint = stream.configuration().push().orElse(null);
        if (endpoint == null) return false; // It polls by now.
        byte[] body = tokens.signed(event, live.latest().keys()).getBytes(StandardCharsets.US_ASCII);
        Outcome outcome = door.http().post(endpoint, headers(stream), body, LIMITS);
        String problem = switch (outcome) {
            case Answer answer when answer.isSuccess() -> "";
            case Answer answer
            when isFinal(answer) -> {
                Log.warn("a receiver refuses an event", "stream", stream.id(), "event", event.id());
                yield "";
            }
            case Answer answer -> "answered " + answer.status();
            case NoAnswer(var reason) -> reason;
        };
        if (!problem.isEmpty()) {
            Log.warn("an event could not be pushed", "stream", stream.id(), "event", event.id(), "reason", problem);
            return false;
        }
        database.inTransaction(tx -> streams.taken(tx, stream.id(), event.id()));
        return true;
    }

    private Map<String, String> headers(EventStream stream) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/secevent+jwt");
        headers.put("Accept", "application/json");
        stream.authorization()
                .flatMap(text -> door.encryption().open(text, purpose(stream.id())))
                .map(Secret::value)
                .ifPresent(value -> headers.put("Authorization", value));
        return headers;
    }

    private static boolean isFinal(Answer answer) {
        if (answer.status() != 400) return false;
        try {
            return Json.parseObject(answer.body()).get("err") instanceof String error && FINAL.contains(error);
        } catch (JsonException _) {
            return false;
        }
    }

    /// With jitter, so that not all streams of one receiver come at once.
    private static Duration pause(int failures) {
        long longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures - 1, 16));
        return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }
}
