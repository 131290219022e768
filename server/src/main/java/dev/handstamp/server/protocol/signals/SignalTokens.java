package dev.handstamp.server.protocol.signals;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.domain.signal.EventType;
import dev.handstamp.server.domain.signal.PendingEvent;
import dev.handstamp.server.domain.signal.Signal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes events as security event tokens: one event each, about `sub_id`, signed with RS256.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8417">RFC 8417, Security Event Token</a>
/// @see <a href="https://openid.net/specs/openid-sharedsignals-framework-1_0-final.html">Shared Signals Framework 1.0
///     §4.1</a>
final class SignalTokens {

    private static final String TYPE = "secevent+jwt";

    private final String issuer;
    private final Secrets secrets;

    SignalTokens(String issuer, Secrets secrets) {
        this.issuer = issuer;
        this.secrets = secrets;
    }

    /// What happened to a user or a session.
    ///
    /// @param position of the log's entry: events of one cause share it
    PendingEvent of(Signal signal, ClientId receiver, long position, Instant now) {
        String id = secrets.id();
        Map<String, Object> claims = claims(id, receiver, now);
        claims.put("txn", "revocation-" + position);
        claims.put("sub_id", signal.subject());
        claims.put("events", Map.of(signal.type().uri(), signal.event()));
        return pending(id, claims, false, now);
    }

    /// What happened to the stream itself.
    PendingEvent of(EventType type, EventStream stream, Map<String, String> event, Instant now) {
        String id = secrets.id();
        Map<String, Object> claims = claims(id, stream.client(), now);
        claims.put("sub_id", Map.of("format", "opaque", "id", stream.id()));
        claims.put("events", Map.of(type.uri(), event));
        return pending(id, claims, type == EventType.STREAM_UPDATED, now);
    }

    String signed(PendingEvent event, KeyRing keys) {
        JwsSigner signer = keys.signer(Algorithm.RS256, new Audience(issuer), TYPE)
                .orElseThrow(() -> new IllegalStateException("no key signs RS256"));
        return signer.sign(event.claims().getBytes(StandardCharsets.UTF_8));
    }

    private Map<String, Object> claims(String id, ClientId receiver, Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", receiver.value());
        claims.put("iat", now.getEpochSecond());
        claims.put("jti", id);
        return claims;
    }

    private static PendingEvent pending(String id, Map<String, Object> claims, boolean aboutStream, Instant now) {
        String json = Json.text(claims);
        return new PendingEvent(id, json, aboutStream, now);
    }
}
