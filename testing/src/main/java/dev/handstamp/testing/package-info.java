/// A real issuer for the tests of any API: real keys, real tokens, a real key set over HTTP.
///
/// With JUnit begin with [dev.handstamp.testing.HandstampExtension], without it with
/// [dev.handstamp.testing.TestIssuer]. Everything listens on loopback alone. Nothing takes or answers null; all
/// types but [dev.handstamp.testing.TokenBuilder] may be shared between threads.
@NullMarked
package dev.handstamp.testing;

import org.jspecify.annotations.NullMarked;
