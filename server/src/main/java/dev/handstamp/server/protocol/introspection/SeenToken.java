package dev.handstamp.server.protocol.introspection;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.issuance.AccessTokens;
import java.time.Instant;
import java.util.Map;

/// An access token whose signature and claims were found right, and the answer that describes it while it is active.
final class SeenToken {

    private static final int USUAL_SIZE = 700;

    private final TokenFacts facts;
    private final Instant expiresAt;
    private final byte[] description;

    private SeenToken(TokenFacts facts, Instant expiresAt, byte[] description) {
        this.facts = facts;
        this.expiresAt = expiresAt;
        this.description = description;
    }

    static SeenToken of(AccessToken token, String username) {
        return new SeenToken(AccessTokens.facts(token), token.expiresAt(), describe(token, username));
    }

    TokenFacts facts() {
        return facts;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    /// RFC 7662 §2.2 in UTF-8. Not a copy: do not write into it.
    byte[] description() {
        return description;
    }

    /// A client may ask about its own tokens, an API about those that are for it (RFC 7662 §4).
    boolean isKnownTo(Client client) {
        return facts.client().equals(client.id().value());
    }

    boolean isKnownTo(Api api) {
        for (String audience : facts.audience()) {
            if (audience.equals(api.audience().value())) return true;
        }
        return false;
    }

    /// A token that is bound to a key is presented under another scheme (RFC 9449 §6.2, §7.1).
    private static String tokenType(AccessToken token) {
        boolean hasKey = token.claims().get("cnf").orElse("") instanceof Map<?, ?> confirmation
                && confirmation.containsKey("jkt");
        return hasKey ? "DPoP" : "Bearer";
    }

    /// Everything that the token says, so that checking it here or there comes to the same.
    private static byte[] describe(AccessToken token, String username) {
        JsonWriter json =
                new JsonWriter(USUAL_SIZE).beginObject().member("active", true).member("token_type", tokenType(token));
        if (!username.isEmpty()) json.member("username", username);
        for (Map.Entry<String, Object> claim : token.claims().toMap().entrySet()) {
            boolean taken = switch (claim.getKey()) {
                case "active", "token_type", "username" -> true;
                default -> false;
            };
            if (!taken) json.name(claim.getKey()).value(claim.getValue());
        }
        return json.endObject().toByteArray();
    }
}
