/// What an API embeds to trust the tokens of an issuer.
module dev.handstamp.verifier {
    requires transitive dev.handstamp.jwt;
    requires java.net.http;
    requires static org.jspecify;

    exports dev.handstamp.verifier;
}
