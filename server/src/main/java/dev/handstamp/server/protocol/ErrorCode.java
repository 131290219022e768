package dev.handstamp.server.protocol;

/// Every error that a door answers: its wire name and HTTP status.
public enum ErrorCode {
    INVALID_REQUEST("invalid_request", 400), // RFC 6749 §5.2
    INVALID_CLIENT("invalid_client", 401), // RFC 6749 §5.2
    INVALID_GRANT("invalid_grant", 400), // RFC 6749 §5.2
    UNAUTHORIZED_CLIENT("unauthorized_client", 400), // RFC 6749 §5.2
    UNSUPPORTED_GRANT_TYPE("unsupported_grant_type", 400), // RFC 6749 §5.2
    INVALID_SCOPE("invalid_scope", 400), // RFC 6749 §5.2
    INVALID_TARGET("invalid_target", 400), // RFC 8707 §2
    AUTHORIZATION_PENDING("authorization_pending", 400), // RFC 8628 §3.5, like the next two
    SLOW_DOWN("slow_down", 400),
    EXPIRED_TOKEN("expired_token", 400),
    ACCESS_DENIED("access_denied", 400), // RFC 6749 §4.1.2.1, like the next
    UNSUPPORTED_RESPONSE_TYPE("unsupported_response_type", 400),
    LOGIN_REQUIRED("login_required", 400), // OpenID Connect Core §3.1.2.6, like the following
    CONSENT_REQUIRED("consent_required", 400),
    UNMET_AUTHENTICATION_REQUIREMENTS( // OpenID Connect Core Error Code unmet_authentication_requirements 1.0
            "unmet_authentication_requirements", 400),
    INVALID_REQUEST_OBJECT("invalid_request_object", 400), // RFC 9101 §7, like the next
    INVALID_REQUEST_URI("invalid_request_uri", 400),
    REGISTRATION_NOT_SUPPORTED("registration_not_supported", 400), // OpenID Connect Core §3.1.2.6
    INVALID_REDIRECT_URI("invalid_redirect_uri", 400), // RFC 7591 §3.2.2, like the following
    INVALID_CLIENT_METADATA("invalid_client_metadata", 400),
    INVALID_SOFTWARE_STATEMENT("invalid_software_statement", 400),
    UNAPPROVED_SOFTWARE_STATEMENT("unapproved_software_statement", 400),
    INVALID_TOKEN("invalid_token", 401), // RFC 6750 §3.1
    INSUFFICIENT_SCOPE("insufficient_scope", 403), // RFC 6750 §3.1
    INVALID_DPOP_PROOF("invalid_dpop_proof", 400), // RFC 9449 §5, §7.1
    USE_DPOP_NONCE("use_dpop_nonce", 400), // RFC 9449 §8
    SIGN_IN_FAILED(
            "invalid_grant", 401), // POST /session, POST /session/refresh: RFC 6749 §5.2, with the status of a door
    SECOND_FACTOR_REQUIRED("second_factor_required", 401), // ours: POST /session, the password was right
    NOT_SIGNED_IN(
            "not_signed_in", 401), // ours: no token was presented, so RFC 6750 §3.1 asks for no code in the header
    CROSS_SITE_REQUEST("cross_site_request", 403), // ours: a cookie does not prove that our own page sent the request
    TOO_MANY_ATTEMPTS("too_many_attempts", 429), // ours, RFC 6585 §4
    SERVER_ERROR("server_error", 500), // RFC 6749 §4.1.2.1
    TEMPORARILY_UNAVAILABLE("temporarily_unavailable", 503); // RFC 6749 §4.1.2.1

    private final String wireName;
    private final int status;

    ErrorCode(String wireName, int status) {
        this.wireName = wireName;
        this.status = status;
    }

    public String wireName() {
        return wireName;
    }

    public int status() {
        return status;
    }
}
