package dev.handstamp.server.domain.revocation;

import java.time.Instant;

/// One entry of the revocation log: tokens of this kind and identifier that were issued before it are refused.
///
/// @param position     its place in the log: later commits have higher positions. A token that was issued without
///                     knowledge of it is refused
/// @param issuedBefore the cut-off by the clock: a token of an earlier second is refused in any case
/// @param forgetAt     when no token that it concerns can still be unexpired
public record Revocation(long position, Instant at, Kind kind, String id, Instant issuedBefore, Instant forgetAt) {

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
}
