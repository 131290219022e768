/// The verifier as a small HTTP service for proxies, on Jetty.
module dev.handstamp.forwardauth {
    requires transitive dev.handstamp.verifier;
    requires org.eclipse.jetty.server;
    requires static org.jspecify;

    exports dev.handstamp.forwardauth;
}
