package dev.handstamp.server.issuance;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.revocation.StatusReference;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.KnownDeviceStore;
import dev.handstamp.server.store.PairwiseSubjectStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.StatusListStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Takes back what was issued: sessions, grants and single tokens, each with its entry in the revocation log and its
/// audit event in the transaction that ends it.
public final class Endings {

    /// How long after its end a token may still be held for good by a verifier whose clock is behind.
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

    private final Database database;
    private final SessionStore sessions;
    private final GrantStore grants;
    private final RevocationStore revocations;
    private final AuditStore audit;
    private final PairwiseSubjectStore pairwiseSubjects = new PairwiseSubjectStore();
    private final StatusListStore statusLists = new StatusListStore();
    private final KnownDeviceStore devices = new KnownDeviceStore();
    private final InstantSource clock;

    public Endings(
            Database database,
            SessionStore sessions,
            GrantStore grants,
            RevocationStore revocations,
            AuditStore audit,
            InstantSource clock) {
        this.database = database;
        this.sessions = sessions;
        this.grants = grants;
        this.revocations = revocations;
        this.audit = audit;
        this.clock = clock;
    }

    /// The grant that a refresh token descends from, whatever became of the token.
    public Optional<Grant> grantOf(Secret refreshToken) {
        return database.read(tx ->
                grants.findRefreshToken(tx, refreshToken.hash()).flatMap(token -> grants.find(tx, token.grant())));
    }

    /// Logs a user out: the session, every grant that began in it and every token below them.
    ///
    /// @return false if the session had ended before
    public boolean logOut(SessionId session, Subject subject, ClientId client, Directory directory, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> logOut(tx, session, subject, client, directory, caller, now));
    }

    /// The same, in a transaction of the caller's, for a user who asks at the server's own page.
    boolean logOut(
            Transaction tx, SessionId session, Subject subject, Directory directory, Caller caller, Instant now) {
        return logOut(tx, session, subject, ClientId.FIRST_PARTY, directory, caller, now);
    }

    private boolean logOut(
            Transaction tx,
            SessionId session,
            Subject subject,
            ClientId client,
            Directory directory,
            Caller caller,
            Instant now) {
        if (!endSession(tx, session, AuditEvent.Type.LOGGED_OUT, directory, now)) return false;
        audit.append(
                tx, caller.event(AuditEvent.Type.LOGGED_OUT, subject.value(), session.value(), client, Map.of(), now));
        return true;
    }

    /// Revokes a grant, every refresh token and every access token below it (RFC 7009 §2.1).
    ///
    /// @return false if it was revoked before
    public boolean revoke(Grant grant, Directory directory, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (!revoke(tx, grant, AuditEvent.Type.GRANT_REVOKED, directory, now)) return false;
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.GRANT_REVOKED,
                            grant.client().value(),
                            grant.id().value(),
                            grant.client(),
                            Map.of("subject", grant.subject().value()),
                            now));
            return true;
        });
    }

    /// The grant that has to go with one of its tokens: in a status list, all tokens of a grant have one place (RFC
    /// 7009 §2.1 lets the server revoke more).
    public Optional<Grant> grantOf(AccessToken token, Directory directory) {
        if (StatusReference.of(token.claims().get("status")).isEmpty()) return Optional.empty();
        Optional<String> grant = token.claims().string("grant_id");
        return grant.flatMap(id -> database.read(tx -> grants.find(tx, new GrantId(id))))
                .filter(found ->
                        !AccessTokens.isOfSharedSecret(token) || AccessTokens.descends(token, found, directory));
    }

    /// Revokes one access token (RFC 7009 §2.1).
    public void revoke(AccessToken token, ClientId client, Caller caller) {
        Instant now = clock.instant();
        String jwtId = token.jwtId();
        Set<Audience> audiences = AccessTokens.audiences(token);
        database.inTransaction(tx -> {
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.TOKEN_REVOKED,
                            client.value(),
                            jwtId,
                            client,
                            Map.of("subject", token.subject()),
                            now));
            Instant forgetAt = token.expiresAt().plus(CLOCK_SKEW);
            StatusReference.of(token.claims().get("status"))
                    .filter(status -> !AccessTokens.isOfSharedSecret(token) || isListOf(tx, status, audiences, client))
                    .ifPresent(status -> statusLists.set(tx, status));
            return revocations.append(tx, Kind.TOKEN, jwtId, AuditEvent.Type.TOKEN_REVOKED, audiences, now, forgetAt);
        });
    }

    /// The list must be one that such a token can be in: an API that shares a secret could name any.
    private boolean isListOf(Transaction tx, StatusReference status, Set<Audience> audiences, ClientId client) {
        return statusLists
                .find(tx, status.list())
                .filter(list ->
                        audiences.contains(list.audience()) && list.client().equals(Optional.of(client)))
                .isPresent();
    }

    /// A spent refresh token came back: one of its two holders has stolen it, so the whole family dies (RFC 9700
    /// §4.14.2).
    void endStolen(Transaction tx, Grant grant, Directory directory, Caller caller, Instant now) {
        revoke(tx, grant, AuditEvent.Type.REFRESH_TOKEN_REUSED, directory, now);
        endSession(tx, grant.session(), AuditEvent.Type.REFRESH_TOKEN_REUSED, directory, now);
        audit.append(
                tx,
                caller.event(
                        AuditEvent.Type.REFRESH_TOKEN_REUSED,
                        "",
                        grant.subject().value(),
                        grant.client(),
                        Map.of(
                                "grant", grant.id().value(),
                                "session", grant.session().value()),
                        now));
    }

    /// An authorization code came back: what it gave dies (RFC 6749 §4.1.2). The browser's session lives on: the code
    /// did not open it.
    void endReplayed(Transaction tx, Grant grant, Directory directory, Caller caller, Instant now) {
        audit.append(
                tx,
                caller.event(
                        AuditEvent.Type.CODE_REUSED,
                        grant.client().value(),
                        grant.subject().value(),
                        grant.client(),
                        Map.of("grant", grant.id().value()),
                        now));
        revoke(tx, grant, AuditEvent.Type.CODE_REUSED, directory, now);
    }

    /// Another user signs in with the same browser, which nobody can use for this session any more.
    void endReplaced(
            Transaction tx, Session session, ClientId client, Directory directory, Caller caller, Instant now) {
        String subject = session.subject().value();
        audit.append(
                tx,
                caller.event(AuditEvent.Type.LOGGED_OUT, subject, session.id().value(), client, Map.of(), now));
        endSession(tx, session.id(), AuditEvent.Type.LOGGED_OUT, directory, now);
    }

    /// Ends what a user has opened anywhere but in this session, whose grants go on: a factor or the password is
    /// another. No browser goes on without a second factor.
    void endOthers(
            Transaction tx, Visitor visitor, AuditEvent.Type cause, Directory directory, Caller caller, Instant now) {
        Subject subject = visitor.user().subject();
        devices.distrust(tx, subject);
        SessionId kept = visitor.session().id();
        for (Session session : sessions.listLive(tx, subject, now, Integer.MAX_VALUE)) {
            if (session.id().equals(kept) || !endSession(tx, session.id(), cause, directory, now)) continue;
            audit.append(
                    tx,
                    caller.event(
                            AuditEvent.Type.SESSION_REVOKED,
                            subject.value(),
                            session.id().value(),
                            ClientId.FIRST_PARTY,
                            Map.of("reason", cause.wireName()),
                            now));
        }
    }

    /// Ends every session, grant and token of a user, for a reason of the caller's, which has it on record.
    void endEverything(Transaction tx, Subject subject, AuditEvent.Type cause, Instant now) {
        sessions.endAll(tx, subject, now);
        grants.revokeAll(tx, subject, now);
        cutOff(tx, subject, cause, now);
    }

    /// Every token of a user that was issued until now is refused from the commit on; sessions and grants go on.
    void cutOff(Transaction tx, Subject subject, AuditEvent.Type cause, Instant now) {
        Set<Audience> audiences = grants.audiences(tx, subject);
        Instant forgetAt = now.plus(Revocation.LONGEST_REMEMBERED);
        revocations.append(tx, Kind.SUBJECT, subject.value(), cause, audiences, now, forgetAt);
        // At a pairwise client, tokens call the user otherwise.
        for (Subject pairwise : pairwiseSubjects.list(tx, subject)) {
            revocations.append(tx, Kind.SUBJECT, pairwise.value(), cause, audiences, now, forgetAt);
        }
    }

    /// Revokes a grant for a reason of the caller's, which has it on record.
    boolean revoke(Transaction tx, Grant grant, AuditEvent.Type cause, Directory directory, Instant now) {
        if (!grants.revoke(tx, grant.id(), now)) return false;
        Duration life = directory.api(grant.audience()).map(Api::tokenLifetime).orElse(Api.LONGEST_TOKEN_LIFETIME);
        Instant forgetAt = now.plus(life).plus(CLOCK_SKEW);
        revocations.append(tx, Kind.GRANT, grant.id().value(), cause, Set.of(grant.audience()), now, forgetAt);
        return true;
    }

    private boolean endSession(
            Transaction tx, SessionId session, AuditEvent.Type cause, Directory directory, Instant now) {
        if (!sessions.end(tx, session, now)) return false;
        grants.revokeAll(tx, session, now);
        Instant forgetAt = now.plus(directory.longestTokenLifetime()).plus(CLOCK_SKEW);
        revocations.append(tx, Kind.SESSION, session.value(), cause, grants.audiences(tx, session), now, forgetAt);
        return true;
    }
}
