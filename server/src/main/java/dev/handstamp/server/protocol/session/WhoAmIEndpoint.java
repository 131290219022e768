package dev.handstamp.server.protocol.session;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.session.PresentedToken.Found;
import dev.handstamp.server.protocol.session.PresentedToken.Malformed;
import dev.handstamp.server.protocol.session.PresentedToken.Missing;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Tells a signed-in user who they are: `GET /session`. A token that a client got for itself is nobody's (RFC 9700
/// §4.15), and one that is signed with a secret is what the API that shares it makes it.
public final class WhoAmIEndpoint implements Endpoint {

    private final Live live;
    private final AccessTokens accessTokens;
    private final Possession possession;
    private final Database database;
    private final UserStore users;
    private final Subjects subjects;
    private final InstantSource clock;

    public WhoAmIEndpoint(
            Live live,
            AccessTokens accessTokens,
            Possession possession,
            Database database,
            UserStore users,
            Subjects subjects,
            InstantSource clock) {
        this.live = live;
        this.accessTokens = accessTokens;
        this.possession = possession;
        this.database = database;
        this.users = users;
        this.subjects = subjects;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        return switch (PresentedToken.of(request)) {
            case Malformed(var error) -> error.toResponse();
            case Missing _ -> refused(ErrorCode.NOT_SIGNED_IN, "Present an access token.");
            case Found found -> possession.answered(request, answer(request, found, clock.instant()));
        };
    }

    private Response answer(Request request, Found presented, Instant now) {
        Snapshot known = live.current();
        Optional<AccessToken> found = accessTokens
                .active(presented.token(), known, now)
                .filter(token -> token.isForUser() && token.sessionId().isPresent());
        if (found.isEmpty()) return notGood();
        AccessToken token = found.get();
        if (AccessTokens.isOfSharedSecret(token)) return SharedSecretTokens.refused();
        Optional<Client> client = known.directory().client(new ClientId(token.clientId()));
        Optional<Response> refusal =
                possession.refusal(request, token, presented.token(), presented.underDpop(), client);
        if (refusal.isPresent()) return refusal.get();
        Optional<User> user = database.read(tx -> users.find(tx, subjects.user(tx, token.subject())));
        if (user.isEmpty() || user.get().disabled()) return notGood();
        // Past a pairwise name, a client learns who somebody is only if that was granted.
        boolean named = client.filter(Client::isPairwise).isEmpty()
                || token.scopes().contains(IdentityScope.PROFILE.wireName());
        return Response.json(200, describe(user.get(), named, token, now)).noStore();
    }

    private static byte[] describe(User user, boolean named, AccessToken token, Instant now) {
        JsonWriter json = new JsonWriter().beginObject().member("subject", token.subject());
        if (named) json.member("username", user.username().value());
        if (named && !user.name().isEmpty()) json.member("name", user.name());
        json.name("roles").value(token.roles());
        json.member("scope", String.join(" ", token.scopes()))
                .member("session", token.sessionId().orElseThrow())
                .member("expires_at", token.expiresAt().getEpochSecond())
                .member("expires_in", Duration.between(now, token.expiresAt()).toSeconds());
        return json.endObject().toByteArray();
    }

    private static Response notGood() {
        return refused(ErrorCode.INVALID_TOKEN, "The access token is not good.");
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
