package dev.handstamp.spring;

import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import java.util.List;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.jwt.JwtValidationException;

/// The token is refused; Spring Security answers 401 `invalid_token`.
///
/// Its message goes out to the caller and is the same whatever was wrong. [#reason()] and the description of
/// its error are for the log.
public final class TokenRefusedException extends JwtValidationException {

    private static final long serialVersionUID = 1L;

    /// Why it is refused.
    private final Reason reason;

    TokenRefusedException(Rejected rejected) {
        super(
                "The access token is expired, revoked, malformed or not valid here",
                List.of(new OAuth2Error(
                        OAuth2ErrorCodes.INVALID_TOKEN,
                        rejected.reason().code() + ": " + rejected.reason().advice(),
                        null)));
        this.reason = rejected.reason();
    }

    /// {@return why; its code is stable, for logs and metrics}
    public Reason reason() {
        return reason;
    }
}
