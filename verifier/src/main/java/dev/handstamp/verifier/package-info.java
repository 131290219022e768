/// What an API embeds: find the issuer's keys, check a token, ask for privileges, challenge a caller (RFC 6750).
///
/// Begin with [dev.handstamp.verifier.TokenVerifier]; a web framework asks [dev.handstamp.verifier.Doorkeeper].
/// What a caller sends is answered with a value and never with an exception; a setting that makes no sense is an
/// `IllegalArgumentException` when the object is made.
///
/// Nothing takes or answers null unless it says so (`@Nullable`). All types but the builders may be shared
/// between threads. What runs in the background are daemon threads, and ends with `close()`.
@NullMarked
package dev.handstamp.verifier;

import org.jspecify.annotations.NullMarked;
