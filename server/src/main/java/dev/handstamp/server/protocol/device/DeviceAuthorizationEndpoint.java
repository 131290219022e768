package dev.handstamp.server.protocol.device;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.ClientDocuments;
import dev.handstamp.server.issuance.ClientDocuments.Found;
import dev.handstamp.server.issuance.DeviceAuthorizations;
import dev.handstamp.server.issuance.DeviceAuthorizations.Begun;
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
import java.util.Optional;

/// Gives a device a code to poll with, and another one for its user.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.1">RFC 8628 §3.1, device authorization request</a>
public final class DeviceAuthorizationEndpoint implements Endpoint {

    private final Live live;
    private final ClientDocuments documents;
    private final ClientAuthenticator authenticator;
    private final DeviceAuthorizations devices;
    private final String page;

    public DeviceAuthorizationEndpoint(
            Live live,
            ClientDocuments documents,
            ClientAuthenticator authenticator,
            DeviceAuthorizations devices,
            String issuer) {
        this.live = live;
        this.documents = documents;
        this.authenticator = authenticator;
        this.devices = devices;
        this.page = issuer + "/device";
    }

    @Override
    public Response handle(Request request) {
        return switch (Form.parse(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form -> find(request, form);
        };
    }

    /// A client that is described by a document may come here first.
    private Response find(Request request, Form form) {
        Found found = documents.find(ClientAuthenticator.named(form).orElse(""), live.current(), Callers.of(request));
        return found.problem()
                .map(problem -> refused(ErrorCode.INVALID_CLIENT, problem))
                .orElseGet(() -> handle(request, form, found.known().directory()));
    }

    private Response handle(Request request, Form form, Directory directory) {
        return switch (authenticator.authenticate(request, form, directory)) {
            case ByClient(var client) -> begin(request, form, client, directory);
            case ByPublicClient(var client) -> begin(request, form, client, directory);
            case ByApi _, Anonymous _ -> refused(ErrorCode.INVALID_CLIENT, "Client authentication failed.");
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response begin(Request request, Form form, Client client, Directory directory) {
        if (!client.mayUse(GrantType.DEVICE_CODE)) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use device_code.");
        }
        Optional<Scopes> scopes = form.get("scope").flatMap(Scopes::parse);
        if (form.get("scope").isPresent() && scopes.isEmpty()) {
            return refused(ErrorCode.INVALID_SCOPE, "scope must be scope tokens with single blanks between.");
        }
        Optional<String> resource = form.get("resource").or(() -> form.get("audience"));
        Optional<Api> api = directory.userTarget(client, resource, scopes);
        if (api.isEmpty()) {
            return refused(ErrorCode.INVALID_TARGET, "Name an API that this client may ask for, as resource.");
        }
        Scopes most = directory.scopesOf(client, api.get()).union(directory.identityScopesOf(client));
        if (scopes.isPresent() && scopes.get().intersection(most).isEmpty()) {
            return refused(ErrorCode.INVALID_SCOPE, "This client has none of these scopes at this API.");
        }
        return given(devices.begin(client, api.get(), scopes.map(most::intersection), Callers.of(request)));
    }

    /// §3.2.
    private Response given(Begun begun) {
        String userCode = begun.userCode().shown();
        byte[] body = new JsonWriter()
                .beginObject()
                .member("device_code", begun.deviceCode().value())
                .member("user_code", userCode)
                .member("verification_uri", page)
                .member("verification_uri_complete", page + "?user_code=" + userCode)
                .member("expires_in", DeviceAuthorizations.LIFETIME.toSeconds())
                .member("interval", DeviceAuthorization.FIRST_INTERVAL.toSeconds())
                .endObject()
                .toByteArray();
        return Response.json(200, body).noStore();
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
