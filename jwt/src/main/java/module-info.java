/// Tokens, keys and signatures, without I/O.
module dev.handstamp.jwt {
    requires static transitive org.jspecify;

    exports dev.handstamp.json;
    exports dev.handstamp.jwt;
}
