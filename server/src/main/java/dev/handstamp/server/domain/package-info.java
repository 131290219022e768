/// Records and rules of the server. Imports only the JDK and module `jwt`: no SQL, no HTTP, no clock, no randomness.
@NullMarked
package dev.handstamp.server.domain;

import org.jspecify.annotations.NullMarked;
