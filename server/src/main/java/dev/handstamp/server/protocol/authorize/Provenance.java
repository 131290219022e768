package dev.handstamp.server.protocol.authorize;

/// How the parameters of a request came here, for clients that allow only some ways.
///
/// @param pushed whether the client itself has sent them (RFC 9126)
/// @param signed whether they stood in a request object that the client has signed (RFC 9101)
record Provenance(boolean pushed, boolean signed) {

    /// Checked before, and kept here since.
    static final Provenance KEPT = new Provenance(true, true);
}
