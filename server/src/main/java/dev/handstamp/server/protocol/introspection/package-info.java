/// Tells authenticated clients and APIs whether a token is active (RFC 7662), signed if asked for (RFC 9701).
@NullMarked
package dev.handstamp.server.protocol.introspection;

import org.jspecify.annotations.NullMarked;
