/// A real issuer in process, for the tests of any API.
///
/// It needs the JDK and `dev.handstamp.jwt`; JUnit Jupiter only where [dev.handstamp.testing.HandstampExtension]
/// is used.
module dev.handstamp.testing {
    requires transitive dev.handstamp.jwt;
    requires jdk.httpserver;
    requires static transitive org.junit.jupiter.api; // for HandstampExtension alone
    requires static org.jspecify;

    exports dev.handstamp.testing;
}
