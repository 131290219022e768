/// One signed-in browser or application of one user (`sid`).
@NullMarked
package dev.handstamp.server.domain.session;

import org.jspecify.annotations.NullMarked;
