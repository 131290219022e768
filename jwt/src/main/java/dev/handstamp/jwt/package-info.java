/// What a token is: algorithms, keys, signatures, claims and the one pure path from text to an access token.
///
/// RFC 7515, 7517 to 7519, 7638, 8725 and 9068. No I/O, no clock, no configuration: callers hand in the keys and
/// the instant.
@NullMarked
package dev.handstamp.jwt;

import org.jspecify.annotations.NullMarked;
