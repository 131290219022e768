package dev.handstamp.spring;

import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import org.springframework.security.oauth2.jwt.JwtException;

/// Nobody can judge the token at the moment: the issuer's keys, or its answer, cannot be had.
///
/// Spring Security makes an `AuthenticationServiceException` of it; a filter of the starter answers 503 with
/// `Retry-After`.
public final class VerificationUnavailableException extends JwtException {

    private static final long serialVersionUID = 1L;

    /// What could not be had.
    private final Reason reason;

    VerificationUnavailableException(Rejected rejected) {
        super("the token cannot be checked: " + rejected.reason().code() + " " + rejected.detail());
        this.reason = rejected.reason();
    }

    /// {@return what could not be had}
    public Reason reason() {
        return reason;
    }
}
