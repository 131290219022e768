package dev.handstamp.server.domain.client;

import dev.handstamp.server.domain.grant.Scopes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What an operator lets one client do: exchange users' tokens for one API into tokens for another (RFC 8693). Without
/// a rule nothing is exchanged.
///
/// @param client        who exchanges: the backend of `from`, as a rule
/// @param from          whom the tokens to exchange are for
/// @param to            whom the new tokens are for; may be the same, to narrow a token
/// @param scopes        which scope at `to` a scope of the exchanged token stands for; a scope that is not named stands
///                      for itself
/// @param impersonation whether the client may speak as the user, without being named as the actor
public record ExchangeRule(
        ClientId client,
        Audience from,
        Audience to,
        Map<String, String> scopes,
        boolean impersonation,
        Instant createdAt) {

    public ExchangeRule {
        scopes = Map.copyOf(new TreeMap<>(scopes));
    }

    /// The most that a token exchanged for one with these scopes can have.
    public Scopes translate(Scopes subject) {
        List<String> translated = new ArrayList<>();
        for (String scope : subject) translated.add(scopes.getOrDefault(scope, scope));
        return Scopes.of(translated).orElseThrow();
    }
}
