package dev.handstamp.server.protocol.admin;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.administration.Rights;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.store.Database;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Lets administrators in by their access tokens: ours, for this API and no other, signed with a key pair, unexpired,
/// not taken back, held by whom it is bound to.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6750">RFC 6750, Bearer Token Usage</a>
final class Gate {

    private static final String BEARER = "Bearer ";
    private static final String DPOP = "DPoP ";
    private static final String REALM = "Bearer realm=\"handstamp\"";

    /// Who is at the gate.
    sealed interface Admission {}

    record Admitted(Administrator administrator, Rights rights) implements Admission {}

    record Refused(Response response) implements Admission {}

    private final AccessTokens accessTokens;
    private final Possession possession;
    private final Subjects subjects;
    private final Database database;
    private final Audience own;
    private final InstantSource clock;

    Gate(
            AccessTokens accessTokens,
            Possession possession,
            Subjects subjects,
            Database database,
            Audience own,
            InstantSource clock) {
        this.accessTokens = accessTokens;
        this.possession = possession;
        this.subjects = subjects;
        this.database = database;
        this.own = own;
        this.clock = clock;
    }

    Admission admit(Request request, Snapshot known) {
        List<String> headers = request.headers("Authorization");
        if (headers.isEmpty()) {
            Response response = new Problem(401, "not_signed_in", "Send an access token in the Authorization header.")
                    .toResponse()
                    .header("WWW-Authenticate", REALM);
            return new Refused(response);
        }
        String header = headers.getFirst();
        boolean underDpop = header.regionMatches(true, 0, DPOP, 0, DPOP.length());
        boolean isBearer = header.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (headers.size() > 1 || (!underDpop && !isBearer)) {
            return notGood("Send one access token, as Bearer or under DPoP.");
        }
        String text =
                header.substring(underDpop ? DPOP.length() : BEARER.length()).strip();
        Optional<AccessToken> found =
                accessTokens.active(text, known, clock.instant()).filter(this::isForUs);
        if (found.isEmpty()) return notGood("The access token is not good here.");
        AccessToken token = found.get();
        Optional<Client> client = known.directory().client(new ClientId(token.clientId()));
        Optional<Response> refusal = possession.refusal(request, token, text, underDpop, client);
        if (refusal.isPresent()) return new Refused(Problem.of(refusal.get()));
        return new Admitted(administrator(token, request), new Rights(scopes(token), own));
    }

    /// The challenge of a token that has too little (§3.1).
    static Response insufficient(String detail, String scope) {
        String challenge =
                REALM + ", error=\"insufficient_scope\"" + (scope.isEmpty() ? "" : ", scope=\"" + scope + '"');
        return new Problem(403, "insufficient_scope", detail).toResponse().header("WWW-Authenticate", challenge);
    }

    /// Whoever shares a secret with us could have made a token that is signed with it.
    private boolean isForUs(AccessToken token) {
        return token.audience().equals(List.of(own.value()))
                && !token.algorithm().isSymmetric();
    }

    private Administrator administrator(AccessToken token, Request request) {
        if (!token.isForUser()) {
            return new Administrator(token.clientId(), "", request.remoteAddress(), request.id());
        }
        String subject = database.read(tx -> subjects.user(tx, token.subject())).value();
        return new Administrator(subject, token.clientId(), request.remoteAddress(), request.id());
    }

    private static Scopes scopes(AccessToken token) {
        return Scopes.of(token.scopes()).orElse(Scopes.NONE).intersection(AdminScope.ALL);
    }

    private static Admission notGood(String detail) {
        Response response = new Problem(401, "invalid_token", detail)
                .toResponse()
                .header("WWW-Authenticate", REALM + ", error=\"invalid_token\"");
        return new Refused(response);
    }
}
