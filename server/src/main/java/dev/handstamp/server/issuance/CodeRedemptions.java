package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.AuthorizationCode;
import dev.handstamp.server.domain.grant.AuthorizationCode.Presentation;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.Redemption;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.CodeOutcome.Granted;
import dev.handstamp.server.issuance.CodeOutcome.NotGood;
import dev.handstamp.server.issuance.CodeOutcome.TargetRefused;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.issuance.Tokens.Refreshable;
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

/// Redeems authorization codes.
///
/// A code that its own client presents a second time has leaked: the same transaction revokes its grant, and with it
/// everything that the first time gave (RFC 6749 §4.1.2, RFC 9700 §4.2.4). Signing happens after the transaction: a
/// spent
/// code stays spent if signing fails.
public final class CodeRedemptions {

    private sealed interface Decision {}

    private record Refused(CodeOutcome outcome) implements Decision {}

    private record Replayed() implements Decision {}

    private record Redeemed(
            AuthorizationCode code, Grant grant, User user, Api api, Scopes scopes, Instant refreshUntil)
            implements Decision {}

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
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final Tally tally;
    private final AuthorizationCodeStore codes = new AuthorizationCodeStore();

    public CodeRedemptions(
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
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.tally = tally;
    }

    public CodeOutcome redeem(CodeRequest request) {
        Optional<Grant> presented = database.read(
                tx -> codes.find(tx, request.code().hash()).flatMap(code -> grants.find(tx, code.grant())));
        if (presented.isEmpty()) return new NotGood();

        Secret refreshToken = secrets.refreshToken();
        Instant now = clock.instant();
        Snapshot known = live.current();
        Optional<Api> api =
                known.directory().userTarget(request.client(), presented.get().audience());
        Optional<Issuance> issuance = api.map(target -> issuer.issuance(
                known,
                presented.get().subject().value(),
                presented.get().client().value(),
                target,
                now));

        Decision decision = database.inTransaction(tx -> decide(tx, request, api, refreshToken, known, now));
        return switch (decision) {
            case Refused(var outcome) -> outcome;
            case Replayed _ -> {
                Log.warn(
                        "authorization code reused",
                        "grant",
                        presented.get().id(),
                        "client",
                        request.client().id());
                yield new NotGood();
            }
            case Redeemed redeemed ->
                new Granted(tokens(redeemed, request, refreshToken, known, issuance.orElseThrow(), now));
        };
    }

    private Decision decide(
            Transaction tx, CodeRequest request, Optional<Api> api, Secret refreshToken, Snapshot known, Instant now) {
        Optional<AuthorizationCode> found = codes.find(tx, request.code().hash());
        if (found.isEmpty()) return new Refused(new NotGood());
        AuthorizationCode code = found.get();
        Grant grant = grants.find(tx, code.grant()).orElseThrow();
        Presentation presented =
                new Presentation(request.client().id(), request.redirectUri(), request.verifier(), request.held());
        return switch (code.redeem(presented, now)) {
            case Redemption.Redeemed _ -> spend(tx, request, code, grant, api, refreshToken, known, now);
            case Redemption.Reused _ -> replayed(tx, request, grant, known, now);
            case Redemption.ForeignClient _ -> refused(tx, request, grant, "foreign_client", now);
            case Redemption.WrongRedirectUri _ -> refused(tx, request, grant, "wrong_redirect_uri", now);
            case Redemption.WrongVerifier _ -> refused(tx, request, grant, "wrong_verifier", now);
            case Redemption.WrongKey _ -> refused(tx, request, grant, "wrong_key", now);
            case Redemption.Expired _ -> refused(tx, request, grant, "expired", now);
            case Redemption.Ended _ -> refused(tx, request, grant, "ended", now);
        };
    }

    private Decision spend(
            Transaction tx,
            CodeRequest request,
            AuthorizationCode code,
            Grant grant,
            Optional<Api> api,
            Secret refreshToken,
            Snapshot known,
            Instant now) {
        Optional<User> user = users.hold(tx, grant.subject()).filter(each -> !each.disabled());
        boolean live = grant.isLiveAt(now) && isLive(tx, grant.session(), now) && isLive(tx, code.session(), now);
        if (user.isEmpty() || api.isEmpty() || !live) return refused(tx, request, grant, "ended", now);
        if (!grant.reaches(request.client().levelAt(api.get()))) return refused(tx, request, grant, "level", now);
        boolean elsewhere =
                request.audience().isPresent() && !request.audience().get().equals(grant.audience());
        if (elsewhere) return new Refused(new TargetRefused());
        if (!codes.spend(tx, code.hash(), now)) return replayed(tx, request, grant, known, now);

        Scopes scopes = grant.scopes()
                .intersection(known.directory().grantableScopesOf(user.get(), request.client(), api.get()));
        Instant until = earlier(grant.expiresAt(), now.plus(lifetimes.refreshToken()));
        if (request.client().mayUse(GrantType.REFRESH_TOKEN)) {
            Confirmation bound = request.client().isPublic() ? request.held() : Confirmation.NONE;
            grants.insertRefreshToken(
                    tx,
                    new RefreshToken(
                            refreshToken.hash(), grant.id(), grant.client(), now, until, Optional.empty(), bound));
        }
        Map<String, String> details =
                Map.of("grant", grant.id().value(), "subject", grant.subject().value(), "scope", scopes.toString());
        AuditEvent.Type type = AuditEvent.Type.CODE_REDEEMED;
        String presenter = grant.client().value();
        audit.append(
                tx, request.caller().event(type, presenter, grant.subject().value(), grant.client(), details, now));
        return new Redeemed(code, grant, user.get(), api.get(), scopes, until);
    }

    private Tokens tokens(
            Redeemed redeemed,
            CodeRequest request,
            Secret refreshToken,
            Snapshot known,
            Issuance issuance,
            Instant now) {
        Grant grant = redeemed.grant;
        ForUser holder = ForUser.of(redeemed.user, grant, request.held());
        IssuedToken access = issuer.issue(known, holder, redeemed.api, redeemed.scopes, issuance, now);
        tally.tokensIssued.increment();
        Optional<Refreshable> refreshable = request.client().mayUse(GrantType.REFRESH_TOKEN)
                ? Optional.of(new Refreshable(refreshToken, Duration.between(now, redeemed.refreshUntil)))
                : Optional.empty();
        boolean asksWho = redeemed.scopes.contains(IdentityScope.OPENID.wireName());
        Optional<String> idToken = asksWho
                ? Optional.of(idTokens.issue(
                        known,
                        redeemed.user,
                        IdTokens.Occasion.ofCode(request.client(), grant, redeemed.code),
                        redeemed.code.nonce(),
                        access,
                        issuance.at()))
                : Optional.empty();
        return new Tokens(access, refreshable, idToken);
    }

    private boolean isLive(Transaction tx, SessionId session, Instant now) {
        return sessions.find(tx, session).filter(found -> found.isLiveAt(now)).isPresent();
    }

    private Decision replayed(Transaction tx, CodeRequest request, Grant grant, Snapshot known, Instant now) {
        endings.endReplayed(tx, grant, known.directory(), request.caller(), now);
        return new Replayed();
    }

    private Refused refused(Transaction tx, CodeRequest request, Grant grant, String reason, Instant now) {
        audit.append(
                tx,
                request.caller()
                        .event(
                                AuditEvent.Type.CODE_REFUSED,
                                request.client().id().value(),
                                grant.subject().value(),
                                grant.client(),
                                Map.of("reason", reason, "grant", grant.id().value()),
                                now));
        return new Refused(new NotGood());
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
