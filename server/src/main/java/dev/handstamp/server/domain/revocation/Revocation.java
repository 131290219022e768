package dev.handstamp.server.domain.revocation;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/// One entry of the revocation log: tokens of this kind and identifier that were issued before it are refused.
///
/// @param position     its place in the log: later commits have higher positions. A token that was issued without
///                     knowledge of it is refused
/// @param cause        what happened, as the audit trail names it
/// @param audiences    the APIs at which there can be a token that it refuses; empty: any API
/// @param issuedBefore the cut-off by the clock: a token of an earlier second is refused in any case
/// @param forgetAt     when no token that it concerns can still be unexpired
public record Revocation(
        long position,
        Instant at,
        Kind kind,
        String id,
        String cause,
        Set<Audience> audiences,
        Instant issuedBefore,
        Instant forgetAt) {

    /// With more than this, telling everybody is simpler.
    public static final int MOST_AUDIENCES = 20;

    /// As long as any token can live at any API, and a verifier whose clock is behind may still hold it for good.
    public static final Duration LONGEST_REMEMBERED = Api.LONGEST_TOKEN_LIFETIME.plusSeconds(60);

    /// What an entry's identifier names.
    public enum Kind {
        TOKEN, // jti
        SESSION, // sid
        GRANT, // grant_id
        SUBJECT, // sub
        CLIENT, // client_id
        API, // aud
        ISSUER // everything; the identifier is empty
    }

    public Revocation {
        audiences = audiences.size() > MOST_AUDIENCES ? Set.of() : Set.copyOf(audiences);
    }

    /// Whether this API has to be told.
    public boolean concerns(Audience api) {
        return audiences.isEmpty() || audiences.contains(api);
    }
}
