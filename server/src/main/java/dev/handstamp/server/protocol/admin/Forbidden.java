package dev.handstamp.server.protocol.admin;

/// The administrator would pass on, or take over, more than it has ([Rights]). Thrown so that it ends whatever
/// transaction it comes up in.
final class Forbidden extends RuntimeException {

    private static final long serialVersionUID = 1;

    Forbidden(String message) {
        super(message, null, false, false);
    }
}
