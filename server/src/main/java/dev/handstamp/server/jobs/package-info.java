/// What the server does without being asked: it turns its keys and clears away what has expired.
@NullMarked
package dev.handstamp.server.jobs;

import org.jspecify.annotations.NullMarked;
