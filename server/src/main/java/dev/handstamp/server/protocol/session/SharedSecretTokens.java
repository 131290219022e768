package dev.handstamp.server.protocol.session;

import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;

/// The answer to a token that is signed with a secret which an API shares (HS256): that API could have made it for any
/// user and any session, so it proves nothing here.
final class SharedSecretTokens {

    private SharedSecretTokens() {}

    static Response refused() {
        return new OAuthError(
                        ErrorCode.INVALID_TOKEN,
                        "Its API shares the secret that signs this token, so it proves nothing here; to sign out, send"
                                + " the refresh token as the cookie "
                                + SessionCookies.REFRESH
                                + ".")
                .toResponse();
    }
}
