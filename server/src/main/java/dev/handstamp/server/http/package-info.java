/// HTTP: requests and responses as values, the router, and the listener that serves them.
///
/// The only room that knows the HTTP server (Jetty). It bounds every input (bytes, counts, time) before an endpoint
/// sees it, and gives endpoints plain immutable values. What a path means, and what OAuth says, is left to the
/// doors.
@NullMarked
package dev.handstamp.server.http;

import org.jspecify.annotations.NullMarked;
