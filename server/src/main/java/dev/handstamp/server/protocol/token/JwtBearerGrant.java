package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AssertionOutcome.Issued;
import dev.handstamp.server.issuance.AssertionOutcome.NotGood;
import dev.handstamp.server.issuance.AssertionOutcome.ScopeRefused;
import dev.handstamp.server.issuance.AssertionOutcome.TargetRefused;
import dev.handstamp.server.issuance.AssertionRequest;
import dev.handstamp.server.issuance.Assertions;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.Assertion;

/// Gives a client a token for a user of whom a trusted issuer has signed an assertion. The client authenticates as
/// well.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-2.1">RFC 7523 §2.1, JWTs as authorization grants</a>
public final class JwtBearerGrant {

    private final Assertions assertions;

    public JwtBearerGrant(Assertions assertions) {
        this.assertions = assertions;
    }

    Response redeem(Assertion asked, Client client, Confirmation held, Request request) {
        if (!client.mayUse(GrantType.JWT_BEARER) || client.isPublic()) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use jwt-bearer.");
        }
        AssertionRequest presented = new AssertionRequest(
                asked.assertion(), client, asked.audience(), asked.scopes(), held, Callers.of(request));
        return switch (assertions.redeem(presented)) {
            case Issued(var token) -> TokenResponse.of(token);
            case NotGood _ -> refused(ErrorCode.INVALID_GRANT, "The assertion is not good.");
            case TargetRefused _ ->
                refused(ErrorCode.INVALID_TARGET, "Name an API that this client may ask for, as resource.");
            case ScopeRefused _ ->
                refused(ErrorCode.INVALID_SCOPE, "The user or this client does not have all of these scopes there.");
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
