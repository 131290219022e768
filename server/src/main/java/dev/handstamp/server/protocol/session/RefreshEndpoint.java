package dev.handstamp.server.protocol.session;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Earned;
import dev.handstamp.server.issuance.RefreshOutcome.LevelRefused;
import dev.handstamp.server.issuance.RefreshOutcome.NotGood;
import dev.handstamp.server.issuance.RefreshOutcome.Refreshed;
import dev.handstamp.server.issuance.RefreshOutcome.ScopeRefused;
import dev.handstamp.server.issuance.RefreshOutcome.TargetRefused;
import dev.handstamp.server.issuance.RefreshRequest;
import dev.handstamp.server.issuance.Refreshes;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.session.RefreshBody.Malformed;
import dev.handstamp.server.protocol.session.RefreshBody.Refresh;
import java.util.Optional;

/// Renews the tokens of a session and rotates its refresh token: `POST /session/refresh` (RFC 6749 §6).
public final class RefreshEndpoint implements Endpoint {

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final Possession possession;
    private final Refreshes refreshes;
    private final RequestOrigin origin;

    public RefreshEndpoint(
            Live live, ClientAuthenticator authenticator, Possession possession, Refreshes refreshes, String issuer) {
        this.live = live;
        this.authenticator = authenticator;
        this.possession = possession;
        this.refreshes = refreshes;
        this.origin = new RequestOrigin(issuer);
    }

    @Override
    public Response handle(Request request) {
        return switch (RefreshBody.parse(request)) {
            case Malformed(var error) -> error.toResponse();
            case Refresh refresh
            when refresh.delivery() == Delivery.COOKIE && origin.isForeign(request) ->
                refused(ErrorCode.CROSS_SITE_REQUEST, "A page of another origin cannot use this cookie.");
            case Refresh refresh -> authenticate(request, refresh);
        };
    }

    private Response authenticate(Request request, Refresh refresh) {
        return switch (authenticator.authenticate(request, live.current().directory())) {
            case Anonymous _ -> bound(request, refresh, Client.firstParty());
            case ByClient(var client) when client.mayUse(GrantType.REFRESH_TOKEN) -> bound(request, refresh, client);
            case ByClient _ -> refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use refresh_token.");
            case ByPublicClient _, ByApi _ -> refused(ErrorCode.INVALID_CLIENT, "Client authentication failed.");
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response bound(Request request, Refresh refresh, Client client) {
        if (refresh.delivery() == Delivery.COOKIE && Possession.isShown(request)) {
            return refused(ErrorCode.INVALID_REQUEST, "A cookie comes without proofs: leave DPoP out, or the cookie.");
        }
        return switch (possession.of(request, client)) {
            case Possession.Held(var held) -> possession.answered(request, redeem(request, refresh, client, held));
            case Possession.Refused(var response) -> response;
        };
    }

    private Response redeem(Request request, Refresh refresh, Client client, Confirmation held) {
        RefreshRequest asked = new RefreshRequest(
                refresh.token(), client, refresh.scopes(), Optional.empty(), held, Callers.of(request));
        return switch (refreshes.refresh(asked)) {
            case Refreshed(var earned, var _) -> deliver(earned, refresh.delivery());
            case NotGood _ -> notGood(refresh.delivery());
            case LevelRefused(var required) ->
                refused(
                        ErrorCode.SIGN_IN_FAILED,
                        "The API asks for " + required.wireName() + " by now; sign in again with a second factor.");
            case ScopeRefused _ -> refused(ErrorCode.INVALID_SCOPE, "The scope goes beyond what was granted.");
            case TargetRefused _ -> refused(ErrorCode.INVALID_TARGET, "The grant is for another API.");
        };
    }

    private static Response deliver(Earned earned, Delivery delivery) {
        return switch (delivery) {
            case BODY -> TokenResponse.of(earned);
            case COOKIE -> SessionCookies.deliver(earned);
        };
    }

    /// A cookie that is good for nothing any more is taken away.
    private static Response notGood(Delivery delivery) {
        Response response = refused(ErrorCode.SIGN_IN_FAILED, "The refresh token is not good; sign in again.");
        return delivery == Delivery.COOKIE ? SessionCookies.clear(response) : response;
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
