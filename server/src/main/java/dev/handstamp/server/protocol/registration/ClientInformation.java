package dev.handstamp.server.protocol.registration;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientRegistration;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.RegistrationOutcome;
import dev.handstamp.server.issuance.RegistrationOutcome.NotAuthorized;
import dev.handstamp.server.issuance.RegistrationOutcome.Registered;
import dev.handstamp.server.issuance.RegistrationOutcome.TooMany;
import dev.handstamp.server.issuance.RegistrationOutcome.TurnedOff;
import dev.handstamp.server.issuance.RegistrationOutcome.Wrong;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.util.Map;
import java.util.Optional;

/// The answer that tells a client what is registered of it (RFC 7591 §3.2.1), or why nothing is (§3.2.2).
final class ClientInformation {

    private final String issuer;

    ClientInformation(String issuer) {
        this.issuer = issuer;
    }

    /// @param status of success
    Response of(int status, RegistrationOutcome outcome) {
        return switch (outcome) {
            case Registered(var client, var secret, var token) -> of(status, client, secret, token);
            case Wrong(var problem, var description) ->
                new OAuthError(
                                switch (problem) {
                                    case INVALID_REDIRECT_URI -> ErrorCode.INVALID_REDIRECT_URI;
                                    case INVALID_CLIENT_METADATA -> ErrorCode.INVALID_CLIENT_METADATA;
                                    case INVALID_SOFTWARE_STATEMENT -> ErrorCode.INVALID_SOFTWARE_STATEMENT;
                                    case UNAPPROVED_SOFTWARE_STATEMENT -> ErrorCode.UNAPPROVED_SOFTWARE_STATEMENT;
                                },
                                description)
                        .toResponse();
            case TurnedOff _ ->
                new OAuthError(ErrorCode.REGISTRATION_NOT_SUPPORTED, 403, "Clients cannot register here by themselves.")
                        .toResponse();
            case NotAuthorized _ -> notAuthorized();
            case TooMany(var retryAfter) ->
                OAuthError.tryLater(
                        ErrorCode.TOO_MANY_ATTEMPTS, "Too many clients have registered lately.", retryAfter);
        };
    }

    /// The secret is told once: only its hash is kept. The registration token is the one that was presented.
    Response of(int status, Client client, Optional<Secret> secret, Secret registrationToken) {
        Map<String, Object> object = ClientRegistration.describe(client);
        secret.ifPresent(value -> object.put("client_secret", value.value()));
        if (client.secretHash().isPresent()) object.put("client_secret_expires_at", 0L); // Never.
        object.put(
                "registration_client_uri",
                issuer + ClientConfigurationEndpoint.PATH + client.id().value());
        object.put("registration_access_token", registrationToken.value());
        return Response.json(status, object).noStore();
    }

    static Response notAuthorized() {
        return new OAuthError(ErrorCode.INVALID_TOKEN, "The registration needs a good token.").toResponse();
    }

    static Response unreadable(MalformedJsonBody malformed) {
        return new OAuthError(ErrorCode.INVALID_CLIENT_METADATA, malformed.status(), malformed.problem()).toResponse();
    }
}
