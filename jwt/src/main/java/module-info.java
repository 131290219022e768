/// Tokens, keys and signatures (RFC 7515, 7517 to 7519, 9068, 9449) on the JDK alone: no I/O, no clock, no other
/// library.
///
/// `dev.handstamp.jwt` is the token core, `dev.handstamp.json` the strict JSON reader and writer below it.
/// jspecify is needed only to compile against the annotations of null.
module dev.handstamp.jwt {
    requires static transitive org.jspecify;

    exports dev.handstamp.json;
    exports dev.handstamp.jwt;
}
