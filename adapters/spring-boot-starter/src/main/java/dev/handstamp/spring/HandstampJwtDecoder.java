package dev.handstamp.spring;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.TokenVerifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.JwtValidators;

/// Spring Security's door to a [TokenVerifier].
///
/// What the verifier accepts must also pass Spring's own validators, among them the one that binds a token to a
/// client certificate (RFC 8705), and those that the application added.
public final class HandstampJwtDecoder implements JwtDecoder {

    private static final Log LOG = LogFactory.getLog(HandstampJwtDecoder.class);

    private static final int UNAVAILABLE = 503;

    private final TokenVerifier verifier;
    private final OAuth2TokenValidator<Jwt> validator;
    private final JwtTranslation translation = new JwtTranslation();
    private final TokenCounts counts = new TokenCounts();

    private HandstampJwtDecoder(TokenVerifier verifier, OAuth2TokenValidator<Jwt> validator) {
        this.verifier = verifier;
        this.validator = validator;
    }

    /// A decoder for one more issuer, say.
    ///
    /// @param verifier what checks tokens; the caller closes it
    /// @return a decoder with Spring's default validators
    public static HandstampJwtDecoder of(TokenVerifier verifier) {
        return of(verifier, List.of("JWT"), List.of());
    }

    /// The same, with validators that a token must pass too.
    ///
    /// @param otherTypes beside `at+jwt`; the verifier has judged `typ` already, and Spring's default would refuse
    ///     every `at+jwt`
    static HandstampJwtDecoder of(
            TokenVerifier verifier,
            Collection<String> otherTypes,
            Collection<? extends OAuth2TokenValidator<Jwt>> validators) {
        List<OAuth2TokenValidator<Jwt>> all = new ArrayList<>(validators);
        if (all.stream().noneMatch(JwtTypeValidator.class::isInstance)) all.add(types(otherTypes));
        return new HandstampJwtDecoder(verifier, JwtValidators.createDefaultWithValidators(all));
    }

    /// Checks a token.
    ///
    /// @param token its text, from anybody
    /// @return the token in Spring's form
    /// @throws TokenRefusedException if the verifier refuses it
    /// @throws JwtValidationException if one of Spring's validators does
    /// @throws VerificationUnavailableException if it cannot be judged now
    @Override
    public Jwt decode(String token) {
        Verification verification = verifier.verifyForHolder(token);
        if (verification instanceof Rejected rejected) throw refusal(rejected);

        AccessToken accessToken = ((Verified) verification).accessToken();
        if (accessToken.isBound() && !springLooksAtTheHolder(accessToken)) {
            throw refusal(new Rejected(Reason.BINDING_UNKNOWN, "cnf"));
        }
        Jwt jwt = translation.jwt(token, accessToken);
        OAuth2TokenValidatorResult result = validator.validate(jwt);
        if (result.hasErrors()) {
            counts.refuseByApplication();
            throw new JwtValidationException(firstDescription(result.getErrors()), result.getErrors());
        }
        counts.accept();
        return jwt;
    }

    TokenCounts counts() {
        return counts;
    }

    /// Spring compares the certificate in [JwtValidators], and the key in its own DPoP filter; its bearer
    /// filter takes no token that is bound to a key.
    private static boolean springLooksAtTheHolder(AccessToken accessToken) {
        return accessToken.claims().get("cnf").orElse("") instanceof Map<?, ?> confirmation
                && (confirmation.get("jkt") instanceof String || confirmation.get("x5t#S256") instanceof String);
    }

    private RuntimeException refusal(Rejected rejected) {
        counts.refuse(rejected.reason());
        boolean unavailable = Challenge.invalidToken(rejected.reason()).status() == UNAVAILABLE;
        if (LOG.isDebugEnabled()) {
            LOG.debug("token refused: " + rejected.reason().code() + " " + rejected.detail());
        }
        return unavailable ? new VerificationUnavailableException(rejected) : new TokenRefusedException(rejected);
    }

    private static JwtTypeValidator types(Collection<String> otherTypes) {
        List<String> types = new ArrayList<>(List.of("at+jwt", "application/at+jwt"));
        for (String type : otherTypes) types.addAll(List.of(type, "application/" + type));
        JwtTypeValidator validator = new JwtTypeValidator(types);
        validator.setAllowEmpty(true);
        return validator;
    }

    private static String firstDescription(Collection<OAuth2Error> errors) {
        return errors.stream()
                .map(OAuth2Error::getDescription)
                .filter(description -> description != null && !description.isEmpty())
                .findFirst()
                .orElse("the token was refused by a validator of the application");
    }
}
