package dev.handstamp.server.domain.client;

/// Why a registration is refused (RFC 7591 §3.2.2).
public enum RegistrationProblem {
    INVALID_REDIRECT_URI,
    INVALID_CLIENT_METADATA,
    INVALID_SOFTWARE_STATEMENT,
    UNAPPROVED_SOFTWARE_STATEMENT
}
