package dev.handstamp.server.administration;

import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.TokenWalk;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// Looks at somebody's token as this node's own checks do. A token is neither kept nor logged.
public final class TokenDebugger {

    /// How the checks went.
    ///
    /// @param token without anything around it
    /// @param known what was known at that time
    public record Looked(String token, TokenWalk walk, Snapshot known, Instant at) {

        /// Says which token it is about by nothing that stands in it.
        @Override
        public String toString() {
            return "Looked[" + walk + "]";
        }
    }

    private final Live live;
    private final AccessTokens tokens;
    private final InstantSource clock;

    public TokenDebugger(Live live, AccessTokens tokens, InstantSource clock) {
        this.live = live;
        this.tokens = tokens;
        this.clock = clock;
    }

    /// Walks a token through every check.
    ///
    /// @param text the token as it was pasted: with blanks in it, or what stands before it in a header
    public Looked look(String text) {
        String token = text.replaceAll("\\s", "");
        for (String scheme : List.of("Bearer", "DPoP")) {
            if (token.regionMatches(true, 0, scheme, 0, scheme.length())) token = token.substring(scheme.length());
        }
        if (token.isEmpty()) throw Refused.about("token", "admin.token.none");
        Snapshot known = live.current();
        Instant now = clock.instant();
        return new Looked(token, tokens.walk(token, known, now), known, now);
    }
}
