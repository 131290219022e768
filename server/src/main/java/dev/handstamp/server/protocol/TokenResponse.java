package dev.handstamp.server.protocol;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Earned;
import dev.handstamp.server.issuance.IssuedToken;
import dev.handstamp.server.issuance.Tokens;
import java.util.Optional;

/// The answer that hands out tokens.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.1">RFC 6749 §5.1</a>
public final class TokenResponse {

    private static final int USUAL_SIZE = 1400;

    private TokenResponse() {}

    /// An access token alone (RFC 6749 §4.4.3).
    public static Response of(IssuedToken token) {
        return respond(write(token));
    }

    /// An access token that was exchanged for another token (RFC 8693 §2.2.1).
    public static Response of(IssuedToken token, String issuedTokenType) {
        return respond(write(token).member("issued_token_type", issuedTokenType));
    }

    /// An access token and the refresh token for the next one. `refresh_token_expires_in` is not of the RFC.
    public static Response of(Earned earned) {
        return of(earned, Optional.empty());
    }

    /// The same, and an ID token where there is one (OpenID Connect Core §12.2).
    public static Response of(Earned earned, Optional<String> idToken) {
        JsonWriter json = write(earned.accessToken())
                .member("refresh_token", earned.refreshToken().value())
                .member("refresh_token_expires_in", earned.refreshLifetime().toSeconds());
        idToken.ifPresent(token -> json.member("id_token", token));
        return respond(json);
    }

    /// What a grant yields: an access token, a refresh token where the client may have one, and an ID token where it
    /// asked
    /// who the user is (OpenID Connect Core §3.1.3.3).
    public static Response of(Tokens tokens) {
        JsonWriter json = write(tokens.accessToken());
        tokens.refreshToken()
                .ifPresent(refreshable -> json.member(
                                "refresh_token", refreshable.token().value())
                        .member(
                                "refresh_token_expires_in",
                                refreshable.lifetime().toSeconds()));
        tokens.idToken().ifPresent(token -> json.member("id_token", token));
        return respond(json);
    }

    private static JsonWriter write(IssuedToken token) {
        JsonWriter json = new JsonWriter(USUAL_SIZE)
                .beginObject()
                .member("access_token", token.token())
                .member("token_type", token.bound().tokenType())
                .member("expires_in", token.lifetime().toSeconds());
        if (!token.scopes().isEmpty()) json.member("scope", token.scopes().toString());
        return json;
    }

    private static Response respond(JsonWriter json) {
        return Response.json(200, json.endObject().toByteArray()).noStore();
    }
}
