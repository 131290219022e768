/// Tells authenticated clients and APIs whether a token is active (RFC 7662).
@NullMarked
package dev.handstamp.server.protocol.introspection;

import org.jspecify.annotations.NullMarked;
