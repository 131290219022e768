package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.live.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks the access tokens that this server has issued.
public final class AccessTokens {

    /// The clocks of two nodes may differ a little.
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(1);

    private static final int LONGEST = 16_384;

    private final TokenPolicy policy;

    public AccessTokens(String issuer) {
        this.policy = TokenPolicy.builder()
                .issuer(issuer)
                .anyAudience()
                .algorithms(Algorithm.values())
                .type(TokenIssuer.TYPE)
                .clockSkew(CLOCK_SKEW)
                .maximumLength(LONGEST)
                .maximumLifetime(Api.LONGEST_TOKEN_LIFETIME)
                .build();
    }

    /// The token if it is ours, unexpired and not revoked.
    public Optional<AccessToken> active(String token, Snapshot known, Instant now) {
        return signed(token, known, now).filter(found -> !known.revocations().revoke(facts(found)));
    }

    /// The token if it is ours and unexpired, revoked or not.
    public Optional<AccessToken> signed(String token, Snapshot known, Instant now) {
        Verification verification = known.keys().check(token, policy, now);
        return switch (verification) {
            case Verified(var found) when now.isBefore(found.expiresAt()) -> Optional.of(found);
            case Verified _, Rejected _ -> Optional.empty();
        };
    }

    /// The token if it is ours, even if it has expired by now: good for ending what it belongs to, and for nothing
    /// else.
    public Optional<AccessToken> signedOnce(String token, Snapshot known, Instant now) {
        Optional<Instant> end = unverifiedEnd(token);
        boolean over = end.isPresent() && !now.isBefore(end.get());
        // Checked as of its last second, signature and all: what it says of its own end is believed only then.
        return signed(token, known, over ? end.get().minusSeconds(1) : now);
    }

    /// The walk of a token through these checks, of which the last is whether it was taken back.
    public TokenWalk walk(String token, Snapshot known, Instant now) {
        Verification verification = known.keys().check(token, policy, now);
        boolean isOver = verification instanceof Verified(var found) && !now.isBefore(found.expiresAt());
        return TokenWalk.of(token, isOver ? new Rejected(Reason.EXPIRED) : verification, known);
    }

    private static Optional<Instant> unverifiedEnd(String token) {
        Optional<Jws> jws = token.length() > LONGEST ? Optional.empty() : Jws.parse(token);
        if (jws.isEmpty()) return Optional.empty();
        try {
            return Claims.of(Json.parseObject(jws.get().unverifiedPayload())).instant("exp");
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    /// Tells whether an API could have made the token itself, with the secret that it shares with this server. What
    /// such a token says counts at that API, and moves nothing here.
    public static boolean isOfSharedSecret(AccessToken token) {
        return token.algorithm().isSymmetric();
    }

    /// Whether the token can be of this grant: by its client for its API and in its session, or exchanged since by
    /// rule.
    public static boolean descends(AccessToken token, Grant grant, Directory directory) {
        if (!token.sessionId().equals(Optional.of(grant.session().value()))) return false;
        ClientId client = new ClientId(token.clientId());
        Set<Audience> audiences = audiences(token);
        if (client.equals(grant.client()) && audiences.contains(grant.audience())) return true;
        return directory.trust().exchanges().stream()
                .anyMatch(rule -> rule.client().equals(client) && audiences.contains(rule.to()));
    }

    static Set<Audience> audiences(AccessToken token) {
        return token.audience().stream().map(Audience::new).collect(Collectors.toSet());
    }

    public static TokenFacts facts(AccessToken token) {
        return new TokenFacts(
                token.jwtId(),
                token.sessionId().orElse(""),
                token.claims().string("grant_id").orElse(""),
                token.subject(),
                token.clientId(),
                token.audience(),
                new Issuance(
                        token.issuedAt(),
                        token.claims().integer(TokenIssuer.REVOCATIONS).orElse(0L)));
    }
}
