package dev.handstamp.server.protocol.introspection;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.issuance.AccessTokens;
import java.time.Instant;
import java.util.Map;

/// An access token whose signature and claims were found right, and the answer that describes it while it is active.
final class SeenToken {

    private static final int USUAL_SIZE = 700;

    private final TokenFacts facts;
    private final Instant expiresAt;
    private final boolean tellsOfProfile;
    private final byte[] description;

    /// Where the username is told; both the same if it is not.
    private final int nameStart;

    private final int nameEnd;

    private SeenToken(AccessToken token, String username) {
        this.facts = AccessTokens.facts(token);
        this.expiresAt = token.expiresAt();
        this.tellsOfProfile = token.scopes().contains(IdentityScope.PROFILE.wireName());
        JsonWriter json =
                new JsonWriter(USUAL_SIZE).beginObject().member("active", true).member("token_type", tokenType(token));
        this.nameStart = json.size();
        if (!username.isEmpty()) json.member("username", username);
        this.nameEnd = json.size();
        this.description = describe(token, json);
    }

    static SeenToken of(AccessToken token, String username) {
        return new SeenToken(token, username);
    }

    TokenFacts facts() {
        return facts;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    /// What an API is told: RFC 7662 §2.2 in UTF-8. Not a copy: do not write into it.
    byte[] description() {
        return description;
    }

    /// What a client is told: who its user is, only if that was granted, and never past a pairwise name.
    byte[] description(Client client) {
        if (nameStart == nameEnd || (tellsOfProfile && !client.isPairwise())) return description;
        byte[] nameless = new byte[description.length - (nameEnd - nameStart)];
        System.arraycopy(description, 0, nameless, 0, nameStart);
        System.arraycopy(description, nameEnd, nameless, nameStart, description.length - nameEnd);
        return nameless;
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
    private static byte[] describe(AccessToken token, JsonWriter json) {
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
