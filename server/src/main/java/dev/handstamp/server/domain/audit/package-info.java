/// What happened that matters to security, as a record of facts.
@NullMarked
package dev.handstamp.server.domain.audit;

import org.jspecify.annotations.NullMarked;
