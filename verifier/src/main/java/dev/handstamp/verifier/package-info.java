/// What an API embeds: find the issuer's keys, check a token, ask for privileges, challenge a caller (RFC 6750).
@NullMarked
package dev.handstamp.verifier;

import org.jspecify.annotations.NullMarked;
