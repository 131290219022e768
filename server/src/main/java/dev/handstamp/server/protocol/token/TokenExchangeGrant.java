package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.ExchangeOutcome.ActorNotAllowed;
import dev.handstamp.server.issuance.ExchangeOutcome.ActorNotGood;
import dev.handstamp.server.issuance.ExchangeOutcome.Exchanged;
import dev.handstamp.server.issuance.ExchangeOutcome.OfSharedSecret;
import dev.handstamp.server.issuance.ExchangeOutcome.ScopeRefused;
import dev.handstamp.server.issuance.ExchangeOutcome.SubjectNotGood;
import dev.handstamp.server.issuance.ExchangeOutcome.TargetRefused;
import dev.handstamp.server.issuance.ExchangeOutcome.TooManyActors;
import dev.handstamp.server.issuance.ExchangeRequest;
import dev.handstamp.server.issuance.TokenExchanges;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.Exchange;

/// Exchanges a user's access token for one that another API takes. A token that is not good is `invalid_request` here
/// (§2.2.2).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8693#section-2">RFC 8693 §2, token exchange request and response</a>
public final class TokenExchangeGrant {

    /// The one type of token that is exchanged and issued (§3).
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    private final TokenExchanges exchanges;

    public TokenExchangeGrant(TokenExchanges exchanges) {
        this.exchanges = exchanges;
    }

    Response exchange(Exchange exchange, Client client, Confirmation held, Request request) {
        // A public client proves nothing, and whoever found a token could exchange it (§5).
        if (!client.mayUse(GrantType.TOKEN_EXCHANGE) || client.isPublic()) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use token-exchange.");
        }
        ExchangeRequest asked = new ExchangeRequest(
                exchange.subjectToken(),
                exchange.actorToken(),
                client,
                exchange.audience(),
                exchange.scopes(),
                held,
                Callers.of(request));
        return switch (exchanges.exchange(asked)) {
            case Exchanged(var token) -> TokenResponse.of(token, ACCESS_TOKEN);
            case SubjectNotGood _ ->
                refused(ErrorCode.INVALID_REQUEST, "subject_token is no good access token of a user.");
            case ActorNotGood _ -> refused(ErrorCode.INVALID_REQUEST, "actor_token is no good token of this client.");
            case OfSharedSecret(var parameter) ->
                refused(
                        ErrorCode.INVALID_REQUEST,
                        parameter + " is signed with a secret that its API shares, which could have made it: only"
                                + " tokens signed with a private key are exchanged.");
            case ActorNotAllowed _ ->
                refused(ErrorCode.INVALID_REQUEST, "subject_token lets somebody else act for its user.");
            case TooManyActors _ -> refused(ErrorCode.INVALID_REQUEST, "Too many act one for the other.");
            case TargetRefused _ ->
                refused(ErrorCode.INVALID_TARGET, "This client may not exchange such a token for that API.");
            case ScopeRefused _ ->
                refused(ErrorCode.INVALID_SCOPE, "The scope goes beyond the token, its user or this client.");
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
