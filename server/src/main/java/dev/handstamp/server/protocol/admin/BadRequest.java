package dev.handstamp.server.protocol.admin;

/// The request itself is not as the document of the API says it has to be, and the message says where.
final class BadRequest extends RuntimeException {

    private static final long serialVersionUID = 1;

    BadRequest(String detail) {
        super(detail, null, false, false);
    }
}
