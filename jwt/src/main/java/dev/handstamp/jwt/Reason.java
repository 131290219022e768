package dev.handstamp.jwt;

import java.util.Locale;

/// Why a token was refused. Rich in the log, poor on the wire: a caller is told `invalid_token` (RFC 6750 §3.1).
///
/// A later version may have more: let a `switch` have a `default`.
public enum Reason {
    /// More characters than the policy looks at.
    TOO_LONG("Send a shorter token, or raise maximumLength."),
    /// Not three parts of base64url, or a header that is no JSON object.
    MALFORMED("Send the access token exactly as it was issued: three parts of base64url joined by two dots."),
    /// `alg` is none that this API takes.
    UNSUPPORTED_ALGORITHM("Let the issuer sign with an algorithm that this API allows, or allow the issuer's."),
    /// `crit`, `b64` or `zip`: each changes what the bytes mean.
    UNSUPPORTED_HEADER("Let the issuer leave out crit, b64 and zip: an access token has no use for them."),
    /// `typ` is that of another kind of token.
    WRONG_TYPE("Send an access token (typ at+jwt), not an ID token or another kind."),
    /// No key of the issuer has this `kid`.
    UNKNOWN_KEY("Check that the issuer publishes the key named by kid, and that its key set can be fetched."),
    /// The signature is not that of the key.
    BAD_SIGNATURE("Get a new token: this one was changed, or signed by another key."),
    /// A claim is of the wrong form, or the payload is no JSON object.
    MALFORMED_CLAIMS("Let the issuer write the claims as RFC 9068 and RFC 7519 define them."),
    /// A claim is missing that must be there.
    MISSING_CLAIM("Let the issuer include every claim that RFC 9068 section 2.2 requires."),
    /// `iss` is another.
    WRONG_ISSUER("Get the token from the issuer that this API trusts; the strings must be equal."),
    /// `aud` does not name this API.
    WRONG_AUDIENCE("Ask for a token for this API; its audience must be one of the token's, character by character."),
    /// `exp` has passed.
    EXPIRED("Get a new token."),
    /// `nbf` is yet to come.
    NOT_YET_VALID("Wait until nbf, and compare the clocks."),
    /// `iat` is yet to come.
    ISSUED_IN_THE_FUTURE("Compare the clocks of the issuer and of this machine."),
    /// From `iat` to `exp` is longer than the policy allows.
    LIFETIME_TOO_LONG("Let the issuer give tokens a shorter life, or raise maximumLifetime."),
    /// It was good, and was taken back.
    REVOKED("Log in again."),
    /// Whether it was taken back cannot be known at the moment, and the API has chosen to refuse then.
    REVOCATIONS_UNKNOWN("Check that the issuer's revocation feed can be reached from here."),
    /// There is no key to check it with, because the issuer could not be asked.
    KEYS_UNAVAILABLE("Check that the issuer's key set can be reached from here."),
    /// The issuer could not be asked about it.
    INTROSPECTION_UNAVAILABLE("Check that the issuer's introspection endpoint can be reached from here."),
    /// The issuer says that it is not active, and not why.
    INACTIVE("Get a new token: the issuer says that this one is not active."),
    /// It is bound to a key or a certificate, and was presented without.
    TOKEN_IS_BOUND("Present the token with the key or certificate that it is bound to: it is no bearer token."),
    /// It came with a proof, but is bound to no key.
    TOKEN_IS_NOT_BOUND("Send this token as Bearer, or get one that is bound to the key of the proofs."),
    /// It is bound to something that cannot be checked here.
    BINDING_UNKNOWN("Let the issuer bind tokens to a key (cnf jkt) or a certificate (cnf x5t#S256)."),
    /// Who presents it is not whom it is bound to.
    WRONG_HOLDER("Only the holder of the key or certificate that the token is bound to may present it."),
    /// The connection has no client certificate.
    CERTIFICATE_MISSING("Connect with the client certificate that the token is bound to."),
    /// There is no proof beside it, or more than one.
    DPOP_PROOF_MISSING("Send exactly one proof in the header DPoP, made for this request."),
    /// The proof is not of the form of RFC 9449, or not signed by its own key.
    DPOP_PROOF_INVALID("Make the proof as RFC 9449 section 4.2 says, and sign it with the key in its header."),
    /// The proof is for another request or another token.
    DPOP_PROOF_MISMATCH("Make the proof for this very request: its method, its address and this token."),
    /// The proof was made too long ago, or in the future.
    DPOP_PROOF_EXPIRED("Make the proof just before the request is sent, and compare the clocks."),
    /// The proof has been used before.
    DPOP_PROOF_REPLAYED("Make a new proof with a new jti for each request."),
    /// The proof lacks a nonce of this API.
    DPOP_NONCE_NEEDED("Repeat the request with the value of the header DPoP-Nonce as nonce in the proof."),
    /// More proofs than can be remembered: a new one cannot be told from a repeated one.
    DPOP_PROOFS_TOO_MANY("Send fewer requests with one key, or let the API remember more proofs.");

    private final String code;
    private final String advice;

    Reason(String advice) {
        this.code = name().toLowerCase(Locale.ROOT);
        this.advice = advice;
    }

    /// {@return a stable name for logs and metrics: the constant's own, in lower case}
    public String code() {
        return code;
    }

    /// {@return what to do about it, a sentence or two in English, for whoever reads the log}
    public String advice() {
        return advice;
    }
}
