package dev.handstamp.server.issuance;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.ExchangeOutcome.ActorNotAllowed;
import dev.handstamp.server.issuance.ExchangeOutcome.ActorNotGood;
import dev.handstamp.server.issuance.ExchangeOutcome.Exchanged;
import dev.handstamp.server.issuance.ExchangeOutcome.OfSharedSecret;
import dev.handstamp.server.issuance.ExchangeOutcome.ScopeRefused;
import dev.handstamp.server.issuance.ExchangeOutcome.SubjectNotGood;
import dev.handstamp.server.issuance.ExchangeOutcome.TargetRefused;
import dev.handstamp.server.issuance.ExchangeOutcome.TooManyActors;
import dev.handstamp.server.issuance.TokenHolder.Delegation;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Exchanges a user's access token for one that another API takes, as far as an operator has allowed it.
///
/// The new token descends from the same grant and session, so it ends with them; it never outlives the token that it
/// was
/// exchanged for, and never has more scope than that one, its user and its client have. Nothing is written but a
/// refusal.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8693">RFC 8693, OAuth 2.0 Token Exchange</a>
public final class TokenExchanges {

    /// How many may act one for the other: each makes the token longer.
    private static final int MOST_ACTORS = 5;

    private sealed interface Acting {}

    private record Actor(Map<String, Object> act) implements Acting {}

    private record Refused(ExchangeOutcome outcome) implements Acting {}

    private final Database database;
    private final UserStore users;
    private final Subjects subjects;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Live live;
    private final AccessTokens accessTokens;
    private final TokenIssuer issuer;
    private final InstantSource clock;
    private final Tally tally;

    public TokenExchanges(
            Database database,
            UserStore users,
            Subjects subjects,
            GrantStore grants,
            AuditStore audit,
            Live live,
            AccessTokens accessTokens,
            TokenIssuer issuer,
            InstantSource clock,
            Tally tally) {
        this.database = database;
        this.users = users;
        this.subjects = subjects;
        this.grants = grants;
        this.audit = audit;
        this.live = live;
        this.accessTokens = accessTokens;
        this.issuer = issuer;
        this.clock = clock;
        this.tally = tally;
    }

    public ExchangeOutcome exchange(ExchangeRequest request) {
        Instant now = clock.instant();
        // By what is certain now: a token that was taken back before this call is refused, and one that is taken back
        // from here on takes the new one along.
        Snapshot known = live.current();
        Optional<AccessToken> subject =
                accessTokens.active(request.subjectToken(), known, now).filter(AccessToken::isForUser);
        ExchangeOutcome outcome =
                subject.isEmpty() ? new SubjectNotGood() : exchange(request, subject.get(), known, now);
        if (outcome instanceof Exchanged(var token)) {
            tally.tokensIssued.increment();
            Log.info(
                    "token exchanged",
                    "client",
                    request.client().id(),
                    "subject_token",
                    subject.orElseThrow().jwtId(),
                    "token",
                    token.jwtId());
        } else {
            report(request, subject, outcome, now);
        }
        return outcome;
    }

    private ExchangeOutcome exchange(ExchangeRequest request, AccessToken subject, Snapshot known, Instant now) {
        if (AccessTokens.isOfSharedSecret(subject)) return new OfSharedSecret("subject_token");
        Client client = request.client();
        Directory directory = known.directory();
        Set<Audience> from = AccessTokens.audiences(subject);
        Optional<Audience> target =
                request.audience().or(() -> directory.trust().onlyTarget(client.id(), from));
        Optional<Api> api = target.flatMap(named -> directory.target(client, named));
        Optional<ExchangeRule> rule = target.flatMap(named -> directory.trust().exchange(client.id(), from, named));
        if (api.isEmpty() || rule.isEmpty() || !isSure(subject, client, api.get())) return new TargetRefused();

        Optional<GrantId> grant = subject.claims().string("grant_id").map(GrantId::new);
        Optional<User> user = database.read(tx -> grant.flatMap(id -> grants.find(tx, id))
                .filter(found -> found.isLiveAt(now) && AccessTokens.descends(subject, found, directory))
                .filter(found -> found.subject().equals(subjects.user(tx, subject.subject())))
                .flatMap(found -> users.find(tx, found.subject()))
                .filter(found -> !found.disabled()));
        if (user.isEmpty() || subject.sessionId().isEmpty()) return new SubjectNotGood();

        return switch (acting(request, subject, rule.get(), known, now)) {
            case Refused(var outcome) -> outcome;
            case Actor(var act) -> {
                Scopes most = rule.get()
                        .translate(scopes(subject))
                        .intersection(directory.scopesOf(user.get(), client, api.get()));
                if (request.scopes().isPresent()
                        && !most.containsAll(request.scopes().get())) yield new ScopeRefused();
                ForUser holder = new ForUser(
                        user.get(),
                        client.id(),
                        new SessionId(subject.sessionId().get()),
                        grant.orElseThrow(),
                        authentication(subject),
                        Optional.of(new Delegation(act, subject.expiresAt())),
                        request.held());
                yield new Exchanged(
                        issuer.issue(known, holder, api.get(), request.scopes().orElse(most), now));
            }
        };
    }

    /// Who acts: whom the actor token speaks for, or the client itself; and before it, who has acted before.
    private Acting acting(
            ExchangeRequest request, AccessToken subject, ExchangeRule rule, Snapshot known, Instant now) {
        String client = request.client().id().value();
        Optional<AccessToken> actor = Optional.empty();
        if (request.actorToken().isPresent()) {
            Optional<AccessToken> presented =
                    accessTokens.active(request.actorToken().get(), known, now);
            if (presented.filter(AccessTokens::isOfSharedSecret).isPresent()) {
                return new Refused(new OfSharedSecret("actor_token"));
            }
            actor = presented.filter(token -> isHeldBy(token, request, rule));
            if (actor.isEmpty()) return new Refused(new ActorNotGood());
        }
        String name = actor.map(AccessToken::subject).orElse(client);
        if (!mayAct(subject, name, client)) return new Refused(new ActorNotAllowed());

        Map<?, ?> before = subject.claims().get("act").orElse(null) instanceof Map<?, ?> act ? act : Map.of();
        if (actor.isEmpty() && rule.impersonation()) return new Actor(stringKeyed(before));
        if (depth(before) >= MOST_ACTORS) return new Refused(new TooManyActors());
        Map<String, Object> act = new LinkedHashMap<>();
        act.put("sub", name);
        if (!before.isEmpty()) act.put("act", stringKeyed(before));
        return new Actor(act);
    }

    /// An actor token proves something only of who was given it: the client, or the API that it serves. One that is
    /// bound
    /// to a key proves nothing without it.
    private static boolean isHeldBy(AccessToken token, ExchangeRequest request, ExchangeRule rule) {
        boolean given = token.clientId().equals(request.client().id().value())
                || token.audience().contains(rule.from().value());
        return given && (!token.isBound() || holds(request.held(), token));
    }

    /// What else a token may be bound to cannot be checked here.
    private static boolean holds(Confirmation held, AccessToken token) {
        Confirmation bound = Confirmation.of(token.claims());
        return !bound.isNothing() && held.covers(bound);
    }

    /// RFC 8693 §4.4.
    private static boolean mayAct(AccessToken subject, String name, String client) {
        if (!subject.claims().has("may_act")) return true;
        if (!(subject.claims().get("may_act").orElse(null) instanceof Map<?, ?> allowed)) return false;
        if (allowed.isEmpty()) return false;
        Object sub = allowed.get("sub");
        Object clientId = allowed.get("client_id");
        // What else it may say of the actor cannot be checked here, so it does not count as met.
        boolean understood = allowed.keySet().stream().allMatch(key -> key.equals("sub") || key.equals("client_id"));
        return understood && (sub == null || sub.equals(name)) && (clientId == null || clientId.equals(client));
    }

    private static int depth(Map<?, ?> act) {
        int depth = 0;
        Object next = act;
        while (next instanceof Map<?, ?> map && !map.isEmpty()) {
            depth++;
            next = map.get("act");
        }
        return depth;
    }

    private static Map<String, Object> stringKeyed(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put((String) key, value));
        return copy;
    }

    private static Scopes scopes(AccessToken token) {
        return Scopes.of(token.scopes()).orElse(Scopes.NONE);
    }

    /// Whether it is as sure who the user is as the API requires, or the client that asks.
    private static boolean isSure(AccessToken subject, Client client, Api api) {
        AssuranceLevel required = client.levelAt(api);
        return required == AssuranceLevel.AAL1
                || subject.claims()
                        .string("acr")
                        .flatMap(AssuranceLevel::named)
                        .filter(level -> level.isAtLeast(required))
                        .isPresent();
    }

    private static Optional<AuthenticationContext> authentication(AccessToken subject) {
        return subject.claims()
                .instant("auth_time")
                .map(at -> new AuthenticationContext(
                        at,
                        subject.claims().string("acr").orElse(""),
                        subject.claims().strings("amr")));
    }

    private void report(ExchangeRequest request, Optional<AccessToken> subject, ExchangeOutcome outcome, Instant now) {
        Map<String, String> details = Map.of(
                "reason", reason(outcome),
                "audience", request.audience().map(Audience::value).orElse(""),
                "subject_token", subject.map(AccessToken::jwtId).orElse(""));
        String target = subject.map(AccessToken::subject).orElse("");
        AuditEvent event = request.caller()
                .event(
                        AuditEvent.Type.EXCHANGE_REFUSED,
                        request.client().id().value(),
                        target,
                        request.client().id(),
                        details,
                        now);
        database.inTransaction(tx -> {
            audit.append(tx, event);
            return event;
        });
    }

    private static String reason(ExchangeOutcome outcome) {
        return switch (outcome) {
            case Exchanged _ -> "";
            case SubjectNotGood _ -> "subject_token";
            case ActorNotGood _ -> "actor_token";
            case OfSharedSecret _ -> "shared_secret";
            case ActorNotAllowed _ -> "may_act";
            case TargetRefused _ -> "target";
            case ScopeRefused _ -> "scope";
            case TooManyActors _ -> "too_many_actors";
        };
    }
}
