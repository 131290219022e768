package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.SuccessorSeal;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.RefreshToken.Presenter;
import dev.handstamp.server.domain.grant.RefreshToken.Successor;
import dev.handstamp.server.domain.grant.Rotation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.RefreshOutcome.LevelRefused;
import dev.handstamp.server.issuance.RefreshOutcome.NotGood;
import dev.handstamp.server.issuance.RefreshOutcome.Refreshed;
import dev.handstamp.server.issuance.RefreshOutcome.ScopeRefused;
import dev.handstamp.server.issuance.RefreshOutcome.TargetRefused;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.AuthorizationCodeStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Redeems a refresh token and rotates it.
///
/// A token that is presented again by somebody else, or too late, was stolen by one of the two: the same transaction
/// that finds out revokes the grant and ends its session, and commits, because the refusal is a value.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-6">RFC 6749 §6</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9700#section-4.14">RFC 9700 §4.14, refresh token protection</a>
public final class Refreshes {

    /// What one presented token turned out to be worth.
    private sealed interface Redemption {}

    private record Refused(RefreshOutcome outcome) implements Redemption {}

    /// The family has ended with this very transaction.
    private record Stolen() implements Redemption {}

    /// Whom the access token is for, and what it may carry.
    private record Allowed(User user, Grant grant, Api api, Scopes scopes) {}

    /// @param expiresAt when the successor can no longer be redeemed
    private record Redeemed(Allowed allowed, Instant expiresAt) implements Redemption {}

    /// The presented token stays good.
    private record Kept(Allowed allowed, Instant expiresAt) implements Redemption {}

    /// The same caller's repeat; `sealed` opens with the presented token, outside the transaction.
    private record Repeat(Allowed allowed, String sealed, Instant expiresAt) implements Redemption {}

    /// A new token ready to be the successor of the presented one.
    private record Next(Secret token, String sealed) {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Endings endings;
    private final Live live;
    private final TokenIssuer issuer;
    private final IdTokens idTokens;
    private final Secrets secrets;
    private final SuccessorSeal seal;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final Tally tally;
    private final AuthorizationCodeStore codes = new AuthorizationCodeStore();

    public Refreshes(
            Database database,
            UserStore users,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            Endings endings,
            Live live,
            TokenIssuer issuer,
            IdTokens idTokens,
            Secrets secrets,
            SuccessorSeal seal,
            Lifetimes lifetimes,
            InstantSource clock,
            Tally tally) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.grants = grants;
        this.audit = audit;
        this.endings = endings;
        this.live = live;
        this.issuer = issuer;
        this.idTokens = idTokens;
        this.secrets = secrets;
        this.seal = seal;
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.tally = tally;
    }

    public RefreshOutcome refresh(RefreshRequest request) {
        Optional<Grant> presented =
                database.read(tx -> grantOf(tx, request.token().hash()));
        if (presented.isEmpty()) return notGood();

        Secret token = secrets.refreshToken();
        Next next = new Next(token, seal.seal(request.token(), token));
        Instant now = clock.instant();
        Snapshot known = live.current();
        Optional<Api> api =
                known.directory().userTarget(request.client(), presented.get().audience());
        if (api.isEmpty()) return notGood();
        Issuance issuance = issuance(known, presented.get(), api.get(), now);

        Redemption redemption = database.inTransaction(tx -> redeem(tx, request, api.get(), next, known, now));
        return switch (redemption) {
            case Refused(var outcome) -> {
                tally.refreshesRefused.increment();
                yield outcome;
            }
            case Stolen _ -> {
                tally.refreshTokensReused.increment();
                Log.warn(
                        "refresh token reused",
                        "grant",
                        presented.get().id(),
                        "session",
                        presented.get().session());
                yield notGood();
            }
            case Repeat repeat -> {
                Secret successor = seal.open(request.token(), repeat.sealed);
                yield refreshed(request, repeat.allowed, successor, repeat.expiresAt, known, issuance, now);
            }
            case Kept kept -> refreshed(request, kept.allowed, request.token(), kept.expiresAt, known, issuance, now);
            case Redeemed redeemed ->
                refreshed(request, redeemed.allowed, token, redeemed.expiresAt, known, issuance, now);
        };
    }

    private Optional<Grant> grantOf(Transaction tx, SecretHash hash) {
        return grants.findRefreshToken(tx, hash).flatMap(token -> grants.find(tx, token.grant()));
    }

    private Issuance issuance(Snapshot known, Grant grant, Api api, Instant now) {
        return issuer.issuance(known, grant.subject().value(), grant.client().value(), api, now);
    }

    private Redemption redeem(Transaction tx, RefreshRequest request, Api api, Next next, Snapshot known, Instant now) {
        Optional<RefreshToken> found =
                grants.findRefreshToken(tx, request.token().hash());
        if (found.isEmpty()) return new Refused(new NotGood());
        RefreshToken token = found.get();
        Grant grant = grants.find(tx, token.grant()).orElseThrow();
        Optional<User> user = users.find(tx, grant.subject()).filter(each -> !each.disabled());
        boolean ended = user.isEmpty() || !grant.isLiveAt(now) || !hasLiveSession(tx, grant, now);

        Rotation rotation = ended ? new Rotation.Ended(grant.id()) : rotate(token, request, grant, next, now);
        return switch (rotation) {
            case Rotation.Rotated rotated -> {
                Optional<Refused> refusal = refusal(tx, request, user.orElseThrow(), api, grant, known, now);
                if (refusal.isPresent()) yield refusal.get();
                // Somebody else was first: then it is spent by now, and this is a repeat or a theft.
                if (!grants.apply(tx, rotated, token.hash())) yield redeem(tx, request, api, next, known, now);
                Allowed allowed = allowed(request, user.orElseThrow(), api, grant, known);
                yield new Redeemed(allowed, rotated.successor().expiresAt());
            }
            case Rotation.Kept _ -> {
                Optional<Refused> refusal = refusal(tx, request, user.orElseThrow(), api, grant, known, now);
                if (refusal.isPresent()) yield refusal.get();
                Instant expiresAt = endOfNext(grant, now);
                if (!grants.prolong(tx, token.hash(), expiresAt)) yield new Refused(new NotGood());
                yield new Kept(allowed(request, user.orElseThrow(), api, grant, known), expiresAt);
            }
            case Rotation.Repeated repeated -> {
                Optional<Refused> refusal = refusal(tx, request, user.orElseThrow(), api, grant, known, now);
                if (refusal.isPresent()) yield refusal.get();
                SecretHash successor = token.spending().orElseThrow().successor();
                Instant expiresAt =
                        grants.findRefreshToken(tx, successor).orElseThrow().expiresAt();
                Allowed allowed = allowed(request, user.orElseThrow(), api, grant, known);
                yield new Repeat(allowed, repeated.sealedSuccessor(), expiresAt);
            }
            case Rotation.Reused _ -> {
                endings.endStolen(tx, grant, known.directory(), request.caller(), now);
                yield new Stolen();
            }
            case Rotation.ForeignClient _ -> {
                report(tx, request, grant, "foreign_client", now);
                yield new Refused(new NotGood());
            }
            case Rotation.WrongHolder _ -> {
                report(tx, request, grant, "wrong_holder", now);
                yield new Refused(new NotGood());
            }
            case Rotation.Expired _, Rotation.Ended _, Rotation.Unknown _ -> new Refused(new NotGood());
        };
    }

    private Rotation rotate(RefreshToken token, RefreshRequest request, Grant grant, Next next, Instant now) {
        ClientId client = request.client().id();
        Presenter presenter =
                new Presenter(client, request.held(), request.caller().hash(client, request.held()));
        if (request.client().isHeldToFapi()) return token.keep(presenter, now);
        return token.rotate(
                presenter,
                new Successor(next.token.hash(), next.sealed, endOfNext(grant, now), request.bound()),
                now,
                lifetimes.repeatWindow());
    }

    private Instant endOfNext(Grant grant, Instant now) {
        Instant end = now.plus(lifetimes.refreshToken());
        return end.isAfter(grant.expiresAt()) ? grant.expiresAt() : end;
    }

    private boolean hasLiveSession(Transaction tx, Grant grant, Instant now) {
        return sessions.find(tx, grant.session())
                .filter(session -> session.isLiveAt(now))
                .isPresent();
    }

    /// Why the request is refused although its token is good, which is then not spent.
    private Optional<Refused> refusal(
            Transaction tx, RefreshRequest request, User user, Api api, Grant grant, Snapshot known, Instant now) {
        AssuranceLevel required = request.client().levelAt(api);
        if (!grant.reaches(required)) {
            report(tx, request, grant, "level", now);
            return Optional.of(new Refused(new LevelRefused(required)));
        }
        Optional<Audience> named = request.audience();
        if (named.isPresent() && !named.get().equals(grant.audience())) {
            return Optional.of(new Refused(new TargetRefused()));
        }
        if (request.scopes().isEmpty()) return Optional.empty();
        Scopes asked = request.scopes().get();
        boolean beyond = !grant.scopes().containsAll(asked);
        boolean nothingLeft = !asked.isEmpty()
                && allowed(request, user, api, grant, known).scopes.isEmpty();
        return beyond || nothingLeft ? Optional.of(new Refused(new ScopeRefused())) : Optional.empty();
    }

    /// What was granted, as far as the user's roles still carry it.
    private static Allowed allowed(RefreshRequest request, User user, Api api, Grant grant, Snapshot known) {
        Scopes most = grant.scopes().intersection(known.directory().grantableScopesOf(user, request.client(), api));
        return new Allowed(
                user, grant, api, request.scopes().map(most::intersection).orElse(most));
    }

    private RefreshOutcome refreshed(
            RefreshRequest request,
            Allowed allowed,
            Secret successor,
            Instant expiresAt,
            Snapshot known,
            Issuance issuance,
            Instant now) {
        Grant grant = allowed.grant;
        ForUser holder = ForUser.of(allowed.user, grant, request.held());
        IssuedToken accessToken = issuer.issue(known, holder, allowed.api, allowed.scopes, issuance, now);
        tally.refreshes.increment();
        tally.tokensIssued.increment();
        Earned earned = new Earned(grant.subject(), accessToken, successor, Duration.between(now, expiresAt));
        return new Refreshed(earned, idToken(request, allowed, accessToken, known, issuance));
    }

    /// Says of the sign-in what the first one said.
    private Optional<String> idToken(
            RefreshRequest request, Allowed allowed, IssuedToken accessToken, Snapshot known, Issuance issuance) {
        if (!allowed.scopes.contains(IdentityScope.OPENID.wireName())) return Optional.empty();
        Optional<IdTokens.Occasion> occasion = database.read(tx -> codes.findByGrant(tx, allowed.grant.id()))
                .map(code -> IdTokens.Occasion.ofCode(request.client(), allowed.grant, code))
                .or(() -> IdTokens.Occasion.of(request.client(), allowed.grant));
        return occasion.map(
                found -> idTokens.issue(known, allowed.user, found, Optional.empty(), accessToken, issuance.at()));
    }

    private RefreshOutcome notGood() {
        tally.refreshesRefused.increment();
        return new NotGood();
    }

    private void report(Transaction tx, RefreshRequest request, Grant grant, String reason, Instant now) {
        String presenter = request.client().id().value();
        Map<String, String> details =
                Map.of("reason", reason, "grant", grant.id().value());
        AuditEvent.Type type = AuditEvent.Type.REFRESH_REFUSED;
        String target = grant.subject().value();
        audit.append(tx, request.caller().event(type, presenter, target, grant.client(), details, now));
    }
}
