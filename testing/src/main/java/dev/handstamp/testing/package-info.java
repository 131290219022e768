/// A real issuer for the tests of any API: real keys, real tokens, a real key set over HTTP.
@NullMarked
package dev.handstamp.testing;

import org.jspecify.annotations.NullMarked;
