/// What an API embeds to trust the tokens of an issuer: keys, revocations, requirements, challenges.
///
/// It needs nothing but the JDK and `dev.handstamp.jwt`; jspecify only to compile against the annotations of
/// null.
module dev.handstamp.verifier {
    requires transitive dev.handstamp.jwt;
    requires java.net.http;
    requires static org.jspecify;

    exports dev.handstamp.verifier;
}
