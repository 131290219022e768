/// Where a user connects a device that shows a code (RFC 8628 §3.3).
@NullMarked
package dev.handstamp.server.web.device;

import org.jspecify.annotations.NullMarked;
