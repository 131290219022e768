package dev.handstamp.server.issuance;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.revocation.StatusReference;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.live.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Signs access tokens.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-2">RFC 9068 §2, JWT access token</a>
public final class TokenIssuer {

    public static final String TYPE = "at+jwt";

    /// The claim that tells by which position of the revocation log a token was issued.
    static final String REVOCATIONS = "rev";

    private static final int USUAL_SIZE = 640;

    private final String issuer;
    private final Secrets secrets;
    private final Optional<StatusLists> statusLists;
    private final Subjects subjects;

    public TokenIssuer(String issuer, Secrets secrets, StatusLists statusLists, Subjects subjects) {
        this.issuer = issuer;
        this.secrets = secrets;
        this.subjects = subjects;
        this.statusLists = Optional.of(statusLists);
    }

    /// One for APIs that have no status lists.
    public TokenIssuer(String issuer, Secrets secrets) {
        this.issuer = issuer;
        this.secrets = secrets;
        this.subjects = Subjects.PUBLIC;
        this.statusLists = Optional.empty();
    }

    /// When a token for this holder is issued, so that no revocation so far refuses it.
    ///
    /// Taken before the transaction that earns the token, so that a revocation that commits in between refuses it.
    Issuance issuance(Snapshot known, String subject, String client, Api api, Instant now) {
        return known.revocations()
                .issuance(name(known, subject, client), client, api.audience().value(), now);
    }

    /// Signs a token that was asked for at `now`. Waits for the database if its API has status lists, else never.
    public IssuedToken issue(Snapshot known, TokenHolder holder, Api api, Scopes scopes, Instant now) {
        Issuance issuance = issuance(known, holder.subject(), holder.client().value(), api, now);
        return issue(known, holder, api, scopes, issuance, now);
    }

    /// @param issuance from [#issuance]
    /// @param now      when it was asked for; what is left of its life is counted from here
    IssuedToken issue(Snapshot known, TokenHolder holder, Api api, Scopes scopes, Issuance issuance, Instant now) {
        JwsSigner signer = known.keys()
                .signer(api.algorithm(), api.audience(), TYPE)
                .orElseThrow(() -> new IllegalStateException(
                        "no key signs " + api.algorithm().joseName()));
        String jwtId = secrets.id();
        Instant expiresAt = Instant.ofEpochSecond(end(holder, api, issuance).getEpochSecond());
        Optional<StatusReference> status = api.statusList()
                ? Optional.of(statusLists.orElseThrow().place(known, holder, api, issuance, now))
                : Optional.empty();
        byte[] claims = claims(known, holder, api, scopes, jwtId, issuance, expiresAt, status);
        return new IssuedToken(
                signer.sign(claims), jwtId, expiresAt, left(now, expiresAt), scopes, holder.bound(), issuance);
    }

    private static Instant end(TokenHolder holder, Api api, Issuance issuance) {
        Instant end = issuance.at().plus(api.tokenLifetime());
        if (!(holder instanceof ForUser forUser) || forUser.delegation().isEmpty()) return end;
        Instant notAfter = forUser.delegation().get().notAfter();
        return notAfter.isBefore(end) ? notAfter : end;
    }

    /// The `sub`: a client's own identifier, or what the client knows the user by.
    private String name(Snapshot known, String subject, String client) {
        if (subject.equals(client)) return subject;
        return subjects.of(new Subject(subject), new ClientId(client), known.directory())
                .value();
    }

    private static Duration left(Instant now, Instant expiresAt) {
        return Duration.ofSeconds(expiresAt.getEpochSecond() - now.getEpochSecond());
    }

    private byte[] claims(
            Snapshot known,
            TokenHolder holder,
            Api api,
            Scopes scopes,
            String jwtId,
            Issuance issuance,
            Instant expiresAt,
            Optional<StatusReference> status) {
        JsonWriter json = new JsonWriter(USUAL_SIZE)
                .beginObject()
                .member("iss", issuer)
                .member("sub", name(known, holder.subject(), holder.client().value()))
                .name("aud")
                .value(audience(holder, api, scopes))
                .member("client_id", holder.client().value())
                .member("iat", issuance.at().getEpochSecond())
                .member("exp", expiresAt.getEpochSecond())
                .member("jti", jwtId)
                .member(REVOCATIONS, issuance.position());
        if (!scopes.isEmpty()) json.member("scope", scopes.toString());
        if (!holder.bound().isNothing()) describe(holder.bound(), json);
        if (status.isPresent()) describe(status.get(), json);
        if (holder instanceof ForUser forUser) describe(forUser, api, json);
        return json.endObject().toByteArray();
    }

    /// RFC 7800 §3.1, with the members of RFC 9449 §6.1 and RFC 8705 §3.1.
    private static void describe(Confirmation bound, JsonWriter json) {
        json.name("cnf").beginObject();
        bound.key().ifPresent(thumbprint -> json.member("jkt", thumbprint));
        bound.certificate().ifPresent(thumbprint -> json.member("x5t#S256", thumbprint));
        json.endObject();
    }

    /// Token Status List §6.1.
    private void describe(StatusReference status, JsonWriter json) {
        json.name("status")
                .beginObject()
                .name("status_list")
                .beginObject()
                .member("idx", status.index())
                .member("uri", status.uri(issuer))
                .endObject()
                .endObject();
    }

    /// A user's token is for UserInfo too, if the client asked who the user is (OpenID Connect Core §5.3). Not where
    /// the API shares the secret that signs: it could make tokens for UserInfo by itself.
    private Object audience(TokenHolder holder, Api api, Scopes scopes) {
        String own = api.audience().value();
        boolean forUserInfo = holder instanceof ForUser
                && scopes.contains(IdentityScope.OPENID.wireName())
                && !api.algorithm().isSymmetric()
                && !own.equals(issuer);
        return forUserInfo ? List.of(own, issuer) : own;
    }

    private static void describe(ForUser holder, Api api, JsonWriter json) {
        json.member("sid", holder.session().value())
                .member("grant_id", holder.grant().value());
        holder.authentication().ifPresent(known -> describe(known, json));
        holder.delegation()
                .filter(delegation -> !delegation.act().isEmpty())
                .ifPresent(delegation -> json.name("act").value(delegation.act()));
        roles("roles", holder.user(), json); // RFC 9068 §2.2.3.1
        roles("groups", holder.user(), json); // Eclipse MicroProfile JWT reads them here.
        for (String claim : api.claims()) {
            if (Api.RESERVED_CLAIMS.contains(claim)) continue;
            holder.user().attribute(claim).ifPresent(value -> json.name(claim).value(value));
        }
    }

    /// RFC 9068 §2.2.1; what an API's challenge is answered by (RFC 9470 §6.2).
    private static void describe(AuthenticationContext authentication, JsonWriter json) {
        json.member("auth_time", authentication.authenticatedAt().getEpochSecond())
                .member("acr", authentication.acr())
                .name("amr")
                .beginArray();
        for (String method : authentication.amr()) json.value(method);
        json.endArray();
    }

    private static void roles(String name, User user, JsonWriter json) {
        json.name(name).beginArray();
        for (RoleName role : user.roles()) json.value(role.value());
        json.endArray();
    }
}
