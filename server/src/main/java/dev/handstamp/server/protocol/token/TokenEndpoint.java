package dev.handstamp.server.protocol.token;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
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
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.token.ClientCredentialsGrant.SignedAhead;
import dev.handstamp.server.protocol.token.TokenRequest.Assertion;
import dev.handstamp.server.protocol.token.TokenRequest.ClientCredentials;
import dev.handstamp.server.protocol.token.TokenRequest.Code;
import dev.handstamp.server.protocol.token.TokenRequest.DeviceCode;
import dev.handstamp.server.protocol.token.TokenRequest.Exchange;
import dev.handstamp.server.protocol.token.TokenRequest.Malformed;
import dev.handstamp.server.protocol.token.TokenRequest.Refresh;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Issues tokens to authenticated clients.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-3.2">RFC 6749 §3.2, token endpoint</a>
public final class TokenEndpoint implements Endpoint {

    private static final CompletionStage<Optional<Response>> NOT_AT_ONCE =
            CompletableFuture.completedStage(Optional.empty());

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final Possession possession;
    private final AuthorizationCodeGrant authorizationCode;
    private final ClientCredentialsGrant clientCredentials;
    private final RefreshTokenGrant refreshToken;
    private final DeviceCodeGrant deviceCode;
    private final TokenExchangeGrant exchange;
    private final JwtBearerGrant jwtBearer;

    public TokenEndpoint(
            Live live,
            ClientAuthenticator authenticator,
            Possession possession,
            AuthorizationCodeGrant authorizationCode,
            ClientCredentialsGrant clientCredentials,
            RefreshTokenGrant refreshToken,
            DeviceCodeGrant deviceCode,
            TokenExchangeGrant exchange,
            JwtBearerGrant jwtBearer) {
        this.live = live;
        this.authenticator = authenticator;
        this.possession = possession;
        this.authorizationCode = authorizationCode;
        this.clientCredentials = clientCredentials;
        this.refreshToken = refreshToken;
        this.deviceCode = deviceCode;
        this.exchange = exchange;
        this.jwtBearer = jwtBearer;
    }

    @Override
    public Response handle(Request request) {
        return switch (Form.parse(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form -> handle(request, form, live.current());
        };
    }

    /// Signs a client's token here where the signature is quick, and hands it out as soon as it is certain that nothing
    /// has changed since the client was recognised. If something has, nobody ever sees that token.
    @Override
    public CompletionStage<Optional<Response>> begin(Request request) {
        if (!(Form.parse(request) instanceof Form form)) return NOT_AT_ONCE;
        Snapshot before = live.latest();
        Optional<Authentication> sender = authenticator.recognise(request, form, before.directory());
        if (sender.isEmpty() || !(sender.get() instanceof ByClient(var client))) return NOT_AT_ONCE;
        if (!Possession.isPlain(request, client)) return NOT_AT_ONCE;
        if (!(TokenRequest.parse(form) instanceof ClientCredentials asked)) return NOT_AT_ONCE;
        Optional<SignedAhead> signed = clientCredentials.signAhead(asked, client, before);
        if (signed.isEmpty()) return NOT_AT_ONCE;
        return live.next()
                .handle((known, failure) -> failure == null
                        ? clientCredentials.handOut(signed.get(), known)
                        : Optional.empty()); // A failure is told by handle(), which waits for the next read.
    }

    private Response handle(Request request, Form form, Snapshot known) {
        return switch (authenticator.authenticate(request, form, known.directory())) {
            case ByClient(var client) -> bound(request, TokenRequest.parse(form), client, known);
            case ByPublicClient(var client) -> bound(request, TokenRequest.parse(form), client, known);
            case ByApi _, Anonymous _ ->
                new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed.").toResponse();
            case Refused(var error) -> error.toResponse();
        };
    }

    private Response bound(Request request, TokenRequest asked, Client client, Snapshot known) {
        return switch (possession.of(request, client)) {
            case Possession.Held(var held) -> possession.answered(request, handle(request, asked, client, held, known));
            case Possession.Refused(var response) -> response;
        };
    }

    private Response handle(Request request, TokenRequest asked, Client client, Confirmation held, Snapshot known) {
        return switch (asked) {
            case Malformed(var error) -> error.toResponse();
            case Code code -> authorizationCode.redeem(code, client, held, request);
            case ClientCredentials credentials -> clientCredentials.issue(credentials, client, held, known);
            case Refresh refresh -> refreshToken.redeem(refresh, client, held, request);
            case DeviceCode code -> deviceCode.redeem(code, client, held, request);
            case Exchange asks -> exchange.exchange(asks, client, held, request);
            case Assertion assertion -> jwtBearer.redeem(assertion, client, held, request);
        };
    }
}
