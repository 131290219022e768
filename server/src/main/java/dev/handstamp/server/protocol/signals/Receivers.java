package dev.handstamp.server.protocol.signals;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.signals.Admission.Admitted;
import dev.handstamp.server.protocol.signals.Admission.Refused;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Tells receivers by their access tokens: issued here, to a client in its own name, for this issuer, with `ssf.read`
/// or `ssf.manage`.
///
/// @see <a href="https://openid.net/specs/openid-caep-interoperability-profile-1_0.html">CAEP Interoperability Profile
///     1.0 §2.7</a>
public final class Receivers {

    private static final String BEARER = "Bearer ";

    private final Live live;
    private final AccessTokens accessTokens;
    private final String issuer;
    private final InstantSource clock;

    public Receivers(Live live, AccessTokens accessTokens, String issuer, InstantSource clock) {
        this.live = live;
        this.accessTokens = accessTokens;
        this.issuer = issuer;
        this.clock = clock;
    }

    /// For what changes nothing but which events are still to be taken.
    Admission reader(Request request) {
        return admit(request, SignalScopes.READ);
    }

    Admission manager(Request request) {
        return admit(request, SignalScopes.MANAGE);
    }

    private Admission admit(Request request, String scope) {
        List<String> headers = request.headers("Authorization");
        if (headers.isEmpty()) {
            return refused(ErrorCode.NOT_SIGNED_IN, "Send an access token in the Authorization header.");
        }
        String header = headers.getFirst();
        boolean isBearer = headers.size() == 1 && header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (!isBearer) return refused(ErrorCode.INVALID_TOKEN, "Send one access token, as Bearer.");

        Snapshot known = live.current();
        Optional<AccessToken> token = accessTokens
                .active(header.substring(BEARER.length()).strip(), known, clock.instant())
                .filter(this::isForReceivers);
        Optional<Client> client = token.flatMap(found -> known.directory().client(new ClientId(found.clientId())));
        if (token.isEmpty() || client.isEmpty())
            return refused(ErrorCode.INVALID_TOKEN, "The access token is not good.");
        boolean may = token.get().scopes().contains(SignalScopes.MANAGE)
                || token.get().scopes().contains(scope);
        return may ? new Admitted(client.get()) : insufficient(scope);
    }

    /// A token that is bound to a key is nobody's without a proof, and no proof is taken here. One that is signed with
    /// a secret could be of the API that shares it, which may have the issuer's own name.
    private boolean isForReceivers(AccessToken token) {
        boolean isBound = token.claims().toMap().containsKey("cnf");
        boolean isOurs = token.audience().contains(issuer) && !AccessTokens.isOfSharedSecret(token);
        return !token.isForUser() && !isBound && isOurs;
    }

    private static Admission refused(ErrorCode code, String description) {
        return new Refused(new OAuthError(code, description).toResponse());
    }

    private static Admission insufficient(String scope) {
        return new Refused(Response.json(
                        403, OAuthError.body(ErrorCode.INSUFFICIENT_SCOPE, "The access token does not have the scope."))
                .noStore()
                .header(
                        "WWW-Authenticate",
                        "Bearer realm=\"handstamp\", error=\"insufficient_scope\", scope=\"" + scope + "\""));
    }
}
