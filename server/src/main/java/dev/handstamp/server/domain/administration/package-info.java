/// What administering is cut into: the scopes of the server's own API, and who may pass on what.
@NullMarked
package dev.handstamp.server.domain.administration;

import org.jspecify.annotations.NullMarked;
