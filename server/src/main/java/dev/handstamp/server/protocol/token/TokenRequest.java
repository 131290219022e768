package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.util.Optional;

/// What the token endpoint is asked for.
sealed interface TokenRequest {

    /// RFC 6749 §4.4.2, RFC 8707 §2.2
    record ClientCredentials(Optional<Audience> audience, Optional<Scopes> scopes) implements TokenRequest {}

    /// RFC 6749 §4.1.3, RFC 7636 §4.5
    record Code(Secret code, Optional<String> redirectUri, Optional<String> verifier, Optional<Audience> audience)
            implements TokenRequest {

        /// Leaves the verifier out.
        @Override
        public String toString() {
            return "Code[hidden]";
        }
    }

    /// RFC 6749 §6
    record Refresh(Secret token, Optional<Audience> audience, Optional<Scopes> scopes) implements TokenRequest {}

    record Malformed(OAuthError error) implements TokenRequest {}

    static TokenRequest parse(Form form) {
        Optional<String> name = form.get("grant_type");
        if (name.isEmpty()) return malformed(ErrorCode.INVALID_REQUEST, "grant_type is missing.");
        Optional<GrantType> type = GrantType.named(name.get());
        if (type.isEmpty()) {
            return malformed(
                    ErrorCode.UNSUPPORTED_GRANT_TYPE,
                    "grant_type can be authorization_code, client_credentials or refresh_token.");
        }
        Optional<Scopes> scopes = form.get("scope").flatMap(Scopes::parse);
        if (form.get("scope").isPresent() && scopes.isEmpty()) {
            return malformed(ErrorCode.INVALID_SCOPE, "scope must be scope tokens with single blanks between.");
        }
        Optional<String> resource = form.get("resource");
        Optional<String> audience = form.get("audience");
        if (resource.isPresent() && audience.isPresent() && !resource.equals(audience)) {
            return malformed(ErrorCode.INVALID_REQUEST, "resource and audience name two APIs.");
        }
        Optional<String> target = resource.or(() -> audience);
        Optional<Audience> api = target.flatMap(Audience::parse);
        if (target.isPresent() && api.isEmpty()) {
            return malformed(ErrorCode.INVALID_TARGET, "The API must be " + Audience.FORM + ".");
        }
        return switch (type.get()) {
            case AUTHORIZATION_CODE -> code(form, api);
            case CLIENT_CREDENTIALS -> new ClientCredentials(api, scopes);
            case REFRESH_TOKEN -> refresh(form, api, scopes);
        };
    }

    private static TokenRequest code(Form form, Optional<Audience> api) {
        Optional<String> code = form.get("code");
        return code.isPresent()
                ? new Code(new Secret(code.get()), form.get("redirect_uri"), form.get("code_verifier"), api)
                : malformed(ErrorCode.INVALID_REQUEST, "code is missing.");
    }

    private static TokenRequest refresh(Form form, Optional<Audience> api, Optional<Scopes> scopes) {
        Optional<String> token = form.get("refresh_token");
        return token.isPresent()
                ? new Refresh(new Secret(token.get()), api, scopes)
                : malformed(ErrorCode.INVALID_REQUEST, "refresh_token is missing.");
    }

    private static Malformed malformed(ErrorCode code, String description) {
        return new Malformed(new OAuthError(code, description));
    }
}
