/// What anyone may know of this server: its metadata (RFC 8414) and its public keys (RFC 7517 §5).
@NullMarked
package dev.handstamp.server.protocol.discovery;

import org.jspecify.annotations.NullMarked;
