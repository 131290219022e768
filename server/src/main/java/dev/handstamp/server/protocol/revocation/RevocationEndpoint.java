package dev.handstamp.server.protocol.revocation;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.Endings;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import java.time.InstantSource;
import java.util.Optional;

/// Lets a client take back its own tokens: a refresh token with its grant and everything below it, an access token by
/// itself.
///
/// A token that is unknown, over or another client's is answered like one that was revoked (§2.2), and nothing
/// happens to it.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7009">RFC 7009, OAuth 2.0 Token Revocation</a>
public final class RevocationEndpoint implements Endpoint {

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final AccessTokens accessTokens;
    private final Endings endings;
    private final InstantSource clock;

    public RevocationEndpoint(
            Live live,
            ClientAuthenticator authenticator,
            AccessTokens accessTokens,
            Endings endings,
            InstantSource clock) {
        this.live = live;
        this.authenticator = authenticator;
        this.accessTokens = accessTokens;
        this.endings = endings;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        return switch (Form.parse(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form -> handle(request, form, live.current());
        };
    }

    private Response handle(Request request, Form form, Snapshot known) {
        return switch (authenticator.authenticate(request, form, known.directory())) {
            case ByClient(var client) -> revoke(request, form, client, known);
            case ByPublicClient(var client) -> revoke(request, form, client, known); // §2.1
            case ByApi _, Anonymous _ ->
                new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed.").toResponse();
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response revoke(Request request, Form form, Client client, Snapshot known) {
        Optional<String> token = form.get("token");
        if (token.isEmpty()) return new OAuthError(ErrorCode.INVALID_REQUEST, "token is missing.").toResponse();
        if (token.get().indexOf('.') >= 0) {
            revokeAccessToken(request, token.get(), client, known);
        } else {
            revokeGrant(request, new Secret(token.get()), client, known);
        }
        return Response.empty(200).noStore();
    }

    private void revokeAccessToken(Request request, String text, Client client, Snapshot known) {
        Optional<AccessToken> found = accessTokens
                .active(text, known, clock.instant())
                .filter(token -> token.clientId().equals(client.id().value()));
        if (found.isEmpty()) return;
        Optional<Grant> grant = endings.grantOf(found.get(), known.directory());
        if (grant.isPresent()) endings.revoke(grant.get(), known.directory(), Callers.of(request));
        else endings.revoke(found.get(), client.id(), Callers.of(request));
    }

    private void revokeGrant(Request request, Secret refreshToken, Client client, Snapshot known) {
        Optional<Grant> grant =
                endings.grantOf(refreshToken).filter(found -> found.client().equals(client.id()));
        if (grant.isPresent()) endings.revoke(grant.get(), known.directory(), Callers.of(request));
    }
}
