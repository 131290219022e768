package dev.handstamp.verifier;

import dev.handstamp.jwt.JwkSet;
import java.util.List;

/// One event of the revocation feed, after its signature was checked (RFC 8417).
///
/// @param position where the issuer's log stands after it, as far as it concerns this API
/// @param previous where it stood before: whoever stands elsewhere has missed something
/// @param sentAt by the issuer's clock, in milliseconds since 1970
record SecurityEvent(long position, long previous, long sentAt, Content content) {

    /// What happened.
    sealed interface Content {}

    /// These were taken back.
    record Revoked(List<Rule> rules) implements Content {}

    /// A part of everything that is taken back at this position; all of them replace what was known.
    record Snapshot(int part, int parts, List<Rule> rules) implements Content {}

    /// The keys that are published, one of them perhaps not yet in use.
    record Keys(JwkSet keys) implements Content {}

    /// The first event of a connection: it repeats what this connection has asked with, so it was made for it.
    record Hello(String nonce) implements Content {}

    /// Nothing but the time. Also what this version does not know: it says nothing about revocations.
    record Heartbeat() implements Content {}
}
