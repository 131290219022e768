/// What receivers of shared signals are told of, and how they want to be told.
@NullMarked
package dev.handstamp.server.domain.signal;

import org.jspecify.annotations.NullMarked;
