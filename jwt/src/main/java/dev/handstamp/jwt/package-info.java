/// What a token is: algorithms, keys, signatures, claims and the one pure path from text to an access token.
///
/// RFC 7515, 7517 to 7519, 7638, 8725, 9068 and 9449. No I/O, no clock, no configuration: callers hand in the
/// keys and the instant. What a stranger wrote is answered with a value ([dev.handstamp.jwt.Rejected], an empty
/// `Optional`); only keys that cannot be used are a checked exception.
///
/// Nothing takes or answers null unless it says so (`@Nullable`). Every list, set and map that is handed out is
/// unmodifiable, every array is the caller's own. All types but the builders may be shared between threads.
@NullMarked
package dev.handstamp.jwt;

import org.jspecify.annotations.NullMarked;
