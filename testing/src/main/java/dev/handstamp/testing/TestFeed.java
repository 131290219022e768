package dev.handstamp.testing;

import com.sun.net.httpserver.HttpExchange;
import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The revocation feed of a [TestIssuer], as `GET /revocations` of a real server gives it; and everything that can go
/// wrong on the way.
///
/// Each event is a signed Security Event Token (RFC 8417). The heartbeat comes four times as often as a server's, so
/// that tests are quick. Faults last until they are taken back with [#behave()].
public final class TestFeed {

    private static final Duration HEARTBEAT = Duration.ofMillis(250);
    private static final Duration FORGET_AFTER = Duration.ofHours(25);
    private static final String TYPE = "urn:handstamp:event:";
    private static final int RULES_PER_PART = 5_000;

    /// One entry of the log: what a verifier is told.
    private record Entry(long position, String kind, String id, long issuedBefore, long forgetAt) {

        List<Object> toJson() {
            return List.of(kind, id, position, issuedBefore, forgetAt);
        }

        boolean names(Map<String, Object> claims) {
            return switch (kind) {
                case "token" -> id.equals(claims.get("jti"));
                case "session" -> id.equals(claims.get("sid"));
                case "grant" -> id.equals(claims.get("grant_id"));
                case "subject" -> id.equals(claims.get("sub")) && isBefore(claims);
                case "client" -> id.equals(claims.get("client_id")) && isBefore(claims);
                case "api" -> isFor(claims.get("aud")) && isBefore(claims);
                default -> isBefore(claims);
            };
        }

        private boolean isFor(@Nullable Object audience) {
            return audience instanceof List<?> several ? several.contains(id) : id.equals(audience);
        }

        private boolean isBefore(Map<String, Object> claims) {
            long issuedAt = claims.get("iat") instanceof Long second ? second : 0;
            return claims.get("rev") instanceof Long known
                    ? known < position || issuedAt < issuedBefore
                    : issuedAt <= issuedBefore;
        }
    }

    private final String issuer;
    private final KeyChain keys;
    private final InstantSource clock;

    // Guarded by this.
    private final List<Entry> log = new ArrayList<>();
    private long position;
    private long keysVersion;
    private int connections;
    private int opened;
    private int snapshots;
    private int generation;
    private boolean silent;
    private boolean wrongKey;
    private boolean losing;
    private Duration clockOffset = Duration.ZERO;
    private Duration delay = Duration.ZERO;

    TestFeed(String issuer, KeyChain keys, InstantSource clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
    }

    /// {@return where the log stands: how much was revoked so far}
    public synchronized long position() {
        return position;
    }

    /// {@return how many read the feed now}
    public synchronized int connections() {
        return connections;
    }

    /// {@return how often the feed was begun to be read}
    public synchronized int opened() {
        return opened;
    }

    /// {@return how often everything was sent, because a reader had nothing or could not go on from where it was}
    public synchronized int snapshots() {
        return snapshots;
    }

    /// Keeps the connections and sends nothing, as a black hole on the way would have it.
    public synchronized void beSilent() {
        silent = true;
    }

    /// Ends every connection now; readers may come back.
    public synchronized void cut() {
        generation++;
        notifyAll();
    }

    /// Logs what is revoked from now on and tells nobody, until [#behave()]: then everyone sees a gap.
    public synchronized void loseRevocations() {
        losing = true;
    }

    /// Signs with a key that is not the issuer's.
    public synchronized void signWrongly() {
        wrongKey = true;
    }

    /// Sets the issuer's clock ahead, as far as the feed tells it.
    ///
    /// @param ahead of the true time; negative sets it back
    public synchronized void clockOffset(Duration ahead) {
        clockOffset = ahead;
    }

    /// Holds every event back for a while, as a relay could: they come as often as before, and are old.
    ///
    /// @param time how old they are when they come
    public synchronized void holdBack(Duration time) {
        delay = time;
    }

    /// Forgets the whole log, as a server does that was restored from an old backup.
    public synchronized void forgetEverything() {
        log.clear();
        position = 0;
        cut();
    }

    /// Takes back every fault.
    public synchronized void behave() {
        silent = false;
        wrongKey = false;
        losing = false;
        clockOffset = Duration.ZERO;
        delay = Duration.ZERO;
        notifyAll();
    }

    synchronized void revoke(String kind, String id) {
        position++;
        long second = clock.instant().getEpochSecond();
        log.add(new Entry(position, kind, id, second, second + FORGET_AFTER.toSeconds()));
        notifyAll();
    }

    synchronized void keysChanged() {
        keysVersion++;
        notifyAll();
    }

    synchronized boolean hasRevoked(Map<String, Object> claims) {
        return log.stream().anyMatch(entry -> entry.names(claims));
    }

    /// Sends until the reader goes or is cut.
    void serve(HttpExchange exchange, String audience) throws IOException {
        String last = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        int begunIn = begin();
        try (OutputStream out = exchange.getResponseBody()) {
            String nonce = exchange.getRequestHeaders().getFirst("Feed-Nonce");
            var reader = new Reader(audience, begunIn, last == null ? -1 : Long.parseLong(last), nonce);
            for (byte[] events = reader.next(); events != null; events = reader.next()) {
                out.write(events);
                out.flush();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    private synchronized int begin() {
        connections++;
        opened++;
        return generation;
    }

    private synchronized void end() {
        connections--;
    }

    /// Events, and when they may leave.
    private record Held(long due, String events) {}

    /// One connection. Everything about the log is read under the feed's lock.
    private final class Reader {

        private final String audience;
        private final int begunIn;
        private long at;
        private final Queue<Held> held = new ArrayDeque<>();
        private List<Entry> snapshot = List.of();
        private int part;
        private long partsAt;
        private long toldKeys = -1;
        private @Nullable String nonce;

        Reader(String audience, int begunIn, long at, @Nullable String nonce) {
            this.nonce = nonce;
            this.audience = audience;
            this.begunIn = begunIn;
            this.at = at;
        }

        /// The next bytes to send, perhaps none; null when the connection is to end.
        byte @Nullable [] next() throws InterruptedException {
            synchronized (TestFeed.this) {
                if (begunIn == generation && !isDue()) TestFeed.this.wait(HEARTBEAT.toMillis());
                if (begunIn != generation) return null;
                var events = new StringBuilder();
                if (!silent) collect(events);
                held.add(new Held(System.nanoTime() + delay.toNanos(), events.toString()));
            }
            var due = new StringBuilder();
            while (!held.isEmpty() && held.peek().due - System.nanoTime() <= 0) due.append(held.remove().events);
            return due.toString().getBytes(StandardCharsets.US_ASCII);
        }

        private boolean isDue() {
            return !silent && (toldKeys != keysVersion || (at != position && !losing));
        }

        private void collect(StringBuilder events) {
            if (nonce != null) {
                long asked = Math.max(0, at);
                write(events, "hello", asked, asked, "hello", Map.of("nonce", nonce));
                nonce = null;
            }
            if (at < 0 || at > position) {
                snapshot(events);
                return;
            }
            if (at < position && losing) {
                at = position; // As if they had been told.
            } else if (at < position) {
                List<Entry> news = log.stream()
                        .filter(entry -> entry.position > at)
                        .limit(RULES_PER_PART)
                        .toList();
                long reached = news.get(news.size() - 1).position;
                write(events, "revocation", at, reached, "revoked", Map.of("rules", json(news)));
                at = reached;
            }
            if (toldKeys != keysVersion) {
                toldKeys = keysVersion;
                write(events, "keys", at, at, "keys", Map.of("jwks", published()));
            }
            if (events.indexOf("event: revocation") < 0) write(events, "heartbeat", at, at, "heartbeat", Map.of());
        }

        /// One part at a time, so that a long snapshot is no silence.
        private void snapshot(StringBuilder events) {
            if (snapshot.isEmpty()) {
                snapshots++;
                part = 0;
                partsAt = position;
                snapshot = List.copyOf(log);
            }
            int parts = Math.max(1, (snapshot.size() + RULES_PER_PART - 1) / RULES_PER_PART);
            int from = part * RULES_PER_PART;
            List<Entry> some = snapshot.subList(from, Math.min(snapshot.size(), from + RULES_PER_PART));
            part++;
            Map<String, Object> content = Map.of("part", part, "parts", parts, "rules", json(some));
            write(events, "snapshot", partsAt, partsAt, "snapshot", content);
            if (part < parts) return;
            at = partsAt;
            snapshot = List.of();
        }

        private void write(
                StringBuilder events, String event, long from, long to, String type, Map<String, Object> content) {
            long now = clock.instant().plus(clockOffset).toEpochMilli();
            Map<String, Object> claims = new LinkedHashMap<>();
            claims.put("iss", issuer);
            claims.put("aud", audience);
            claims.put("iat", now / 1000);
            claims.put("jti", UUID.randomUUID().toString());
            claims.put("prev", from);
            claims.put("pos", to);
            claims.put("now", now);
            claims.put("events", Map.of(TYPE + type, content));
            PrivateJwk key = wrongKey ? PrivateJwk.generate(Algorithm.ES256) : keys.current(Algorithm.ES256);
            String signed = new JwsSigner(key, "secevent+jwt").sign(Json.write(claims));
            events.append("id: ").append(to).append("\nevent: ").append(event);
            events.append("\ndata: ").append(signed).append("\n\n");
        }

        private Map<String, Object> published() {
            try {
                return Json.parseObject(keys.json().getBytes(StandardCharsets.UTF_8));
            } catch (JsonException impossible) {
                throw new UncheckedIOException(new IOException(impossible));
            }
        }

        private static List<Object> json(List<Entry> entries) {
            return entries.stream().<Object>map(Entry::toJson).toList();
        }
    }
}
