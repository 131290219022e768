package dev.handstamp.server.protocol.userinfo;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.live.Snapshot;
import java.time.Instant;

/// What was answered to a token, good for as long as the token is and nothing that was known has changed.
final class Told {

    private final TokenFacts facts;
    private final Instant expiresAt;
    private final byte[] json;

    private Told(TokenFacts facts, Instant expiresAt, byte[] json) {
        this.facts = facts;
        this.expiresAt = expiresAt;
        this.json = json;
    }

    static Told of(AccessToken token, byte[] json) {
        return new Told(AccessTokens.facts(token), token.expiresAt(), json);
    }

    /// Not a copy: do not write into it.
    byte[] json() {
        return json;
    }

    boolean isGood(Snapshot known, Instant now) {
        return now.isBefore(expiresAt) && !known.revocations().revoke(facts);
    }
}
