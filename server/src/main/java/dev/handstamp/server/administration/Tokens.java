package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.issuance.IssuedToken;
import dev.handstamp.server.issuance.StatusLists;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.issuance.TokenHolder;
import dev.handstamp.server.issuance.TokenIssuer;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Access tokens issued by an administrator's hand, to try an API or to help somebody.
///
/// A user's token belongs to a session of its own, so that it can be seen and ended like any other.
public final class Tokens {

    private static final String AGENT = "issued by an administrator";

    private final Database database;
    private final Users users;
    private final Supplier<KeyEncryption> encryption;
    private final Secrets secrets;
    private final TokenIssuer issuer;
    private final InstantSource clock;
    private final Journal journal;
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final UserStore userStore = new UserStore();

    /// Works on the given store.
    ///
    /// @param issuer the `iss` of the tokens
    public Tokens(
            Database database,
            Users users,
            Supplier<KeyEncryption> encryption,
            Secrets secrets,
            String issuer,
            InstantSource clock,
            Administrator administrator) {
        this.database = database;
        this.users = users;
        this.encryption = encryption;
        this.secrets = secrets;
        this.issuer = new TokenIssuer(
                issuer, secrets, new StatusLists(database, secrets, Api.LONGEST_TOKEN_LIFETIME), Subjects.PUBLIC);
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    /// A token for a user, with what the user's roles carry at the API, or less.
    ///
    /// @param scopes empty for all of it
    public IssuedToken issueForUser(String nameOrSubject, String audience, Collection<String> scopes) {
        User user = users.find(nameOrSubject);
        if (user.disabled()) throw new Refused("refused.user.disabled", user.username());
        Instant now = clock.instant();
        Snapshot known = known(now);
        Api api = api(known.directory(), audience);
        Client client = Client.firstParty();
        Scopes granted = granted(
                known.directory().scopesOf(user, client, api),
                scopes,
                Optional.of(user.username().value()));
        var holder = new TokenHolder.ForUser(
                user,
                client.id(),
                secrets.sessionId(),
                secrets.grantId(),
                Optional.empty(),
                Optional.empty(),
                Confirmation.NONE);
        Instant end = now.plus(api.tokenLifetime());
        database.inTransaction(tx -> {
            // Whoever takes everything back from this user comes before, and changes them, or after, and finds this.
            if (!userStore.hold(tx, user.subject()).equals(Optional.of(user))) {
                throw new Refused("refused.user.changed", user.username());
            }
            sessions.insert(tx, session(holder.session(), user, now, end));
            grants.insert(tx, grant(holder.grant(), holder.session(), user, client, api, granted, now, end));
            return true;
        });
        IssuedToken token = issuer.issue(known, holder, api, granted, now);
        database.inTransaction(tx -> {
            note(tx, token, user.subject().value(), api, now);
            return token;
        });
        return token;
    }

    /// A token for a client in its own name.
    ///
    /// @param scopes empty for all that it may have there
    public IssuedToken issueForClient(String clientId, String audience, Collection<String> scopes) {
        Instant now = clock.instant();
        Snapshot known = known(now);
        Client client = known.directory()
                .client(Parsed.clientId(clientId))
                .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "refused.client.unknown", clientId));
        Api api = api(known.directory(), audience);
        if (!client.mayAskFor(api.audience())) throw new Refused("refused.token.no-part", clientId, audience);
        Scopes granted = granted(known.directory().ownScopesOf(client, api), scopes, Optional.empty());
        IssuedToken token = issuer.issue(known, new TokenHolder.ForClient(client.id()), api, granted, now);
        database.inTransaction(tx -> {
            note(tx, token, client.id().value(), api, now);
            return token;
        });
        return token;
    }

    /// A token in nobody's name, for a command that asks a running node what that alone knows.
    ///
    /// Whoever issues it owns the data. It is noted as any other, for it goes wherever the command was told
    /// that the node is; but with what it is for, so that nobody takes it for one to carry away.
    ///
    /// @param question what the node is asked for
    public IssuedToken issueForCommand(String audience, Collection<String> scopes, String question) {
        Instant now = clock.instant();
        Snapshot known = known(now);
        Api api = api(known.directory(), audience);
        TokenHolder holder = new TokenHolder.ForClient(ClientId.FIRST_PARTY);
        IssuedToken token = issuer.issue(known, holder, api, Parsed.scopes(scopes), now);
        database.inTransaction(tx -> {
            Map<String, String> details = details(token, ClientId.FIRST_PARTY.value(), api);
            details.put("to_ask", question);
            journal.note(tx, AuditEvent.Type.TOKEN_ISSUED, token.jwtId(), details, now);
            return token;
        });
        return token;
    }

    /// Checks a token that is signed with a secret, as the API that shares the secret does.
    public Verification verifyShared(String token, String issuer, String audience) {
        TokenPolicy policy = TokenPolicy.builder()
                .issuer(issuer)
                .audience(Parsed.audience(audience).value())
                .algorithms(Algorithm.HS256, Algorithm.HS384, Algorithm.HS512)
                .build();
        Instant now = clock.instant();
        return known(now).keys().check(token, policy, now);
    }

    private void note(Transaction tx, IssuedToken token, String subject, Api api, Instant now) {
        journal.note(tx, AuditEvent.Type.TOKEN_ISSUED, token.jwtId(), details(token, subject, api), now);
    }

    private static Map<String, String> details(IssuedToken token, String subject, Api api) {
        Map<String, String> details = new TreeMap<>();
        details.put("subject", subject);
        details.put("audience", api.audience().value());
        details.put("scope", token.scopes().toString());
        return details;
    }

    private Snapshot known(Instant now) {
        KeyEncryption opened = encryption.get();
        return database.read(tx -> {
            RevocationRules rules = new RevocationRules();
            for (Revocation revocation : new RevocationStore().after(tx, 0)) rules.add(revocation);
            KeyRing keys = KeyRing.of(new SigningKeyStore().list(tx), opened, KeyRing.EMPTY, now);
            return new Snapshot(new DirectoryStore().load(tx), rules, keys);
        });
    }

    private static Api api(Directory directory, String audience) {
        Audience parsed = Parsed.audience(audience);
        return directory.api(parsed).orElseThrow(() -> new Refused("refused.api.unknown", Refused.quoted(audience)));
    }

    /// @param owner the user whose roles say what is the most; empty: the client's registration does
    private static Scopes granted(Scopes most, Collection<String> wanted, Optional<String> owner) {
        if (wanted.isEmpty()) return most;
        Scopes scopes = Parsed.scopes(wanted);
        if (most.containsAll(scopes)) return scopes;
        String shown = most.isEmpty() ? "none" : most.toString();
        throw owner.map(name -> new Refused("refused.token.scope.user", name, shown))
                .orElseGet(() -> new Refused("refused.token.scope.client", shown));
    }

    private static Session session(SessionId id, User user, Instant now, Instant end) {
        return new Session(id, user.subject(), "", AGENT, now, end, Optional.empty());
    }

    private static Grant grant(
            GrantId id, SessionId session, User user, Client client, Api api, Scopes scopes, Instant now, Instant end) {
        return new Grant(id, user.subject(), client.id(), session, api.audience(), scopes, now, end, Optional.empty());
    }
}
