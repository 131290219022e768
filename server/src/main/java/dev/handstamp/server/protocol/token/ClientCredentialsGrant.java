package dev.handstamp.server.protocol.token;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.IssuedToken;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.issuance.TokenHolder.ForClient;
import dev.handstamp.server.issuance.TokenIssuer;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.TokenResponse;
import dev.handstamp.server.protocol.token.TokenRequest.ClientCredentials;
import java.time.InstantSource;
import java.util.List;
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

    Response issue(ClientCredentials request, Client client, Confirmation held, Snapshot known) {
        return switch (decide(request, client, known.directory())) {
            case Refused(var error) -> error.toResponse();
            case Granted granted -> handOut(TokenResponse.of(sign(granted, client, held, known)));
        };
    }

    /// Signs a token before it is certain that what is known is still so; empty where there is something to refuse, or
    /// where the signature would keep others waiting.
    Optional<SignedAhead> signAhead(ClientCredentials request, Client client, Snapshot known) {
        if (!(decide(request, client, known.directory()) instanceof Granted granted)) return Optional.empty();
        // A place in a status list may have to be waited for.
        if (!isQuick(granted.api.algorithm()) || granted.api.statusList()) return Optional.empty();
        IssuedToken token = sign(granted, client, Confirmation.NONE, known);
        return Optional.of(new SignedAhead(TokenResponse.of(token), facts(token, granted.api, client), known));
    }

    /// Hands the token out if it would have been issued just the same by what is known now, and nothing refuses it.
    Optional<Response> handOut(SignedAhead ahead, Snapshot known) {
        boolean isGood = known.equals(ahead.signedBy) && !known.revocations().revoke(ahead.facts);
        return isGood ? Optional.of(handOut(ahead.response)) : Optional.empty();
    }

    /// A token that was signed and that nobody has seen yet.
    ///
    /// @param signedBy what was known then
    record SignedAhead(Response response, TokenFacts facts, Snapshot signedBy) {}

    private sealed interface Decision {}

    private record Granted(Api api, Scopes scopes) implements Decision {}

    private record Refused(OAuthError error) implements Decision {}

    private static Decision decide(ClientCredentials request, Client client, Directory directory) {
        // A public client proves nothing, so it has no name of its own to get a token in (§4.4).
        if (!client.mayUse(GrantType.CLIENT_CREDENTIALS) || client.isPublic()) {
            return refused(ErrorCode.UNAUTHORIZED_CLIENT, "This client may not use client_credentials.");
        }
        Optional<Api> api = target(request, client, directory);
        if (api.isEmpty()) {
            return refused(
                    ErrorCode.INVALID_TARGET, "Name an API that this client may ask for, as resource or as audience.");
        }
        Scopes most = directory.ownScopesOf(client, api.get());
        Scopes scopes = request.scopes().orElse(most);
        if (!most.containsAll(scopes)) {
            return refused(ErrorCode.INVALID_SCOPE, "This client does not have all of these scopes at this API.");
        }
        return new Granted(api.get(), scopes);
    }

    private IssuedToken sign(Granted granted, Client client, Confirmation held, Snapshot known) {
        return issuer.issue(known, new ForClient(client.id(), held), granted.api, granted.scopes, clock.instant());
    }

    private Response handOut(Response response) {
        tally.tokensIssued.increment();
        return response;
    }

    private static TokenFacts facts(IssuedToken token, Api api, Client client) {
        String id = client.id().value();
        return new TokenFacts(
                token.jwtId(), "", "", id, id, List.of(api.audience().value()), token.issuance());
    }

    private static Optional<Api> target(ClientCredentials request, Client client, Directory directory) {
        Optional<Api> signals = directory.signals(client).filter(api -> isMeant(api, request, client));
        if (signals.isPresent()) return signals;
        return request.audience().isPresent()
                ? directory.target(client, request.audience().get())
                : directory.onlyTarget(client);
    }

    /// A receiver of signals need not name the issuer: their scopes are asked for nowhere else.
    private static boolean isMeant(Api signals, ClientCredentials request, Client client) {
        if (request.audience().isPresent()) return request.audience().get().equals(signals.audience());
        return request.scopes()
                .map(scopes -> !scopes.isEmpty() && SignalScopes.ALL.containsAll(scopes))
                .orElse(client.apis().isEmpty());
    }

    /// Tens of microseconds; the others take ten times as long.
    private static boolean isQuick(Algorithm algorithm) {
        return switch (algorithm) {
            case ES256, EDDSA, HS256, HS384, HS512 -> true;
            case RS256, RS384, RS512, PS256, PS384, PS512, ES384, ES512, ML_DSA_44, ML_DSA_65, ML_DSA_87 -> false;
        };
    }

    private static Refused refused(ErrorCode code, String description) {
        return new Refused(new OAuthError(code, description));
    }
}
