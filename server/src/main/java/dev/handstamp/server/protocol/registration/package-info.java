/// Where clients register themselves (RFC 7591) and look after their registration (RFC 7592).
@NullMarked
package dev.handstamp.server.protocol.registration;

import org.jspecify.annotations.NullMarked;
