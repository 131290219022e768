package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.DeviceAuthorizations;
import dev.handstamp.server.issuance.DeviceCodeRequest;
import dev.handstamp.server.issuance.DeviceOutcome.Connected;
import dev.handstamp.server.issuance.DeviceOutcome.Denied;
import dev.handstamp.server.issuance.DeviceOutcome.Expired;
import dev.handstamp.server.issuance.DeviceOutcome.NotGood;
import dev.handstamp.server.issuance.DeviceOutcome.Pending;
import dev.handstamp.server.issuance.DeviceOutcome.TargetRefused;
import dev.handstamp.server.issuance.DeviceOutcome.TooFast;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.DeviceCode;

/// Answers a device that asks whether its user has decided.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.4">RFC 8628 §3.4, device access token request</a>
public final class DeviceCodeGrant {

    private final DeviceAuthorizations devices;

    public DeviceCodeGrant(DeviceAuthorizations devices) {
        this.devices = devices;
    }

    Response redeem(DeviceCode code, Client client, Confirmation held, Request request) {
        if (!client.mayUse(GrantType.DEVICE_CODE)) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use device_code.");
        }
        DeviceCodeRequest asked =
                new DeviceCodeRequest(code.code(), client, code.audience(), held, Callers.of(request));
        return switch (devices.redeem(asked)) {
            case Connected(var tokens) -> TokenResponse.of(tokens);
            case Pending _ -> refused(ErrorCode.AUTHORIZATION_PENDING, "The user has not decided yet.");
            case TooFast _ -> refused(ErrorCode.SLOW_DOWN, "Wait five seconds longer between two requests.");
            case Denied _ -> refused(ErrorCode.ACCESS_DENIED, "The user said no.");
            case Expired _ -> refused(ErrorCode.EXPIRED_TOKEN, "The user took too long. Ask for another code.");
            case NotGood _ -> refused(ErrorCode.INVALID_GRANT, "The device code is not good.");
            case TargetRefused _ -> refused(ErrorCode.INVALID_TARGET, "The grant is for another API.");
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
