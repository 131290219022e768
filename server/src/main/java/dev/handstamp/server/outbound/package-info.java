/// Requests that this server makes to addresses that others have named: one door, with one filter.
@NullMarked
package dev.handstamp.server.outbound;

import org.jspecify.annotations.NullMarked;
