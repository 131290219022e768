package dev.handstamp.server.domain.client;

import java.util.Locale;

/// How a client came to be known.
public enum ClientOrigin {
    /// An administrator has registered it.
    ADMINISTERED,

    /// It has registered itself (RFC 7591).
    REGISTERED,

    /// Its identifier is the address of a document that describes it (OAuth Client ID Metadata Document).
    DOCUMENT;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
