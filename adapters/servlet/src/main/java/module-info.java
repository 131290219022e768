/// One filter that stands in front of a servlet application (Jakarta Servlet 6).
module dev.handstamp.servlet {
    requires transitive dev.handstamp.verifier;
    requires transitive jakarta.servlet;
    requires static org.jspecify;

    exports dev.handstamp.servlet;
}
