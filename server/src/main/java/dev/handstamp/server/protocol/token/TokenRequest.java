package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

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

    /// RFC 8628 §3.4
    record DeviceCode(Secret code, Optional<Audience> audience) implements TokenRequest {}

    /// RFC 8693 §2.1
    record Exchange(
            String subjectToken, Optional<String> actorToken, Optional<Audience> audience, Optional<Scopes> scopes)
            implements TokenRequest {

        /// Leaves the tokens out.
        @Override
        public String toString() {
            return "Exchange[hidden]";
        }
    }

    /// RFC 7523 §2.1
    record Assertion(String assertion, Optional<Audience> audience, Optional<Scopes> scopes) implements TokenRequest {

        /// Leaves the assertion out.
        @Override
        public String toString() {
            return "Assertion[hidden]";
        }
    }

    record Malformed(OAuthError error) implements TokenRequest {}

    static TokenRequest parse(Form form) {
        Optional<String> name = form.get("grant_type");
        if (name.isEmpty()) return malformed(ErrorCode.INVALID_REQUEST, "grant_type is missing.");
        Optional<GrantType> type = GrantType.named(name.get());
        if (type.isEmpty()) {
            return malformed(
                    ErrorCode.UNSUPPORTED_GRANT_TYPE,
                    "grant_type can be one of "
                            + Arrays.stream(GrantType.values())
                                    .map(GrantType::wireName)
                                    .collect(Collectors.joining(", "))
                            + ".");
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
            return malformed(ErrorCode.INVALID_TARGET, "Name one API at a time: " + Audience.FORM + ".");
        }
        return switch (type.get()) {
            case AUTHORIZATION_CODE -> code(form, api);
            case CLIENT_CREDENTIALS -> new ClientCredentials(api, scopes);
            case REFRESH_TOKEN -> refresh(form, api, scopes);
            case DEVICE_CODE -> deviceCode(form, api);
            case TOKEN_EXCHANGE -> exchange(form, api, scopes);
            case JWT_BEARER -> assertion(form, api, scopes);
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

    private static TokenRequest deviceCode(Form form, Optional<Audience> api) {
        Optional<String> code = form.get("device_code");
        return code.isPresent()
                ? new DeviceCode(new Secret(code.get()), api)
                : malformed(ErrorCode.INVALID_REQUEST, "device_code is missing.");
    }

    private static TokenRequest exchange(Form form, Optional<Audience> api, Optional<Scopes> scopes) {
        Optional<String> subject = form.get("subject_token");
        if (subject.isEmpty()) return malformed(ErrorCode.INVALID_REQUEST, "subject_token is missing.");
        Optional<String> accessToken = Optional.of(TokenExchangeGrant.ACCESS_TOKEN);
        if (!form.get("subject_token_type").equals(accessToken)) return wrongType("subject_token_type");
        if (form.has("actor_token") != form.has("actor_token_type")) {
            return malformed(ErrorCode.INVALID_REQUEST, "actor_token and actor_token_type go together.");
        }
        Optional<String> actor = form.get("actor_token");
        if (form.has("actor_token") && actor.isEmpty()) {
            return malformed(ErrorCode.INVALID_REQUEST, "actor_token is empty.");
        }
        if (actor.isPresent() && !form.get("actor_token_type").equals(accessToken)) {
            return wrongType("actor_token_type");
        }
        Optional<String> wanted = form.get("requested_token_type");
        if (wanted.isPresent() && !wanted.equals(accessToken)) return wrongType("requested_token_type");
        return new Exchange(subject.get(), actor, api, scopes);
    }

    private static TokenRequest assertion(Form form, Optional<Audience> api, Optional<Scopes> scopes) {
        Optional<String> assertion = form.get("assertion");
        return assertion.isPresent()
                ? new Assertion(assertion.get(), api, scopes)
                : malformed(ErrorCode.INVALID_REQUEST, "assertion is missing.");
    }

    private static Malformed wrongType(String parameter) {
        return malformed(ErrorCode.INVALID_REQUEST, parameter + " has to be " + TokenExchangeGrant.ACCESS_TOKEN + ".");
    }

    private static Malformed malformed(ErrorCode code, String description) {
        return new Malformed(new OAuthError(code, description));
    }
}
