package dev.handstamp.server.protocol.authorize;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.ClientDocuments;
import dev.handstamp.server.issuance.ClientDocuments.Found;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Refused;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Sound;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Untrusted;
import dev.handstamp.server.protocol.authorize.GivenRequest.Plain;
import dev.handstamp.server.protocol.authorize.GivenRequest.Signed;
import dev.handstamp.server.protocol.authorize.GivenRequest.Unreadable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes an authorization request from the client itself, so that nothing of it passes through the user's browser but a
/// name that nobody can guess. All that is wrong with it is said here.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9126#section-2">RFC 9126 §2, pushed authorization request
/// endpoint</a>
public final class PushedRequestEndpoint implements Endpoint {

    /// What proves who the client is, and has no place in what is kept.
    private static final List<String> CREDENTIALS =
            List.of("client_secret", "client_assertion", "client_assertion_type");

    private final Live live;
    private final ClientDocuments documents;
    private final ClientAuthenticator authenticator;
    private final Possession possession;
    private final Authorizations authorizations;
    private final RequestObjects objects;

    public PushedRequestEndpoint(
            Live live,
            ClientDocuments documents,
            ClientAuthenticator authenticator,
            Possession possession,
            Authorizations authorizations,
            RequestObjects objects) {
        this.live = live;
        this.documents = documents;
        this.authenticator = authenticator;
        this.possession = possession;
        this.authorizations = authorizations;
        this.objects = objects;
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
                .orElseGet(() -> handle(request, form, found.known()));
    }

    private Response handle(Request request, Form form, Snapshot known) {
        return switch (authenticator.authenticate(request, form, known.directory())) {
            case ByClient(var client) -> push(request, client, form, known);
            case ByPublicClient(var client) -> push(request, client, form, known);
            case ByApi _, Anonymous _ -> refused(ErrorCode.INVALID_CLIENT, "Client authentication failed.");
            case dev.handstamp.server.protocol.Authentication.Refused(var error) -> error.toResponse();
        };
    }

    private Response push(Request request, Client client, Form form, Snapshot known) {
        return switch (possession.announced(request, client)) {
            case Possession.Held(var held) -> possession.answered(request, push(request, client, held, form, known));
            case Possession.Refused(var response) -> response;
        };
    }

    private Response push(Request request, Client client, Confirmation held, Form form, Snapshot known) {
        Map<String, String> parameters = new LinkedHashMap<>(form.toMap());
        CREDENTIALS.forEach(parameters::remove);
        if (parameters.containsKey("request_uri")) {
            return refused(
                    ErrorCode.INVALID_REQUEST, "A request that is pushed is not kept elsewhere: no request_uri.");
        }
        boolean another = parameters.containsKey("client_id")
                && !parameters.get("client_id").equals(client.id().value());
        if (another) return refused(ErrorCode.INVALID_REQUEST, "client_id names another client than authenticated.");
        parameters.put("client_id", client.id().value());
        return switch (objects.read(parameters, Optional.of(client), Callers.of(request))) {
            case Plain(var given) -> push(client, given, held, new Provenance(true, false), known);
            case Signed(var given) -> push(client, given, held, new Provenance(true, true), known);
            case Unreadable(var code, var description) -> refused(code, description);
        };
    }

    private Response push(
            Client client, Map<String, String> given, Confirmation held, Provenance provenance, Snapshot known) {
        Map<String, String> parameters = new LinkedHashMap<>(given);
        // The key that signs here is the one that the code is to be bound to (RFC 9449 §10.1).
        Optional<String> key = held.key();
        if (key.isPresent() && !key.get().equals(parameters.getOrDefault("dpop_jkt", key.get()))) {
            return refused(ErrorCode.INVALID_DPOP_PROOF, "dpop_jkt names another key than the proof is signed by.");
        }
        key.ifPresent(thumbprint -> parameters.put("dpop_jkt", thumbprint));
        return switch (RequestCheck.check(parameters, known.directory(), provenance)) {
            case Untrusted(var problem, var _) -> refused(ErrorCode.INVALID_REQUEST, problem);
            case Refused wrong -> refused(wrong.code(), wrong.description());
            case Sound _ -> created(authorizations.push(client.id(), parameters));
        };
    }

    private static Response created(RequestUri name) {
        byte[] body = new JsonWriter()
                .beginObject()
                .member("request_uri", name.value())
                .member("expires_in", Authorizations.PUSHED_LIFETIME.toSeconds())
                .endObject()
                .toByteArray();
        return Response.json(201, body).noStore();
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
