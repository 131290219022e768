package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.DeviceAuthorization;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.grant.UserCode;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.DeviceOutcome.Connected;
import dev.handstamp.server.issuance.DeviceOutcome.Denied;
import dev.handstamp.server.issuance.DeviceOutcome.Expired;
import dev.handstamp.server.issuance.DeviceOutcome.NotGood;
import dev.handstamp.server.issuance.DeviceOutcome.Pending;
import dev.handstamp.server.issuance.DeviceOutcome.TargetRefused;
import dev.handstamp.server.issuance.DeviceOutcome.TooFast;
import dev.handstamp.server.issuance.LoginThrottle.Admitted;
import dev.handstamp.server.issuance.LoginThrottle.Crowded;
import dev.handstamp.server.issuance.LoginThrottle.Delayed;
import dev.handstamp.server.issuance.TokenHolder.ForUser;
import dev.handstamp.server.issuance.Tokens.Refreshable;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DeviceAuthorizationStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Connects devices: one asks, a user who sits at another one types its code in and allows it, and the device fetches
/// its tokens.
///
/// What the user allows is a grant in a session of the device's own: signing out of the browser does not end it. Until
/// the device has fetched its tokens, both last no longer than its code.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8628">RFC 8628, device authorization grant</a>
public final class DeviceAuthorizations {

    /// How long a user may take to type the code in and decide.
    public static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final String PURPOSE = "user code";
    private static final Duration CROWDED = Duration.ofSeconds(1);

    /// What a device is given.
    public record Begun(Secret deviceCode, UserCode userCode) {}

    /// What became of a code that somebody typed in.
    public sealed interface Entry {}

    public record Found(DeviceAuthorization device) implements Entry {}

    public record Unknown() implements Entry {}

    /// Too many wrong codes from this network; this one was not looked at.
    public record Throttled(Duration retryAfter) implements Entry {}

    private sealed interface Decision {}

    private record Told(DeviceOutcome outcome) implements Decision {}

    private record Replayed(Grant grant) implements Decision {}

    private record Redeemed(Grant grant, User user, Api api, Scopes scopes, Instant refreshUntil) implements Decision {}

    private final Database database;
    private final UserStore users;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final AuditStore audit;
    private final Endings endings;
    private final Live live;
    private final LoginThrottle throttle;
    private final TokenIssuer issuer;
    private final IdTokens idTokens;
    private final KeyEncryption encryption;
    private final Secrets secrets;
    private final Lifetimes lifetimes;
    private final InstantSource clock;
    private final Tally tally;
    private final DeviceAuthorizationStore devices = new DeviceAuthorizationStore();
    private final Visitors visitors = new Visitors();

    /// @param throttle of wrong codes, by network; not the one of passwords
    public DeviceAuthorizations(
            Database database,
            UserStore users,
            SessionStore sessions,
            GrantStore grants,
            AuditStore audit,
            Endings endings,
            Live live,
            LoginThrottle throttle,
            TokenIssuer issuer,
            IdTokens idTokens,
            KeyEncryption encryption,
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
        this.throttle = throttle;
        this.issuer = issuer;
        this.idTokens = idTokens;
        this.encryption = encryption;
        this.secrets = secrets;
        this.lifetimes = lifetimes;
        this.clock = clock;
        this.tally = tally;
    }

    /// A device asks for its codes (§3.1).
    public Begun begin(Client client, Api api, Optional<Scopes> scopes, Caller caller) {
        Secret deviceCode = secrets.oneTime();
        while (true) {
            UserCode userCode = new UserCode(secrets.letters(UserCode.ALPHABET, UserCode.LENGTH));
            Instant now = clock.instant();
            DeviceAuthorization device = new DeviceAuthorization(
                    deviceCode.hash(),
                    hash(userCode),
                    client.id(),
                    api.audience(),
                    scopes,
                    caller.address(),
                    caller.userAgent(),
                    now,
                    now.plus(LIFETIME),
                    DeviceAuthorization.FIRST_INTERVAL,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            // Another device has this very code now: once in a long while.
            if (database.inTransaction(tx -> devices.insert(tx, device))) return new Begun(deviceCode, userCode);
        }
    }

    /// Somebody types a code in. Wrong ones are counted by network, those under way too (§5.1).
    public Entry enter(String typed, Caller caller) {
        Optional<UserCode> code = UserCode.parse(typed);
        if (code.isEmpty()) return new Unknown();
        return switch (throttle.admit(caller.network(), Optional.empty(), caller, false)) {
            case Delayed delayed -> new Throttled(delayed.retryAfter());
            case Crowded _ -> new Throttled(CROWDED);
            case Admitted admitted -> enter(code.get(), admitted);
        };
    }

    private Entry enter(UserCode code, Admitted admitted) {
        boolean settled = false;
        try {
            Instant now = clock.instant();
            Optional<DeviceAuthorization> device =
                    database.read(tx -> devices.findByUserCode(tx, hash(code))).filter(found -> found.isOpenAt(now));
            settled = true;
            if (device.isEmpty()) {
                throttle.failed(admitted);
                return new Unknown();
            }
            throttle.succeeded(admitted);
            return new Found(device.get());
        } finally {
            if (!settled) throttle.undecided(admitted);
        }
    }

    /// The one that a page is about, as long as nobody has decided.
    public Optional<DeviceAuthorization> open(SecretHash deviceCode) {
        Instant now = clock.instant();
        return database.read(tx -> devices.find(tx, deviceCode)).filter(found -> found.isOpenAt(now));
    }

    /// The user allows exactly this.
    ///
    /// @return false if somebody has decided before, it is too late, or the user has signed out meanwhile
    public boolean allow(DeviceAuthorization device, Visitor visitor, Scopes granted, Caller caller) {
        Instant now = clock.instant();
        GrantId id = secrets.grantId();
        return database.inTransaction(tx -> {
            // The device gets a session of its own: it must not outlive the end of the one that lets it in.
            if (visitors.hold(tx, visitor, now).isEmpty()) return false;
            if (!devices.decide(tx, device.deviceCode(), Optional.of(id), now)) return false;
            Instant until = device.expiresAt().plus(DeviceAuthorization.GRACE);
            Session own = new Session(
                    secrets.sessionId(),
                    visitor.user().subject(),
                    device.address(),
                    device.userAgent(),
                    now,
                    until,
                    Optional.empty());
            sessions.insert(tx, own);
            grants.insert(
                    tx,
                    new Grant(
                            id,
                            visitor.user().subject(),
                            device.client(),
                            own.id(),
                            device.audience(),
                            granted,
                            now,
                            until,
                            Optional.empty(),
                            Optional.of(visitor.proofs().context())));
            Map<String, String> details = Map.of(
                    "grant", id.value(),
                    "scope", granted.toString(),
                    "device_address", device.address());
            note(tx, AuditEvent.Type.DEVICE_ALLOWED, device, visitor.user().subject(), details, caller, now);
            return true;
        });
    }

    /// The user does not want to.
    ///
    /// @param subject empty for somebody who has not signed in
    /// @return false if somebody has decided before, or it is too late
    public boolean deny(DeviceAuthorization device, Optional<Subject> subject, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (!devices.decide(tx, device.deviceCode(), Optional.empty(), now)) return false;
            Map<String, String> details = Map.of("device_address", device.address());
            String actor = subject.map(Subject::value).orElse("");
            String target = device.client().value();
            AuditEvent.Type type = AuditEvent.Type.DEVICE_DENIED;
            audit.append(tx, caller.event(type, actor, target, device.client(), details, now));
            return true;
        });
    }

    /// A device polls (§3.4).
    public DeviceOutcome redeem(DeviceCodeRequest request) {
        Optional<DeviceAuthorization> presented =
                database.read(tx -> devices.find(tx, request.deviceCode().hash()));
        if (presented.isEmpty()) return new NotGood();
        Secret refreshToken = secrets.refreshToken();
        Instant now = clock.instant();
        Snapshot known = live.current();
        Decision decision = database.inTransaction(tx -> decide(tx, request, refreshToken, known, now));
        return switch (decision) {
            case Told(var outcome) -> outcome;
            case Replayed(var grant) -> {
                Log.warn("device code reused", "grant", grant.id(), "client", grant.client());
                yield new NotGood();
            }
            case Redeemed redeemed -> new Connected(tokens(redeemed, request, refreshToken, known, now));
        };
    }

    private Decision decide(
            Transaction tx, DeviceCodeRequest request, Secret refreshToken, Snapshot known, Instant now) {
        Optional<DeviceAuthorization> found =
                devices.find(tx, request.deviceCode().hash());
        if (found.isEmpty()) return new Told(new NotGood());
        DeviceAuthorization device = found.get();
        return switch (device.poll(request.client().id(), now)) {
            case DeviceAuthorization.Granted(var grant) ->
                spend(tx, request, device, grants.find(tx, grant), refreshToken, known, now);
            case DeviceAuthorization.Reused(var grant) ->
                grants.find(tx, grant)
                        .map(spent -> replayed(tx, request, spent, known, now))
                        .orElse(new Told(new NotGood()));
            case DeviceAuthorization.Denied _ -> new Told(new Denied());
            case DeviceAuthorization.Expired _ -> new Told(new Expired());
            case DeviceAuthorization.ForeignClient _ -> refused(tx, request, device, "foreign_client", now);
            case DeviceAuthorization.Undecided _ -> {
                if (devices.poll(tx, device.deviceCode(), now)) yield new Told(new Pending());
                devices.slowDown(tx, device.deviceCode(), now);
                yield new Told(new TooFast());
            }
        };
    }

    private Decision spend(
            Transaction tx,
            DeviceCodeRequest request,
            DeviceAuthorization device,
            Optional<Grant> found,
            Secret refreshToken,
            Snapshot known,
            Instant now) {
        if (found.isEmpty()) return refused(tx, request, device, "ended", now);
        Grant grant = found.get();
        Optional<User> user = users.hold(tx, grant.subject()).filter(each -> !each.disabled());
        Optional<Api> api = known.directory().userTarget(request.client(), grant.audience());
        boolean live = grant.isLiveAt(now)
                && sessions.find(tx, grant.session())
                        .filter(session -> session.isLiveAt(now))
                        .isPresent();
        if (user.isEmpty() || api.isEmpty() || !live) return refused(tx, request, device, "ended", now);
        if (!grant.reaches(request.client().levelAt(api.get()))) return refused(tx, request, device, "level", now);
        boolean elsewhere =
                request.audience().isPresent() && !request.audience().get().equals(grant.audience());
        if (elsewhere) return new Told(new TargetRefused());
        if (!devices.spend(tx, device.deviceCode(), now)) return replayed(tx, request, grant, known, now);

        Instant end = now.plus(lifetimes.grant());
        boolean lasts = sessions.extend(tx, grant.session(), end, now) && grants.extend(tx, grant.id(), end);
        if (!lasts) return refused(tx, request, device, "ended", now);
        Instant until = earlier(end, now.plus(lifetimes.refreshToken()));
        if (request.client().mayUse(GrantType.REFRESH_TOKEN)) {
            Confirmation bound = request.client().isPublic() ? request.held() : Confirmation.NONE;
            grants.insertRefreshToken(
                    tx,
                    new RefreshToken(
                            refreshToken.hash(), grant.id(), grant.client(), now, until, Optional.empty(), bound));
        }
        Scopes scopes = grant.scopes()
                .intersection(known.directory().grantableScopesOf(user.get(), request.client(), api.get()));
        Map<String, String> details = Map.of("grant", grant.id().value(), "scope", scopes.toString());
        String target = grant.subject().value();
        AuditEvent.Type type = AuditEvent.Type.DEVICE_CONNECTED;
        audit.append(tx, request.caller().event(type, grant.client().value(), target, grant.client(), details, now));
        return new Redeemed(grant, user.get(), api.get(), scopes, until);
    }

    private Tokens tokens(
            Redeemed redeemed, DeviceCodeRequest request, Secret refreshToken, Snapshot known, Instant now) {
        Grant grant = redeemed.grant;
        // By what was known before the transaction: a revocation since then refuses the token.
        Issuance issuance =
                issuer.issuance(known, grant.subject().value(), grant.client().value(), redeemed.api, now);
        ForUser holder = ForUser.of(redeemed.user, grant, request.held());
        IssuedToken access = issuer.issue(known, holder, redeemed.api, redeemed.scopes, issuance, now);
        tally.tokensIssued.increment();
        Optional<Refreshable> refreshable = request.client().mayUse(GrantType.REFRESH_TOKEN)
                ? Optional.of(new Refreshable(refreshToken, Duration.between(now, redeemed.refreshUntil)))
                : Optional.empty();
        boolean asksWho = redeemed.scopes.contains(IdentityScope.OPENID.wireName());
        Optional<String> idToken = asksWho
                ? IdTokens.Occasion.of(request.client(), grant)
                        .map(occasion ->
                                idTokens.issue(known, redeemed.user, occasion, Optional.empty(), access, issuance.at()))
                : Optional.empty();
        return new Tokens(access, refreshable, idToken);
    }

    private Decision replayed(Transaction tx, DeviceCodeRequest request, Grant grant, Snapshot known, Instant now) {
        endings.endReplayed(tx, grant, known.directory(), request.caller(), now);
        return new Replayed(grant);
    }

    private Told refused(
            Transaction tx, DeviceCodeRequest request, DeviceAuthorization device, String reason, Instant now) {
        Map<String, String> details = Map.of("reason", reason, "kind", "device_code");
        String actor = request.client().id().value();
        AuditEvent.Type type = AuditEvent.Type.CODE_REFUSED;
        audit.append(tx, request.caller().event(type, actor, device.client().value(), device.client(), details, now));
        return new Told(new NotGood());
    }

    private void note(
            Transaction tx,
            AuditEvent.Type type,
            DeviceAuthorization device,
            Subject subject,
            Map<String, String> details,
            Caller caller,
            Instant now) {
        String target = device.client().value();
        audit.append(tx, caller.event(type, subject.value(), target, device.client(), details, now));
    }

    private SecretHash hash(UserCode code) {
        return encryption.hash(code.value(), PURPOSE);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
