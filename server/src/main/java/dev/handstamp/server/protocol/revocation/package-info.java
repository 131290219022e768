/// Lets a client take back its own tokens (RFC 7009).
@NullMarked
package dev.handstamp.server.protocol.revocation;

import org.jspecify.annotations.NullMarked;
