package dev.handstamp.jwt;

import java.util.Locale;

/// Why a token was refused. Rich in the log, poor on the wire: a caller is told `invalid_token` (RFC 6750 §3.1).
public enum Reason {
    TOO_LONG("Send a shorter token, or raise maximumLength."),
    MALFORMED("Send the access token exactly as it was issued: three parts of base64url joined by two dots."),
    UNSUPPORTED_ALGORITHM("Let the issuer sign with an algorithm that this API allows, or allow the issuer's."),
    UNSUPPORTED_HEADER("Let the issuer leave out crit, b64 and zip: an access token has no use for them."),
    WRONG_TYPE("Send an access token (typ at+jwt), not an ID token or another kind."),
    UNKNOWN_KEY("Check that the issuer publishes the key named by kid, and that its key set can be fetched."),
    BAD_SIGNATURE("Get a new token: this one was changed, or signed by another key."),
    MALFORMED_CLAIMS("Let the issuer write the claims as RFC 9068 and RFC 7519 define them."),
    MISSING_CLAIM("Let the issuer include every claim that RFC 9068 section 2.2 requires."),
    WRONG_ISSUER("Get the token from the issuer that this API trusts; the strings must be equal."),
    WRONG_AUDIENCE("Ask for a token for this API; its audience must be one of the token's, character by character."),
    EXPIRED("Get a new token."),
    NOT_YET_VALID("Wait until nbf, and compare the clocks."),
    ISSUED_IN_THE_FUTURE("Compare the clocks of the issuer and of this machine."),
    LIFETIME_TOO_LONG("Let the issuer give tokens a shorter life, or raise maximumLifetime."),
    REVOKED("Log in again."),
    REVOCATIONS_UNKNOWN("Check that the issuer's revocation feed can be reached from here."),
    KEYS_UNAVAILABLE("Check that the issuer's key set can be reached from here."),
    INTROSPECTION_UNAVAILABLE("Check that the issuer's introspection endpoint can be reached from here."),
    INACTIVE("Get a new token: the issuer says that this one is not active."),
    TOKEN_IS_BOUND("Present the token with the key or certificate that it is bound to: it is no bearer token."),
    TOKEN_IS_NOT_BOUND("Send this token as Bearer, or get one that is bound to the key of the proofs."),
    BINDING_UNKNOWN("Let the issuer bind tokens to a key (cnf jkt) or a certificate (cnf x5t#S256)."),
    WRONG_HOLDER("Only the holder of the key or certificate that the token is bound to may present it."),
    CERTIFICATE_MISSING("Connect with the client certificate that the token is bound to."),
    DPOP_PROOF_MISSING("Send exactly one proof in the header DPoP, made for this request."),
    DPOP_PROOF_INVALID("Make the proof as RFC 9449 section 4.2 says, and sign it with the key in its header."),
    DPOP_PROOF_MISMATCH("Make the proof for this very request: its method, its address and this token."),
    DPOP_PROOF_EXPIRED("Make the proof just before the request is sent, and compare the clocks."),
    DPOP_PROOF_REPLAYED("Make a new proof with a new jti for each request."),
    DPOP_NONCE_NEEDED("Repeat the request with the value of the header DPoP-Nonce as nonce in the proof."),
    DPOP_PROOFS_TOO_MANY("Send fewer requests with one key, or let the API remember more proofs.");

    private final String code;
    private final String advice;

    Reason(String advice) {
        this.code = name().toLowerCase(Locale.ROOT);
        this.advice = advice;
    }

    /// A stable name for logs and metrics.
    public String code() {
        return code;
    }

    /// What to do about it, for whoever reads the log.
    public String advice() {
        return advice;
    }
}
