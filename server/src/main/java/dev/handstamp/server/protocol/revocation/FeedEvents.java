package dev.handstamp.server.protocol.revocation;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.signal.EventType;
import dev.handstamp.server.domain.signal.Signal;
import dev.handstamp.server.domain.signal.Signal.About;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes what an API is told of: signed security event tokens, framed as server-sent events.
///
/// A relay may carry them and cannot change them: each says whom it is for, where the log stood before and where it
/// stands after it, so that one left out is noticed.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8417">RFC 8417, Security Event Token</a>
/// @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, server-sent events</a>
final class FeedEvents {

    static final String REVOKED = "urn:handstamp:event:revoked";
    static final String SNAPSHOT = "urn:handstamp:event:snapshot";
    static final String HEARTBEAT = "urn:handstamp:event:heartbeat";
    static final String HELLO = "urn:handstamp:event:hello";
    static final String KEYS = "urn:handstamp:event:keys";

    /// The rules of one event.
    static final int MOST_RULES = 5_000;

    /// For a connection that would otherwise be silent.
    static final byte[] SIGN_OF_LIFE = ": waiting for the database\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final String TYPE = "secevent+jwt";
    private static final int USUAL_SIZE = 400;
    private static final int SIZE_OF_RULE = 80;

    private final String issuer;
    private final Secrets secrets;
    private final InstantSource clock;

    FeedEvents(String issuer, Secrets secrets, InstantSource clock) {
        this.issuer = issuer;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// What was taken back between two positions; if it is one thing, in the words of CAEP too, where they fit.
    byte[] revoked(KeyRing keys, Audience api, long before, long after, List<Revocation> entries) {
        List<Signal> signals = entries.size() == 1 ? signals(entries.getFirst()) : List.of();
        Map<String, ?> subject =
                signals.isEmpty() ? Map.of() : signals.getFirst().subject();
        byte[] event = signed(keys, api, before, after, entries.size(), subject, json -> {
            json.name(REVOKED).beginObject();
            rules(json, entries);
            json.endObject();
            for (Signal signal : signals) json.name(signal.type().uri()).value(signal.event());
        });
        return framed("revocation", after, event);
    }

    /// One part of all that an API has to know.
    ///
    /// @param part from 1; only the last one moves the reader to the position
    byte[] snapshot(KeyRing keys, Audience api, long position, int part, int parts, List<Revocation> entries) {
        byte[] event = signed(keys, api, position, position, entries.size(), json -> {
            json.name(SNAPSHOT).beginObject().member("part", part).member("parts", parts);
            rules(json, entries);
            json.endObject();
        });
        return part == parts ? framed("snapshot", position, event) : framed("snapshot", event);
    }

    /// The first event of a connection that has asked with a nonce: it was made for this connection, and now.
    byte[] hello(KeyRing keys, Audience api, long position, String nonce) {
        byte[] event = signed(
                keys,
                api,
                position,
                position,
                0,
                json -> json.name(HELLO).beginObject().member("nonce", nonce).endObject());
        return lines("event: hello\ndata: ", event);
    }

    /// All is known up to the position, as of now.
    byte[] heartbeat(KeyRing keys, Audience api, long before, long after) {
        byte[] event = signed(
                keys,
                api,
                before,
                after,
                0,
                json -> json.name(HEARTBEAT).beginObject().endObject());
        return framed("heartbeat", after, event);
    }

    /// The key set: also keys that will sign later.
    byte[] keys(KeyRing keys, Audience api, long position) {
        byte[] event = signed(
                keys,
                api,
                position,
                position,
                0,
                json -> json.name(KEYS)
                        .beginObject()
                        .name("jwks")
                        .value(jwks(keys))
                        .endObject());
        return framed("keys", position, event);
    }

    /// All that one entry means, about one subject.
    private List<Signal> signals(Revocation entry) {
        Optional<SessionId> session =
                entry.kind() == Revocation.Kind.SESSION ? Optional.of(new SessionId(entry.id())) : Optional.empty();
        boolean fits = entry.kind() == Revocation.Kind.SESSION || entry.kind() == Revocation.Kind.SUBJECT;
        if (!fits) return List.of();
        return Signal.of(entry, new About(Optional.empty(), session, Optional.empty(), Map.of()), issuer).stream()
                .filter(signal -> signal.type() != EventType.TOKEN_CLAIMS_CHANGE) // Nobody here knows the new claims.
                .toList();
    }

    private byte[] signed(
            KeyRing keys, Audience api, long before, long after, int rules, Consumer<JsonWriter> writeEvent) {
        return signed(keys, api, before, after, rules, Map.of(), writeEvent);
    }

    private byte[] signed(
            KeyRing keys,
            Audience api,
            long before,
            long after,
            int rules,
            Map<String, ?> subject,
            Consumer<JsonWriter> writeEvent) {
        JwsSigner signer =
                keys.announcer(TYPE).orElseThrow(() -> new IllegalStateException("no key for announcements"));
        Instant now = clock.instant();
        JsonWriter json = new JsonWriter(USUAL_SIZE + rules * SIZE_OF_RULE)
                .beginObject()
                .member("iss", issuer)
                .member("aud", api.value())
                .member("iat", now.getEpochSecond())
                .member("jti", secrets.id())
                .member("pos", after)
                .member("prev", before)
                .member("now", now.toEpochMilli());
        if (!subject.isEmpty()) json.name("sub_id").value(subject);
        json.name("events").beginObject();
        writeEvent.accept(json);
        byte[] claims = json.endObject().endObject().toByteArray();
        return signer.sign(claims).getBytes(StandardCharsets.US_ASCII);
    }

    private static void rules(JsonWriter json, List<Revocation> entries) {
        json.name("rules").beginArray();
        for (Revocation entry : entries) {
            json.beginArray()
                    .value(entry.kind().name().toLowerCase(Locale.ROOT))
                    .value(entry.id())
                    .value(entry.position())
                    .value(entry.issuedBefore().getEpochSecond())
                    .value(roundedUp(entry.forgetAt()))
                    .endArray();
        }
        json.endArray();
    }

    private static long roundedUp(Instant instant) {
        return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    }

    private static Map<String, Object> jwks(KeyRing keys) {
        try {
            return Json.parseObject(keys.jwksJson());
        } catch (JsonException e) {
            throw new IllegalStateException("the key set is not what we wrote", e);
        }
    }

    private static byte[] framed(String type, long id, byte[] data) {
        return lines("id: " + id + "\nevent: " + type + "\ndata: ", data);
    }

    private static byte[] framed(String type, byte[] data) {
        return lines("event: " + type + "\ndata: ", data);
    }

    private static byte[] lines(String head, byte[] data) {
        byte[] start = head.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[start.length + data.length + 2];
        System.arraycopy(start, 0, frame, 0, start.length);
        System.arraycopy(data, 0, frame, start.length, data.length);
        frame[frame.length - 2] = '\n';
        frame[frame.length - 1] = '\n';
        return frame;
    }
}
