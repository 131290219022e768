package dev.handstamp.server.protocol.session;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What `POST /session/refresh` is asked for: the refresh token stands in the body or in the cookie, and is answered
/// likewise.
sealed interface RefreshBody {

    record Refresh(Secret token, Optional<Scopes> scopes, Delivery delivery) implements RefreshBody {}

    record Malformed(OAuthError error) implements RefreshBody {}

    Set<String> KNOWN = Set.of("refresh_token", "scope");

    static RefreshBody parse(Request request) {
        if (request.query().isPresent()) return malformed("Parameters belong into the body, not into the URL.");
        if (request.body().length == 0) return parse(request, new Members(Map.of()));
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody malformed -> new Malformed(OAuthError.of(malformed));
            case JsonBody body -> parse(request, new Members(body.object()));
        };
    }

    private static RefreshBody parse(Request request, Members members) {
        Optional<OAuthError> problem = members.problem(KNOWN);
        if (problem.isPresent()) return new Malformed(problem.get());
        Optional<Scopes> scopes = members.text("scope").flatMap(Scopes::parse);
        if (members.text("scope").isPresent() && scopes.isEmpty()) {
            return new Malformed(
                    new OAuthError(ErrorCode.INVALID_SCOPE, "scope must be scope tokens with single blanks between."));
        }
        Optional<String> token = members.text("refresh_token");
        List<String> cookies = SessionCookies.refreshTokens(request);
        if (cookies.size() + (token.isPresent() ? 1 : 0) > 1) {
            return malformed("Present one refresh token: refresh_token or the cookie.");
        }
        if (token.isPresent()) return new Refresh(new Secret(token.get()), scopes, Delivery.BODY);
        if (!cookies.isEmpty()) return new Refresh(new Secret(cookies.getFirst()), scopes, Delivery.COOKIE);
        return malformed("refresh_token is missing.");
    }

    private static Malformed malformed(String description) {
        return new Malformed(Members.invalid(description));
    }
}
