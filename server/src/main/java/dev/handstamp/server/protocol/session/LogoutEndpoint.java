package dev.handstamp.server.protocol.session;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.Endings;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.session.PresentedToken.Found;
import dev.handstamp.server.protocol.session.PresentedToken.Malformed;
import dev.handstamp.server.protocol.session.PresentedToken.Missing;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Logs out: `DELETE /session` ends the session of the presented token, with its grants and all their tokens.
///
/// An access token that has expired still says whose session it was, and so does the refresh cookie. Logging out
/// twice, or with cookies that are good for nothing, is as good as once. A token that is signed with a secret ends
/// nothing: the API that shares the secret could have made it.
public final class LogoutEndpoint implements Endpoint {

    private final Live live;
    private final AccessTokens accessTokens;
    private final Possession possession;
    private final Endings endings;
    private final RequestOrigin origin;
    private final InstantSource clock;

    public LogoutEndpoint(
            Live live,
            AccessTokens accessTokens,
            Possession possession,
            Endings endings,
            String issuer,
            InstantSource clock) {
        this.live = live;
        this.accessTokens = accessTokens;
        this.possession = possession;
        this.endings = endings;
        this.origin = new RequestOrigin(issuer);
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        List<String> refreshCookies = SessionCookies.refreshTokens(request);
        if (refreshCookies.size() > 1)
            return Members.invalid("Present one refresh token.").toResponse();
        return switch (PresentedToken.of(request)) {
            case Malformed(var error) -> error.toResponse();
            case Missing _
            when refreshCookies.isEmpty() ->
                refused(ErrorCode.NOT_SIGNED_IN, "Present the access token of the session to end.");
            case Missing _ -> withCookies(request, Optional.empty(), refreshCookies);
            case Found found ->
                found.fromCookie()
                        ? withCookies(request, Optional.of(found.token()), refreshCookies)
                        : withHeader(request, found);
        };
    }

    private Response withHeader(Request request, Found presented) {
        Snapshot known = live.current();
        Optional<AccessToken> found = accessTokens.signedOnce(presented.token(), known, clock.instant());
        if (found.isEmpty() || found.get().sessionId().isEmpty()) {
            return refused(ErrorCode.INVALID_TOKEN, "This is no access token of a session.");
        }
        if (AccessTokens.isOfSharedSecret(found.get())) return SharedSecretTokens.refused();
        if (!found.get().clientId().equals(ClientId.FIRST_PARTY.value())) {
            return refused(
                    ErrorCode.INVALID_TOKEN,
                    "This is a token of a registered client, which sends its user to the end_session_endpoint.");
        }
        Optional<Response> refusal = possession.refusal(
                request,
                found.get(),
                presented.token(),
                presented.underDpop(),
                known.directory().client(ClientId.FIRST_PARTY));
        if (refusal.isPresent()) return refusal.get();
        end(request, found.get(), known);
        return SessionCookies.clear(Response.empty(204));
    }

    private Response withCookies(Request request, Optional<String> token, List<String> refreshCookies) {
        if (origin.isForeign(request)) {
            return refused(ErrorCode.CROSS_SITE_REQUEST, "A page of another origin cannot sign its visitor out here.");
        }
        Snapshot known = live.current();
        Optional<AccessToken> found = token.flatMap(text -> accessTokens.signedOnce(text, known, clock.instant()))
                .filter(each -> each.sessionId().isPresent());
        boolean ofSharedSecret = found.filter(AccessTokens::isOfSharedSecret).isPresent();
        if (ofSharedSecret && refreshCookies.isEmpty()) return SharedSecretTokens.refused();
        if (found.isPresent() && !ofSharedSecret) {
            end(request, found.get(), known);
        } else if (!refreshCookies.isEmpty()) {
            endings.grantOf(new Secret(refreshCookies.getFirst())).ifPresent(grant -> end(request, grant, known));
        }
        return SessionCookies.clear(Response.empty(204));
    }

    private void end(Request request, AccessToken token, Snapshot known) {
        endings.logOut(
                new SessionId(token.sessionId().orElseThrow()),
                new Subject(token.subject()),
                new ClientId(token.clientId()),
                known.directory(),
                Callers.of(request));
    }

    private void end(Request request, Grant grant, Snapshot known) {
        endings.logOut(grant.session(), grant.subject(), grant.client(), known.directory(), Callers.of(request));
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
