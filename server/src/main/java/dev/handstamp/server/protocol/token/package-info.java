/// The token endpoint (RFC 6749 §3.2): one class for each grant type.
@NullMarked
package dev.handstamp.server.protocol.token;

import org.jspecify.annotations.NullMarked;
