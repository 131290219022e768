package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Authentication;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.ClientCredentials;
import dev.handstamp.server.protocol.token.TokenRequest.Malformed;
import dev.handstamp.server.protocol.token.TokenRequest.Refresh;
import java.util.Optional;

/// Issues tokens to authenticated clients.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-3.2">RFC 6749 §3.2, token endpoint</a>
public final class TokenEndpoint implements Endpoint {

    private interface Issuing {
        Optional<Response> issue(ClientCredentials asked, Client client, Snapshot known);
    }

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final ClientCredentialsGrant clientCredentials;
    private final RefreshTokenGrant refreshToken;

    public TokenEndpoint(
            Live live,
            ClientAuthenticator authenticator,
            ClientCredentialsGrant clientCredentials,
            RefreshTokenGrant refreshToken) {
        this.live = live;
        this.authenticator = authenticator;
        this.clientCredentials = clientCredentials;
        this.refreshToken = refreshToken;
    }

    @Override
    public Response handle(Request request) {
        return onRecent(request, (asked, client, known) -> Optional.of(clientCredentials.issue(asked, client, known)))
                .orElseGet(() -> handleExactly(request));
    }

    private Response handleExactly(Request request) {
        return switch (Form.parse(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form -> handle(request, form, live.current());
        };
    }

    /// Issues a client's token by the recent snapshot. A refusal is left to the current one.
    @Override
    public Optional<Response> handleAtOnce(Request request) {
        return onRecent(request, clientCredentials::issueAtOnce);
    }

    private Optional<Response> onRecent(Request request, Issuing issuing) {
        Optional<Snapshot> recent = live.recent();
        if (recent.isEmpty() || !(Form.parse(request) instanceof Form form)) return Optional.empty();
        Snapshot known = recent.get();
        Optional<Authentication> sender = authenticator.recognise(request, form, known.directory());
        if (sender.isEmpty() || !(sender.get() instanceof ByClient(var client))) return Optional.empty();
        return TokenRequest.parse(form) instanceof ClientCredentials credentials
                ? issuing.issue(credentials, client, known).filter(TokenResponse::isGood)
                : Optional.empty();
    }

    private Response handle(Request request, Form form, Snapshot known) {
        return switch (authenticator.authenticate(request, form, known.directory())) {
            case ByClient(var client) -> handle(request, TokenRequest.parse(form), client, known);
            case ByApi _, Anonymous _ ->
                new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed.").toResponse();
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response handle(Request request, TokenRequest asked, Client client, Snapshot known) {
        return switch (asked) {
            case Malformed(var error) -> error.toResponse();
            case ClientCredentials credentials -> clientCredentials.issue(credentials, client, known);
            case Refresh refresh -> refreshToken.redeem(refresh, client, request);
        };
    }
}
