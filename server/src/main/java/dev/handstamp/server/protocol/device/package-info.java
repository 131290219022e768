/// Where a device without keyboard or browser asks for its codes (RFC 8628 §3.1).
@NullMarked
package dev.handstamp.server.protocol.device;

import org.jspecify.annotations.NullMarked;
