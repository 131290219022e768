package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.CodeOutcome.Granted;
import dev.handstamp.server.issuance.CodeOutcome.NotGood;
import dev.handstamp.server.issuance.CodeOutcome.TargetRefused;
import dev.handstamp.server.issuance.CodeRedemptions;
import dev.handstamp.server.issuance.CodeRequest;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.Code;

/// Redeems the authorization code of a registered client.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3">RFC 6749 §4.1.3, access token request</a>
public final class AuthorizationCodeGrant {

    private final CodeRedemptions redemptions;

    public AuthorizationCodeGrant(CodeRedemptions redemptions) {
        this.redemptions = redemptions;
    }

    Response redeem(Code code, Client client, Confirmation held, Request request) {
        if (!client.mayUse(GrantType.AUTHORIZATION_CODE)) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use authorization_code.");
        }
        CodeRequest asked = new CodeRequest(
                code.code(), client, code.redirectUri(), code.verifier(), code.audience(), held, Callers.of(request));
        return switch (redemptions.redeem(asked)) {
            case Granted(var tokens) -> TokenResponse.of(tokens);
            case NotGood _ -> refused(ErrorCode.INVALID_GRANT, "The authorization code is not good.");
            case TargetRefused _ -> refused(ErrorCode.INVALID_TARGET, "The grant is for another API.");
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
