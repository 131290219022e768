package dev.handstamp.server.protocol.registration;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Registrations;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.registration.PresentedToken.Found;
import dev.handstamp.server.protocol.registration.PresentedToken.Malformed;
import dev.handstamp.server.protocol.registration.PresentedToken.Missing;
import java.util.Optional;

/// Registers a client that says what it is.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7591#section-3">RFC 7591 §3, client registration endpoint</a>
public final class RegistrationEndpoint implements Endpoint {

    private final Registrations registrations;
    private final ClientInformation information;

    public RegistrationEndpoint(Registrations registrations, String issuer) {
        this.registrations = registrations;
        this.information = new ClientInformation(issuer);
    }

    @Override
    public Response handle(Request request) {
        return switch (PresentedToken.of(request)) {
            case Malformed(var problem) -> new OAuthError(ErrorCode.INVALID_REQUEST, problem).toResponse();
            case Missing _ -> register(request, Optional.empty());
            case Found(var token) -> register(request, Optional.of(token));
        };
    }

    private Response register(Request request, Optional<Secret> token) {
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody malformed -> ClientInformation.unreadable(malformed);
            case JsonBody body ->
                information.of(201, registrations.register(body.object(), token, Callers.of(request)));
        };
    }
}
