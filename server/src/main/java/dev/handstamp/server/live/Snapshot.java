package dev.handstamp.server.live;

import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.revocation.RevocationRules;

/// What the server knows at one moment.
///
/// @param revocations shared by all snapshots: they only ever learn more
public record Snapshot(Directory directory, RevocationRules revocations, KeyRing keys) {}
