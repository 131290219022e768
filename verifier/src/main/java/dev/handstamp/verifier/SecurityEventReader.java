package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.VerificationKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns a signed Security Event Token (RFC 8417) into what it says, or refuses it.
///
/// It must be signed with ES256 by a key of the issuer, be of type `secevent+jwt` (so that no access token passes
/// for one, and the other way round), and name this issuer and this API.
final class SecurityEventReader {

    static final String OURS = "urn:handstamp:event:";

    private static final String TYPE = "secevent+jwt";
    private static final int MAXIMUM_RULES = 10_000;

    private final String issuer;
    private final String audience;
    private final JwkSetSource keys;

    SecurityEventReader(String issuer, String audience, JwkSetSource keys) {
        this.issuer = issuer;
        this.audience = audience;
        this.keys = keys;
    }

    SecurityEvent read(String text) throws UnusableAnswerException {
        Jws jws = Jws.parse(text).orElseThrow(() -> new UnusableAnswerException("an event that is not signed"));
        Map<String, Object> header = jws.unverifiedHeader();
        if (!TYPE.equals(header.get("typ"))) throw new UnusableAnswerException("an event of another typ");
        if (!(header.get("kid") instanceof String keyId)) throw new UnusableAnswerException("an event without kid");

        byte[] payload = jws.verify(key(keyId))
                .orElseThrow(() -> new UnusableAnswerException("an event with a wrong signature"));
        try {
            return event(Claims.of(Json.parseObject(payload)));
        } catch (JsonException e) {
            throw new UnusableAnswerException("an event that is no JSON object: " + e.getMessage());
        }
    }

    private VerificationKey key(String keyId) throws UnusableAnswerException {
        Optional<VerificationKey> key = keys.current().find(keyId);
        if (key.isEmpty()) key = keys.lookFor(keyId).find(keyId);
        if (key.isEmpty()) {
            throw new UnusableAnswerException("an event signed by a key that the issuer does not publish"
                    + keys.problem().map(why -> ": " + why).orElse(""));
        }
        if (key.get().algorithm() != Algorithm.ES256) {
            throw new UnusableAnswerException("an event that is not signed with ES256");
        }
        return key.get();
    }

    private SecurityEvent event(Claims claims) throws UnusableAnswerException {
        if (!claims.string("iss").equals(Optional.of(issuer))) {
            throw new UnusableAnswerException("an event of another issuer");
        }
        if (!claims.strings("aud").contains(audience)) throw new UnusableAnswerException("an event for another API");
        if (claims.string("jti").isEmpty()) throw new UnusableAnswerException("an event without jti");
        return new SecurityEvent(
                number(claims, "pos"), number(claims, "prev"), number(claims, "now"), content(events(claims)));
    }

    private static SecurityEvent.Content content(Map<?, ?> events) throws UnusableAnswerException {
        SecurityEvent.Content found = null;
        for (var event : events.entrySet()) {
            if (!(event.getKey() instanceof String type) || !type.startsWith(OURS)) continue;
            if (!(event.getValue() instanceof Map<?, ?> members) || found != null) {
                throw new UnusableAnswerException("an event with malformed events");
            }
            found = content(type.substring(OURS.length()), members);
        }
        if (found == null) throw new UnusableAnswerException("an event that says nothing");
        return found;
    }

    private static SecurityEvent.Content content(String type, Map<?, ?> members) throws UnusableAnswerException {
        return switch (type) {
            case "revoked" -> new SecurityEvent.Revoked(rules(members));
            case "snapshot" -> snapshot(members);
            case "hello" -> hello(members);
            case "keys" -> new SecurityEvent.Keys(keySet(members));
            default -> new SecurityEvent.Heartbeat();
        };
    }

    private static SecurityEvent.Snapshot snapshot(Map<?, ?> members) throws UnusableAnswerException {
        if (!(members.get("part") instanceof Long part)
                || !(members.get("parts") instanceof Long parts)
                || part < 1
                || part > parts
                || parts > Integer.MAX_VALUE) {
            throw new UnusableAnswerException("a snapshot whose parts are not numbered");
        }
        return new SecurityEvent.Snapshot(part.intValue(), parts.intValue(), rules(members));
    }

    private static SecurityEvent.Hello hello(Map<?, ?> members) throws UnusableAnswerException {
        if (members.get("nonce") instanceof String nonce) return new SecurityEvent.Hello(nonce);
        throw new UnusableAnswerException("a greeting without nonce");
    }

    private static List<Rule> rules(Map<?, ?> members) throws UnusableAnswerException {
        if (!(members.get("rules") instanceof List<?> entries) || entries.size() > MAXIMUM_RULES) {
            throw new UnusableAnswerException("an event without rules, or with too many");
        }
        var rules = new ArrayList<Rule>(entries.size());
        for (Object entry : entries) rules.add(rule(entry));
        return rules;
    }

    private static Rule rule(Object entry) throws UnusableAnswerException {
        if (entry instanceof List<?> fields
                && fields.size() >= 5
                && fields.get(0) instanceof String kind
                && fields.get(1) instanceof String id
                && fields.get(2) instanceof Long position
                && fields.get(3) instanceof Long issuedBefore
                && fields.get(4) instanceof Long forgetAt) {
            return new Rule(Rule.Kind.parse(kind), id, position, issuedBefore, forgetAt);
        }
        throw new UnusableAnswerException("a rule that is not [kind, id, position, issued before, forget at]");
    }

    private static JwkSet keySet(Map<?, ?> members) throws UnusableAnswerException {
        try {
            if (members.get("jwks") instanceof Map<?, ?> jwks) return JwkSet.parse(Json.write(texts(jwks)));
            throw new UnusableAnswerException("announced keys without jwks");
        } catch (InvalidJwkException e) {
            throw new UnusableAnswerException("announced keys that are no key set: " + e.getMessage());
        }
    }

    private static Map<?, ?> events(Claims claims) throws UnusableAnswerException {
        if (claims.toMap().get("events") instanceof Map<?, ?> events) return events;
        throw new UnusableAnswerException("an event without events");
    }

    private static long number(Claims claims, String name) throws UnusableAnswerException {
        long number = claims.integer(name).orElse(-1L);
        if (number < 0) throw new UnusableAnswerException("an event without " + name);
        return number;
    }

    @SuppressWarnings("unchecked") // The maps of our parser have text keys.
    private static Map<String, ?> texts(Map<?, ?> members) {
        return (Map<String, ?>) members;
    }
}
