package dev.handstamp.spring;

import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import org.springframework.security.oauth2.jwt.JwtException;

/// Nobody can judge the token at the moment: the issuer's keys, or its answer, cannot be had.
///
/// Spring Security makes an `AuthenticationServiceException` of it; [RetryLaterFilter] answers 503.
public final class VerificationUnavailableException extends JwtException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    VerificationUnavailableException(Rejected rejected) {
        super("the token cannot be checked: " + rejected.reason().code() + " " + rejected.detail());
        this.reason = rejected.reason();
    }

    /// What could not be had.
    public Reason reason() {
        return reason;
    }
}
