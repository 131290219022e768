package dev.handstamp.server.protocol.token;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.issuance.TokenHolder.ForClient;
import dev.handstamp.server.issuance.TokenIssuer;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.ClientCredentials;
import java.time.InstantSource;
import java.util.Optional;

/// Issues a token to a client in its own name. Nothing is written, and there is no refresh token (§4.4.3).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.4">RFC 6749 §4.4, client credentials grant</a>
public final class ClientCredentialsGrant {

    private final TokenIssuer issuer;
    private final InstantSource clock;
    private final Tally tally;

    public ClientCredentialsGrant(TokenIssuer issuer, InstantSource clock, Tally tally) {
        this.issuer = issuer;
        this.clock = clock;
        this.tally = tally;
    }

    /// Whether the signature takes so little that others may wait for it.
    boolean isQuick(ClientCredentials request, Client client, Snapshot known) {
        return target(request, client, known)
                .filter(api -> isQuick(api.algorithm()))
                .isPresent();
    }

    Response issue(ClientCredentials request, Client client, Snapshot known) {
        if (!client.mayUse(GrantType.CLIENT_CREDENTIALS)) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use client_credentials.");
        }
        Directory directory = known.directory();
        Optional<Api> api = target(request, client, known);
        if (api.isEmpty()) {
            return refused(
                    ErrorCode.INVALID_TARGET, "Name an API that this client may ask for, as resource or as audience.");
        }
        Scopes most = directory.scopesOf(client, api.get());
        Scopes scopes = request.scopes().orElse(most);
        if (!most.containsAll(scopes)) {
            return refused(ErrorCode.INVALID_SCOPE, "This client does not have all of these scopes at this API.");
        }
        tally.tokensIssued.increment();
        return TokenResponse.of(issuer.issue(known, new ForClient(client.id()), api.get(), scopes, clock.instant()));
    }

    private static Optional<Api> target(ClientCredentials request, Client client, Snapshot known) {
        return request.audience().isPresent()
                ? known.directory().target(client, request.audience().get())
                : known.directory().onlyTarget(client);
    }

    /// Tens of microseconds; the others take ten times as long.
    private static boolean isQuick(Algorithm algorithm) {
        return switch (algorithm) {
            case ES256, EDDSA, HS256, HS384, HS512 -> true;
            case RS256, RS384, RS512, PS256, PS384, PS512, ES384, ES512, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> false;
        };
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
