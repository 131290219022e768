/// Who asks for tokens: clients and the APIs that tokens are for (RFC 6749 §2, RFC 8707 §2).
@NullMarked
package dev.handstamp.server.domain.client;

import org.jspecify.annotations.NullMarked;
