package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.VerificationKey;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.AssertionOutcome.Issued;
import dev.handstamp.server.issuance.AssertionOutcome.NotGood;
import dev.handstamp.server.issuance.AssertionOutcome.ScopeRefused;
import dev.handstamp.server.issuance.AssertionOutcome.TargetRefused;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UsedOnceStore;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Gives a client tokens for a user of whom a trusted issuer has signed an assertion. Each assertion counts once, and
/// there is no refresh token: whoever needs another token brings another assertion.
///
/// All tokens of one user, client, API and issuer descend from one standing grant, in a session of its own, so that
/// they can be seen and taken back like those of a login.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523 §3, JWT format and processing</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7521#section-4.1">RFC 7521 §4.1, assertions as grants</a>
public final class Assertions {

    private static final int LONGEST = 8192;
    private static final int LONGEST_TEXT = 256;

    /// How far an issuer's clock may be off.
    private static final Duration SKEW = Duration.ofSeconds(60);

    /// An assertion is made for one request: who needs a longer life has lost it.
    private static final Duration LONGEST_LIFE = Duration.ofHours(1);

    /// So that no token of another kind, signed by the same key, is taken for an assertion (RFC 8725 §3.11).
    private static final Set<String> TYPES = Set.of("JWT", "authorization-grant+jwt");

    private sealed interface Checked {}

    private record Sound(AssertionIssuer issuer, String subject, String jwtId, Instant expiresAt) implements Checked {}

    private record Unsound(String reason) implements Checked {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Live live;
    private final ClientKeySets keys;
    private final TokenIssuer tokens;
    private final Secrets secrets;
    private final Lifetimes lifetimes;
    private final Set<String> audiences;
    private final InstantSource clock;
    private final Tally tally;
    private final UsedOnceStore used = new UsedOnceStore();

    /// @param issuer whom assertions are for, by its own name or that of its token endpoint (RFC 7523 §3, item 3)
    public Assertions(
            Database database,
            UserStore users,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            Live live,
            ClientKeySets keys,
            TokenIssuer tokens,
            Secrets secrets,
            Lifetimes lifetimes,
            String issuer,
            InstantSource clock,
            Tally tally) {
        this.database = database;
        this.users = users;
        this.sessions = sessions;
        this.grants = grants;
        this.audit = audit;
        this.live = live;
        this.keys = keys;
        this.tokens = tokens;
        this.secrets = secrets;
        this.lifetimes = lifetimes;
        this.audiences = Set.of(issuer, issuer + "/token");
        this.clock = clock;
        this.tally = tally;
    }

    public AssertionOutcome redeem(AssertionRequest request) {
        Instant now = clock.instant();
        Snapshot known = live.current();
        return switch (check(request, known.directory(), now)) {
            case Unsound(var reason) -> refused(request, reason, now);
            case Sound sound -> redeem(request, sound, known, now);
        };
    }

    private AssertionOutcome redeem(AssertionRequest request, Sound sound, Snapshot known, Instant now) {
        Directory directory = known.directory();
        Client client = request.client();
        Optional<Api> api = request.audience().isPresent()
                ? directory.target(client, request.audience().get())
                : directory.onlyTarget(client);
        // Where a level is required, only users count who have signed in.
        boolean takesAll = api.filter(each -> each.requiredLevel().isEmpty()
                        && client.policy().requiredLevel().isEmpty())
                .isPresent();
        if (!takesAll) return new TargetRefused();
        Optional<User> user = database.read(tx -> find(tx, sound))
                .filter(found -> !found.disabled() && sound.issuer.speaksFor(found.subject()));
        if (user.isEmpty()) return refused(request, "user", now);
        Scopes most = directory.scopesOf(user.get(), client, api.get());
        Scopes scopes = request.scopes().orElse(most);
        if (!most.containsAll(scopes)) return new ScopeRefused();

        String subject = user.get().subject().value();
        Issuance issuance = tokens.issuance(known, subject, client.id().value(), api.get(), now);
        Optional<Grant> grant = database.inTransaction(tx -> {
            boolean isStill = users.hold(tx, user.get().subject()).equals(user);
            Secret name = new Secret("assertion\n" + sound.issuer.name() + "\n" + sound.jwtId);
            if (!isStill || !used.use(tx, name.hash(), sound.expiresAt.plus(SKEW))) return Optional.empty();
            Grant standing = standing(tx, request, sound, user.get(), api.get(), most, now);
            Map<String, String> details = Map.of(
                    "issuer", sound.issuer.name(),
                    "grant", standing.id().value(),
                    "scope", scopes.toString());
            AuditEvent.Type type = AuditEvent.Type.ASSERTION_REDEEMED;
            audit.append(tx, request.caller().event(type, client.id().value(), subject, client.id(), details, now));
            return Optional.of(standing);
        });
        if (grant.isEmpty()) return refused(request, "used", now);
        ForUser holder = ForUser.of(user.get(), grant.get(), request.held());
        IssuedToken token = tokens.issue(known, holder, api.get(), scopes, issuance, now);
        tally.tokensIssued.increment();
        return new Issued(token);
    }

    private Optional<User> find(Transaction tx, Sound sound) {
        return switch (sound.issuer.naming()) {
            case SUBJECT -> users.find(tx, new Subject(sound.subject));
            case USERNAME -> Username.parse(sound.subject).flatMap(name -> users.findByUsername(tx, name));
        };
    }

    /// The grant that is there, or a new one with a session of its own.
    private Grant standing(
            Transaction tx, AssertionRequest request, Sound sound, User user, Api api, Scopes most, Instant now) {
        String issuer = sound.issuer.name();
        Instant needed = now.plus(api.tokenLifetime()).plus(SKEW);
        Optional<Grant> found = grants.findStanding(
                        tx, issuer, user.subject(), request.client().id(), api.audience(), most, needed)
                .filter(grant -> sessions.find(tx, grant.session())
                        .filter(session -> session.isLiveAt(needed))
                        .isPresent());
        if (found.isPresent()) return found.get();
        Instant end = now.plus(lifetimes.grant());
        if (end.isBefore(needed)) end = needed;
        String described = "assertions of " + issuer;
        // No address: it is not one that the user signs in from.
        Session own = new Session(
                secrets.sessionId(),
                user.subject(),
                "",
                described.length() > LONGEST_TEXT ? described.substring(0, LONGEST_TEXT) : described,
                now,
                end,
                Optional.empty());
        Grant grant = new Grant(
                secrets.grantId(),
                user.subject(),
                request.client().id(),
                own.id(),
                api.audience(),
                most,
                now,
                end,
                Optional.empty());
        sessions.insert(tx, own);
        grants.insertStanding(tx, grant, issuer);
        return grant;
    }

    private Checked check(AssertionRequest request, Directory directory, Instant now) {
        Optional<Jws> jws = request.assertion().length() > LONGEST ? Optional.empty() : Jws.parse(request.assertion());
        if (jws.isEmpty()) return new Unsound("malformed");
        Optional<AssertionIssuer> issuer = claims(jws.get().unverifiedPayload())
                .flatMap(unverified -> unverified.string("iss"))
                .flatMap(name -> directory.trust().issuer(name));
        if (issuer.isEmpty()) return new Unsound("issuer");
        if (!issuer.get().clients().contains(request.client().id())) return new Unsound("client");
        Optional<Claims> signed = signed(jws.get(), issuer.get(), directory);
        return signed.isEmpty() ? new Unsound("signature") : check(signed.get(), issuer.get(), now);
    }

    private Checked check(Claims claims, AssertionIssuer issuer, Instant now) {
        Optional<String> subject = claims.string("sub").filter(Assertions::isShort);
        Optional<String> jwtId = claims.string("jti").filter(Assertions::isShort);
        Optional<Instant> expiresAt = claims.instant("exp");
        List<String> named = claims.strings("aud");
        if (!claims.string("iss").equals(Optional.of(issuer.name()))) return new Unsound("issuer");
        if (named.isEmpty() || !audiences.containsAll(named)) return new Unsound("audience");
        if (subject.isEmpty()) return new Unsound("subject");
        if (jwtId.isEmpty()) return new Unsound("jti");
        boolean timely = expiresAt.isPresent()
                && now.isBefore(expiresAt.get().plus(SKEW))
                && expiresAt.get().isBefore(now.plus(LONGEST_LIFE).plus(SKEW))
                && isPast(claims, "nbf", now)
                && isPast(claims, "iat", now);
        return timely ? new Sound(issuer, subject.get(), jwtId.get(), expiresAt.get()) : new Unsound("time");
    }

    private Optional<Claims> signed(Jws jws, AssertionIssuer issuer, Directory directory) {
        Map<String, Object> header = jws.unverifiedHeader();
        if (!(header.get("alg") instanceof String name) || header.containsKey("crit")) return Optional.empty();
        if (header.containsKey("typ") && !TYPES.contains(String.valueOf(header.get("typ")))) return Optional.empty();
        Optional<Algorithm> algorithm =
                Algorithm.named(name).filter(known -> known.isAvailable() && !known.isSymmetric());
        if (algorithm.isEmpty()) return Optional.empty();
        Optional<String> keyId = header.get("kid") instanceof String kid ? Optional.of(kid) : Optional.empty();
        Optional<VerificationKey> key = keys.find(issuer, directory, keyId, algorithm.get());
        return key.flatMap(jws::verify).flatMap(Assertions::claims);
    }

    private AssertionOutcome refused(AssertionRequest request, String reason, Instant now) {
        String client = request.client().id().value();
        AuditEvent event = request.caller()
                .event(
                        AuditEvent.Type.ASSERTION_REFUSED,
                        client,
                        "",
                        request.client().id(),
                        Map.of("reason", reason),
                        now);
        database.inTransaction(tx -> {
            audit.append(tx, event);
            return event;
        });
        return new NotGood();
    }

    private static boolean isShort(String text) {
        return !text.isEmpty() && text.length() <= LONGEST_TEXT;
    }

    private static boolean isPast(Claims claims, String name, Instant now) {
        if (!claims.has(name)) return true;
        return claims.instant(name)
                .filter(time -> !time.isAfter(now.plus(SKEW)))
                .isPresent();
    }

    private static Optional<Claims> claims(byte[] payload) {
        try {
            return Optional.of(Claims.of(Json.parseObject(payload)));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }
}
