package dev.handstamp.server.protocol.registration;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
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

/// Shows a client its registration, changes it and takes it away, with the token that came with it. An unknown client
/// and a wrong token are one answer.
///
/// The token stays the same until the client goes: if it changed with each use, one lost answer would lock the client
/// out (docs/decisions/0013).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7592#section-2">RFC 7592 §2, client configuration endpoint</a>
public final class ClientConfigurationEndpoint implements Endpoint {

    /// The client's identifier follows.
    public static final String PATH = "/register/";

    private final Registrations registrations;
    private final ClientInformation information;

    public ClientConfigurationEndpoint(Registrations registrations, String issuer) {
        this.registrations = registrations;
        this.information = new ClientInformation(issuer);
    }

    @Override
    public Response handle(Request request) {
        ClientId id = new ClientId(request.path().substring(request.path().lastIndexOf('/') + 1));
        return switch (PresentedToken.of(request)) {
            case Malformed(var problem) -> new OAuthError(ErrorCode.INVALID_REQUEST, problem).toResponse();
            case Missing _ -> ClientInformation.notAuthorized();
            case Found(var token) -> handle(request, id, token);
        };
    }

    private Response handle(Request request, ClientId id, Secret token) {
        return switch (request.method()) {
            case "PUT" -> change(request, id, token);
            case "DELETE" ->
                registrations.delete(id, token, Callers.of(request))
                        ? Response.empty(204).noStore()
                        : ClientInformation.notAuthorized();
            default ->
                registrations
                        .find(id, token)
                        .map(client -> information.of(200, client, Optional.empty(), token))
                        .orElseGet(ClientInformation::notAuthorized);
        };
    }

    private Response change(Request request, ClientId id, Secret token) {
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody malformed -> ClientInformation.unreadable(malformed);
            case JsonBody body ->
                information.of(200, registrations.change(id, token, body.object(), Callers.of(request)));
        };
    }
}
