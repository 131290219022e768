package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.RefreshOutcome.LevelRefused;
import dev.handstamp.server.issuance.RefreshOutcome.NotGood;
import dev.handstamp.server.issuance.RefreshOutcome.Refreshed;
import dev.handstamp.server.issuance.RefreshOutcome.ScopeRefused;
import dev.handstamp.server.issuance.RefreshOutcome.TargetRefused;
import dev.handstamp.server.issuance.RefreshRequest;
import dev.handstamp.server.issuance.Refreshes;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.Refresh;

/// Redeems the refresh token of a registered client.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749 §6, refreshing an access token</a>
public final class RefreshTokenGrant {

    private final Refreshes refreshes;

    public RefreshTokenGrant(Refreshes refreshes) {
        this.refreshes = refreshes;
    }

    Response redeem(Refresh refresh, Client client, Confirmation held, Request request) {
        if (!client.mayUse(GrantType.REFRESH_TOKEN)) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use refresh_token.");
        }
        RefreshRequest asked = new RefreshRequest(
                refresh.token(), client, refresh.scopes(), refresh.audience(), held, Callers.of(request));
        return switch (refreshes.refresh(asked)) {
            case Refreshed(var earned, var idToken) -> TokenResponse.of(earned, idToken);
            case NotGood _ -> refused(ErrorCode.INVALID_GRANT, "The refresh token is not good.");
            // RFC 9470 speaks of it at an API; here the client finds out in the same words.
            case LevelRefused(var required) ->
                refused(
                        ErrorCode.INVALID_GRANT,
                        "insufficient_user_authentication: the user has to sign in with acr_values="
                                + required.wireName() + ".");
            case ScopeRefused _ -> refused(ErrorCode.INVALID_SCOPE, "The scope goes beyond what was granted.");
            case TargetRefused _ -> refused(ErrorCode.INVALID_TARGET, "The grant is for another API.");
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
