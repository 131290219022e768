package dev.handstamp.server.protocol.userinfo;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.grant.AuthorizationCode;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.OAuthError;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.SeenTokens;
import dev.handstamp.server.store.AuthorizationCodeStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UserStore;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Answers a client what its access token's scopes, and its `claims` parameter, let it know of the user.
///
/// Good is only a token of a user that names this issuer in its audience. One in the URL is not looked at. A client
/// that
/// has registered `userinfo_signed_response_alg` gets the answer signed, and for itself alone.
///
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#UserInfo">OpenID Connect Core §5.3</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-2">RFC 6750 §2, authenticated requests</a>
public final class UserInfoEndpoint implements Endpoint {

    private static final String BEARER = "Bearer ";
    private static final String TYPE = "JWT";
    private static final String DPOP = "DPoP ";

    private static final String NOT_GOOD = "The access token is not good.";

    private static final CompletionStage<Optional<Response>> NOT_AT_ONCE =
            CompletableFuture.completedStage(Optional.empty());

    /// The user, and the code that the token's grant began with.
    private record Known(User user, Optional<AuthorizationCode> code) {}

    private final Live live;
    private final AccessTokens accessTokens;
    private final Possession possession;
    private final Database database;
    private final UserStore users;
    private final Subjects subjects;
    private final AnswerSigners signers;
    private final String issuer;
    private final InstantSource clock;
    private final AuthorizationCodeStore codes = new AuthorizationCodeStore();
    private final SeenTokens<Told> seen = new SeenTokens<>();

    public UserInfoEndpoint(
            Live live,
            AccessTokens accessTokens,
            Possession possession,
            Database database,
            UserStore users,
            Subjects subjects,
            AnswerSigners signers,
            String issuer,
            InstantSource clock) {
        this.live = live;
        this.accessTokens = accessTokens;
        this.possession = possession;
        this.database = database;
        this.users = users;
        this.subjects = subjects;
        this.signers = signers;
        this.issuer = issuer;
        this.clock = clock;
    }

    /// Tells again what was told to this token, without asking the database, as soon as it is certain that nothing
    /// has changed since: a user's revocations are weighed, and every other change makes another snapshot.
    @Override
    public CompletionStage<Optional<Response>> begin(Request request) {
        Optional<String> text = borne(request);
        Snapshot before = live.latest();
        Told told = text.isEmpty() ? null : seen.find(text.get(), before);
        if (told == null) return NOT_AT_ONCE;
        return live.next().handle((known, failure) -> {
            // A failure is told by handle(), which waits for the next read.
            boolean isSame = failure == null && known.equals(before);
            return isSame && told.isGood(known, clock.instant())
                    ? Optional.of(Response.json(200, told.json()).noStore())
                    : Optional.empty();
        });
    }

    /// The one bearer token of a request that has nothing else to look at.
    private static Optional<String> borne(Request request) {
        List<String> headers = request.headers("Authorization");
        if (!request.method().equals("GET") || headers.size() != 1 || Possession.isShown(request))
            return Optional.empty();
        String header = headers.getFirst();
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(header.substring(BEARER.length()))
                : Optional.empty();
    }

    @Override
    public Response handle(Request request) {
        List<String> headers = request.headers("Authorization");
        Optional<String> posted = posted(request);
        if (headers.size() + (posted.isPresent() ? 1 : 0) > 1) {
            return refused(ErrorCode.INVALID_REQUEST, "Present one access token, not several.");
        }
        if (posted.isPresent()) return answer(request, posted.get(), false);
        if (headers.isEmpty()) return refused(ErrorCode.NOT_SIGNED_IN, "Present an access token.");
        String header = headers.getFirst();
        if (header.regionMatches(true, 0, DPOP, 0, DPOP.length())) {
            return possession.answered(request, answer(request, header.substring(DPOP.length()), true));
        }
        return header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? answer(request, header.substring(BEARER.length()), false)
                : refused(ErrorCode.INVALID_REQUEST, "Authorization must be a Bearer or a DPoP token.");
    }

    /// RFC 6750 §2.2.
    private static Optional<String> posted(Request request) {
        if (!request.method().equals("POST")) return Optional.empty();
        return Form.parse(request) instanceof Form form ? form.get("access_token") : Optional.empty();
    }

    private Response answer(Request request, String text, boolean underDpop) {
        Snapshot snapshot = live.current();
        Optional<AccessToken> found = accessTokens
                .active(text, snapshot, clock.instant())
                .filter(token -> token.isForUser() && token.audience().contains(issuer))
                .filter(token -> !AccessTokens.isOfSharedSecret(token)); // An API may have the issuer's own name.
        if (found.isEmpty()) {
            return underDpop ? possession.refused(ErrorCode.INVALID_TOKEN, NOT_GOOD) : notGood();
        }
        AccessToken token = found.get();
        Optional<Client> client = snapshot.directory().client(new ClientId(token.clientId()));
        Optional<Response> refusal = possession.refusal(request, token, text, underDpop, client);
        if (refusal.isPresent()) return refusal.get();
        if (!token.scopes().contains(IdentityScope.OPENID.wireName())) {
            return refused(ErrorCode.INSUFFICIENT_SCOPE, "The access token does not have the scope openid.");
        }
        Optional<Known> known = database.read(tx -> users.find(tx, subjects.user(tx, token.subject()))
                .filter(user -> !user.disabled())
                .map(user -> new Known(
                        user,
                        token.claims().string("grant_id").flatMap(id -> codes.findByGrant(tx, new GrantId(id))))));
        return known.isEmpty() ? notGood() : answer(text, known.get(), token, client, snapshot);
    }

    private Response answer(String text, Known known, AccessToken token, Optional<Client> client, Snapshot snapshot) {
        Optional<Algorithm> signature =
                client.flatMap(found -> found.metadata().algorithm(ClientMember.USERINFO_SIGNED_RESPONSE_ALG));
        JsonWriter json = new JsonWriter().beginObject();
        if (signature.isEmpty()) {
            byte[] told = describe(known, token, json);
            boolean isBorne = !token.claims().has("cnf"); // Whoever holds a key shows it anew each time.
            if (isBorne) seen.remember(text, Told.of(token, told), snapshot);
            return Response.json(200, told).noStore();
        }
        json.member("iss", issuer).member("aud", token.clientId());
        String signed = signers.signer(snapshot, signature.get(), TYPE).sign(describe(known, token, json));
        return Response.text(200, signed, "application/jwt").noStore();
    }

    private static byte[] describe(Known known, AccessToken token, JsonWriter json) {
        Set<String> claims = new LinkedHashSet<>();
        for (IdentityScope scope : IdentityScope.values()) {
            if (token.scopes().contains(scope.wireName())) claims.addAll(scope.claims());
        }
        known.code.ifPresent(code -> claims.addAll(code.claims().userInfo()));
        for (String claim : claims) {
            if (claim.equals("sub")) json.member(claim, token.subject());
            else
                known.user
                        .identityClaim(claim)
                        .ifPresent(value -> json.name(claim).value(value));
        }
        return json.endObject().toByteArray();
    }

    private static Response notGood() {
        return refused(ErrorCode.INVALID_TOKEN, NOT_GOOD);
    }

    private static Response refused(ErrorCode code, String description) {
        return new OAuthError(code, description).toResponse();
    }
}
