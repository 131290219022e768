/// Where a user decides what a client may do.
@NullMarked
package dev.handstamp.server.web.consent;

import org.jspecify.annotations.NullMarked;
