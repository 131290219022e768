/// What the server knows in memory (clients, APIs, roles, keys, revocations), and how that stays true.
///
/// Reads the store and never writes. Who needs the truth of this moment asks for it; who can do with the last known,
/// such as the key set while the database is down, gets that without waiting.
@NullMarked
package dev.handstamp.server.live;

import org.jspecify.annotations.NullMarked;
