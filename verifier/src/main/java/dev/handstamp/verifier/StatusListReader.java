package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Turns a status list token into what it says, or refuses it.
///
/// It must be of type `statuslist+jwt`, signed by a public key of the issuer, be about the very address that it was
/// fetched from, be issued already and not be over.
///
/// @see <a href="https://datatracker.ietf.org/doc/html/draft-ietf-oauth-status-list-20#section-8.3">Token Status
///     List §8.3</a>
final class StatusListReader {

    private static final String TYPE = "statuslist+jwt";
    private static final Duration SKEW = Duration.ofSeconds(60);
    private static final Duration DEFAULT_TTL = Duration.ofSeconds(60);
    private static final Duration LEAST_TTL = Duration.ofSeconds(1);

    private final String issuer;
    private final JwkSetSource keys;
    private final Duration maximumAge;

    /// @param maximumAge how long a list is kept at most, whatever it says itself
    StatusListReader(String issuer, JwkSetSource keys, Duration maximumAge) {
        this.issuer = issuer;
        this.keys = keys;
        this.maximumAge = maximumAge;
    }

    /// A list, and until when it may be used.
    ///
    /// @param ttl how long after it was fetched it is fresh
    /// @param end when it is over, by its own `exp`
    record Listed(Statuses statuses, Duration ttl, Instant end) {}

    Listed read(byte[] answer, String address, Instant now) throws UnusableAnswerException {
        String text = new String(answer, StandardCharsets.ISO_8859_1).strip();
        Jws jws = Jws.parse(text).orElseThrow(() -> new UnusableAnswerException(address + " answered no signed list"));
        Map<String, Object> header = jws.unverifiedHeader();
        if (!TYPE.equals(header.get("typ"))) throw new UnusableAnswerException(address + " answered another typ");
        if (!(header.get("kid") instanceof String keyId)) {
            throw new UnusableAnswerException(address + " answered a list without kid");
        }
        byte[] payload = jws.verify(key(keyId))
                .orElseThrow(() -> new UnusableAnswerException(address + " answered a list with a wrong signature"));
        try {
            return listed(Claims.of(Json.parseObject(payload)), address, now);
        } catch (JsonException e) {
            throw new UnusableAnswerException(address + " answered a list that is no JSON object: " + e.getMessage());
        }
    }

    private VerificationKey key(String keyId) throws UnusableAnswerException {
        Optional<VerificationKey> key = keys.current().find(keyId);
        if (key.isEmpty()) key = keys.lookFor(keyId).find(keyId);
        if (key.isEmpty() || key.get().algorithm().isSymmetric()) {
            throw new UnusableAnswerException("a status list signed by a key that the issuer does not publish");
        }
        return key.get();
    }

    private Listed listed(Claims claims, String address, Instant now) throws UnusableAnswerException {
        if (claims.has("iss") && !claims.string("iss").equals(Optional.of(issuer))) {
            throw new UnusableAnswerException("a status list of another issuer");
        }
        if (!claims.string("sub").equals(Optional.of(address))) {
            throw new UnusableAnswerException("a status list whose sub is not " + address);
        }
        Instant issuedAt = claims.instant("iat").orElse(Instant.MAX);
        if (issuedAt.isAfter(now.plus(SKEW))) throw new UnusableAnswerException("a status list from the future");
        boolean endless = !claims.has("exp");
        Instant end = endless ? Instant.MAX : claims.instant("exp").orElse(Instant.MIN);
        if (!end.isAfter(now)) throw new UnusableAnswerException("a status list that is over");
        if (!(claims.toMap().get("status_list") instanceof Map<?, ?> list)) {
            throw new UnusableAnswerException("a status list token without status_list");
        }
        return new Listed(Statuses.parse(list), ttl(claims), end);
    }

    private Duration ttl(Claims claims) throws UnusableAnswerException {
        if (!claims.has("ttl")) return shorter(DEFAULT_TTL, maximumAge);
        long seconds = claims.integer("ttl").orElse(0L);
        if (seconds <= 0) throw new UnusableAnswerException("a status list whose ttl is not a positive number");
        Duration ttl = Duration.ofSeconds(Math.min(seconds, maximumAge.toSeconds()));
        return ttl.compareTo(LEAST_TTL) < 0 ? LEAST_TTL : ttl;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
