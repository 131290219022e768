/// The first-party door: an application logs its user in with JSON, and gets tokens in the body or in HttpOnly cookies.
@NullMarked
package dev.handstamp.server.protocol.session;

import org.jspecify.annotations.NullMarked;
