/// Tells other vendors' receivers what happens to users and sessions: a transmitter of the Shared Signals Framework.
@NullMarked
package dev.handstamp.server.protocol.signals;

import org.jspecify.annotations.NullMarked;
