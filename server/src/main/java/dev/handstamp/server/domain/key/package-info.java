/// Signing keys and their schedule: which one is next, current or retired at an instant.
@NullMarked
package dev.handstamp.server.domain.key;

import org.jspecify.annotations.NullMarked;
