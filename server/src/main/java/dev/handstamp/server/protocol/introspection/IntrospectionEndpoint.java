package dev.handstamp.server.protocol.introspection;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.issuance.Tally;
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
import dev.handstamp.server.protocol.SeenTokens;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Tells whether a token is active.
///
/// An unknown, expired, revoked or foreign token gets the same answer, `{"active":false}`: §2.2 asks us not to say
/// why. A revocation counts from its commit on, whoever committed it.
///
/// Who asks for it gets the same answer as a signed JWT, made for the asker alone: evidence that can be kept.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7662">RFC 7662, OAuth 2.0 Token Introspection</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9701">RFC 9701, JWT Response for OAuth Token Introspection</a>
public final class IntrospectionEndpoint implements Endpoint {

    private static final byte[] INACTIVE = "{\"active\":false}".getBytes(StandardCharsets.US_ASCII);

    private static final CompletionStage<Optional<Response>> NOT_AT_ONCE =
            CompletableFuture.completedStage(Optional.empty());

    /// A refresh token that its holder could redeem now.
    private record Redeemable(RefreshToken token, Grant grant, User user) {}

    private final Live live;
    private final ClientAuthenticator authenticator;
    private final SignedAnswers signedAnswers;
    private final AccessTokens accessTokens;
    private final Database database;
    private final UserStore users;
    private final Subjects subjects;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final String issuer;
    private final InstantSource clock;
    private final Tally tally;
    private final SeenTokens<SeenToken> seenTokens = new SeenTokens<>();

    public IntrospectionEndpoint(
            Live live,
            ClientAuthenticator authenticator,
            AnswerSigners signers,
            AccessTokens accessTokens,
            Database database,
            UserStore users,
            Subjects subjects,
            SessionStore sessions,
            GrantStore grants,
            String issuer,
            InstantSource clock,
            Tally tally) {
        this.live = live;
        this.authenticator = authenticator;
        this.signedAnswers = new SignedAnswers(signers, issuer, clock);
        this.accessTokens = accessTokens;
        this.database = database;
        this.users = users;
        this.subjects = subjects;
        this.sessions = sessions;
        this.grants = grants;
        this.issuer = issuer;
        this.clock = clock;
        this.tally = tally;
    }

    @Override
    public Response handle(Request request) {
        return switch (Form.parse(request)) {
            case MalformedForm malformed -> OAuthError.of(malformed).toResponse();
            case Form form -> handle(request, form, live.current());
        };
    }

    /// Describes a token seen before to a sender known before, as soon as it is certain that nothing has changed since.
    ///
    /// The work is done here, beforehand; the thread that reads for everybody only weighs revocations.
    @Override
    public CompletionStage<Optional<Response>> begin(Request request) {
        if (!(Form.parse(request) instanceof Form form) || SignedAnswers.areWanted(request)) return NOT_AT_ONCE;
        Snapshot before = live.latest();
        SeenToken seen = seenTokens.find(form.get("token").orElse(""), before.keys());
        Optional<Authentication> asker = authenticator.recognise(request, form, before.directory());
        if (seen == null || asker.isEmpty()) return NOT_AT_ONCE;
        return live.next().handle((known, failure) -> {
            // A failure is told by handle(), which waits for the next read.
            boolean isSame = failure == null && known.equals(before);
            if (!isSame) return Optional.empty();
            tally.introspections.increment();
            return Optional.of(answer(describe(seen, asker.get(), known, clock.instant())));
        });
    }

    private Response handle(Request request, Form form, Snapshot known) {
        Authentication asker = authenticator.authenticate(request, form, known.directory());
        return switch (asker) {
            case Refused(var error) -> error.toResponse();
            case ByPublicClient _, Anonymous _ ->
                new OAuthError(ErrorCode.INVALID_CLIENT, "Client authentication failed.").toResponse();
            case ByClient _, ByApi _ -> {
                if (!form.has("token")) {
                    yield new OAuthError(ErrorCode.INVALID_REQUEST, "token is missing.").toResponse();
                }
                tally.introspections.increment();
                byte[] description = describe(form.get("token").orElse(""), asker, known, clock.instant());
                yield SignedAnswers.areWanted(request)
                        ? signedAnswers.of(description, asker, known)
                        : answer(description);
            }
        };
    }

    private static Response answer(byte[] description) {
        return Response.json(200, description).noStore();
    }

    /// A hint would only save us a glance: a JWT has dots and a refresh token has none.
    private byte[] describe(String token, Authentication asker, Snapshot known, Instant now) {
        if (token.indexOf('.') >= 0) return describeAccessToken(token, asker, known, now);
        return asker instanceof ByClient(var client) ? describeRefreshToken(token, client, known, now) : INACTIVE;
    }

    private byte[] describeAccessToken(String token, Authentication asker, Snapshot known, Instant now) {
        SeenToken seen = seenTokens.find(token, known.keys());
        if (seen == null) seen = check(token, known, now);
        return seen == null ? INACTIVE : describe(seen, asker, known, now);
    }

    private static byte[] describe(SeenToken seen, Authentication asker, Snapshot known, Instant now) {
        boolean active = isKnownTo(seen, asker)
                && now.isBefore(seen.expiresAt())
                && !known.revocations().revoke(seen.facts());
        if (!active) return INACTIVE;
        return asker instanceof ByClient(var client) ? seen.description(client) : seen.description();
    }

    private @Nullable SeenToken check(String text, Snapshot known, Instant now) {
        Optional<AccessToken> found = accessTokens.signed(text, known, now);
        if (found.isEmpty()) return null;
        AccessToken token = found.get();
        SeenToken seen = SeenToken.of(token, token.isForUser() ? username(token, known.directory()) : "");
        seenTokens.remember(text, seen, known.keys());
        return seen;
    }

    private String username(AccessToken token, Directory directory) {
        return database.read(tx -> {
                    Subject subject = subjects.user(tx, token.subject());
                    return isFromHere(tx, token, subject, directory) ? users.find(tx, subject) : Optional.<User>empty();
                })
                .map(user -> user.username().value())
                .orElse("");
    }

    /// An API that shares a secret could ask who anybody is, with a token of its own making: it is told of those alone
    /// whose grant the token names.
    private boolean isFromHere(Transaction tx, AccessToken token, Subject subject, Directory directory) {
        if (!AccessTokens.isOfSharedSecret(token)) return true;
        return token.claims()
                .string("grant_id")
                .flatMap(id -> grants.find(tx, new GrantId(id)))
                .filter(grant -> grant.subject().equals(subject) && AccessTokens.descends(token, grant, directory))
                .isPresent();
    }

    private static boolean isKnownTo(SeenToken token, Authentication asker) {
        return switch (asker) {
            case ByClient(var client) -> token.isKnownTo(client);
            case ByApi(var api) -> token.isKnownTo(api);
            case ByPublicClient _, Anonymous _, Refused _ -> false;
        };
    }

    private byte[] describeRefreshToken(String text, Client client, Snapshot known, Instant now) {
        Secret presented = new Secret(text);
        return database.read(tx -> redeemable(tx, presented, client, now))
                .filter(found -> known.directory()
                        .userTarget(client, found.grant.audience())
                        .isPresent())
                .map(found -> describe(found, client))
                .orElse(INACTIVE);
    }

    private Optional<Redeemable> redeemable(Transaction tx, Secret presented, Client client, Instant now) {
        Optional<RefreshToken> token = grants.findRefreshToken(tx, presented.hash())
                .filter(found -> found.client().equals(client.id()))
                .filter(found -> found.spending().isEmpty() && now.isBefore(found.expiresAt()));
        if (token.isEmpty()) return Optional.empty();
        Optional<Grant> grant = grants.find(tx, token.get().grant()).filter(found -> found.isLiveAt(now));
        if (grant.isEmpty()) return Optional.empty();
        boolean session = sessions.find(tx, grant.get().session())
                .filter(found -> found.isLiveAt(now))
                .isPresent();
        Optional<User> user = users.find(tx, grant.get().subject()).filter(found -> !found.disabled());
        return session ? user.map(found -> new Redeemable(token.get(), grant.get(), found)) : Optional.empty();
    }

    private byte[] describe(Redeemable found, Client client) {
        JsonWriter json = new JsonWriter().beginObject().member("active", true);
        if (found.grant.scopes().contains(IdentityScope.PROFILE.wireName()) && !client.isPairwise()) {
            json.member("username", found.user.username().value());
        }
        json.member("iss", issuer)
                .member(
                        "sub",
                        subjects.of(found.grant.subject(), Optional.of(client)).value())
                .member("aud", found.grant.audience().value())
                .member("client_id", found.grant.client().value())
                .member("iat", found.token.issuedAt().getEpochSecond())
                .member("exp", found.token.expiresAt().getEpochSecond())
                .member("sid", found.grant.session().value())
                .member("grant_id", found.grant.id().value());
        if (!found.grant.scopes().isEmpty()) {
            json.member("scope", found.grant.scopes().toString());
        }
        Confirmation bound = found.token.bound();
        if (!bound.isNothing()) {
            json.name("cnf").beginObject();
            bound.key().ifPresent(thumbprint -> json.member("jkt", thumbprint));
            bound.certificate().ifPresent(thumbprint -> json.member("x5t#S256", thumbprint));
            json.endObject();
        }
        return json.endObject().toByteArray();
    }
}
