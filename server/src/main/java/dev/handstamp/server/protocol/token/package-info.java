/// The token endpoint (RFC 6749 §3.2): client credentials and refresh tokens.
@NullMarked
package dev.handstamp.server.protocol.token;

import org.jspecify.annotations.NullMarked;
