/// What was taken back before it expired, and the rule that tells whether a token is among it.
@NullMarked
package dev.handstamp.server.domain.revocation;

import org.jspecify.annotations.NullMarked;
