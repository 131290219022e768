package dev.handstamp.server.issuance;

import dev.handstamp.json.JsonNull;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.domain.client.ClientRegistration;
import dev.handstamp.server.domain.client.Invitation;
import dev.handstamp.server.domain.client.RegistrationProblem;
import dev.handstamp.server.domain.client.RegistrationRules;
import dev.handstamp.server.domain.client.WrongRegistration;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.issuance.RegistrationOutcome.NotAuthorized;
import dev.handstamp.server.issuance.RegistrationOutcome.Registered;
import dev.handstamp.server.issuance.RegistrationOutcome.TooMany;
import dev.handstamp.server.issuance.RegistrationOutcome.TurnedOff;
import dev.handstamp.server.issuance.RegistrationOutcome.Wrong;
import dev.handstamp.server.issuance.RegistrationPolicy.Access;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.InvitationStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Registers clients that ask for it themselves, and lets each look after its own registration.
///
/// Such a client may ask for what it learns of users, and for the APIs that are open to it, always in the name of a
/// user who is asked. In its own name it may ask only for the APIs that its invitation names.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7591">RFC 7591, dynamic client registration</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7592">RFC 7592, its management</a>
public final class Registrations {

    private static final String ID_PREFIX = "reg_";
    private static final Duration HOUR = Duration.ofHours(1);

    /// Each is told to every server, and may make this one fetch a document.
    private static final int CHANGES_PER_HOUR = 60;

    /// What a registration may not bring along (RFC 7592 §2.2): all of it is this server's to say.
    private static final List<String> OURS = List.of(
            "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at");

    private final Database database;
    private final Live live;
    private final AuditStore audit;
    private final ClientDeletion deletion;
    private final RegistrationChecks checks;
    private final Secrets secrets;
    private final ClientSecrets clientSecrets;
    private final RegistrationPolicy policy;
    private final InstantSource clock;
    private final Pace pace;
    private final Pace changes;
    private final ClientStore clients = new ClientStore();
    private final InvitationStore invitations = new InvitationStore();
    private final ConsentStore consents = new ConsentStore();
    private final Administrators administrators = new Administrators();

    /// @param methods  the ways to authenticate that work here
    /// @param nanoTime a clock that is never set, such as `System::nanoTime`
    public Registrations(
            Database database,
            Live live,
            AuditStore audit,
            ClientDeletion deletion,
            OutboundHttp outbound,
            Secrets secrets,
            ClientSecrets clientSecrets,
            RegistrationPolicy policy,
            Set<ClientAuthenticationMethod> methods,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.database = database;
        this.live = live;
        this.audit = audit;
        this.deletion = deletion;
        this.checks = new RegistrationChecks(outbound, methods);
        this.secrets = secrets;
        this.clientSecrets = clientSecrets;
        this.policy = policy;
        this.clock = clock;
        this.pace = new Pace(policy.perHour(), HOUR, nanoTime);
        this.changes = new Pace(CHANGES_PER_HOUR, HOUR, nanoTime);
    }

    /// Registers a client.
    ///
    /// @param token an initial access token, if one was sent
    public RegistrationOutcome register(Map<String, Object> metadata, Optional<Secret> token, Caller caller) {
        if (policy.access() == Access.OFF) return new TurnedOff();
        Instant now = clock.instant();
        Optional<Invitation> invitation = token.flatMap(secret -> database.read(tx -> good(tx, secret, now)));
        boolean refused = invitation.isEmpty() && (token.isPresent() || policy.access() == Access.TOKEN);
        if (refused) return new NotAuthorized();
        Optional<Duration> later = invitation.isPresent() ? Optional.empty() : pace.exceeded(caller);
        if (later.isPresent()) return new TooMany(later.get());

        Set<Audience> apis = invitation.map(Invitation::apis).orElse(Set.of());
        return switch (ClientRegistration.read(metadata, rules(apis))) {
            case WrongRegistration(var problem, var description) -> new Wrong(problem, description);
            case ClientRegistration read -> register(read, apis, invitation, token, caller, now);
        };
    }

    private RegistrationOutcome register(
            ClientRegistration read,
            Set<Audience> invited,
            Optional<Invitation> invitation,
            Optional<Secret> token,
            Caller caller,
            Instant now) {
        Directory directory = live.current().directory();
        Scopes granted = invitation.map(Invitation::scopes).orElse(Scopes.NONE);
        Scopes offered = directory.offeredScopes(invited, granted);
        Optional<Wrong> problem = problemOf(read, offered);
        if (problem.isPresent()) return problem.get();

        Set<Audience> apis = new HashSet<>(invited);
        apis.retainAll(directory.apis().keySet());
        ClientId id = new ClientId(ID_PREFIX + secrets.id());
        Optional<Secret> secret =
                bySecret(read.metadata()) ? Optional.of(secretFor(read.metadata())) : Optional.empty();
        Secret registrationToken = secrets.clientSecret();
        Client client = read.toClient(
                        id,
                        apis,
                        scopes(read, offered),
                        secret.map(Secret::hash),
                        ClientOrigin.REGISTERED,
                        Instant.ofEpochSecond(now.getEpochSecond()))
                .withInvited(granted);
        Optional<String> sealed = sealed(client, secret);
        return database.inTransaction(tx -> {
            boolean isOver = token.isPresent()
                    && (good(tx, token.get(), now).isEmpty()
                            || !invitations.use(tx, token.get().hash(), now));
            if (isOver) return new NotAuthorized();
            boolean full = clients.countUnused(tx, ClientOrigin.REGISTERED) >= policy.unusedClients();
            if (full && token.isEmpty()) return new TooMany(HOUR);
            clients.insert(tx, client, Optional.of(registrationToken.hash()), Optional.empty());
            sealed.ifPresent(text -> clientSecrets.keep(tx, id, text));
            note(
                    tx,
                    AuditEvent.Type.CLIENT_REGISTERED,
                    client,
                    invitation.map(found -> Map.of("invitation", found.id())).orElse(Map.of()),
                    caller,
                    now);
            return new Registered(client, secret, registrationToken);
        });
    }

    /// The invitation that is still open, and that whoever has made it could still make.
    private Optional<Invitation> good(Transaction tx, Secret token, Instant now) {
        return invitations
                .find(tx, token.hash())
                .filter(found -> found.isGoodAt(now)
                        && administrators.mayStillGive(tx, found.inviter(), found.apis(), found.scopes()));
    }

    /// The client that looks after itself with this token.
    public Optional<Client> find(ClientId id, Secret token) {
        return database.read(tx -> find(tx, id, token));
    }

    /// Replaces what a client has registered by what it says now (RFC 7592 §2.2). Where it can be reached has changed:
    /// then users are asked again.
    public RegistrationOutcome change(ClientId id, Secret token, Map<String, Object> metadata, Caller caller) {
        Optional<Client> found = find(id, token);
        if (found.isEmpty()) return new NotAuthorized();
        Client before = found.get();
        Optional<Duration> later = changes.exceeded(id.value());
        if (later.isPresent()) return new TooMany(later.get());
        Optional<String> foreign = OURS.stream().filter(metadata::containsKey).findFirst();
        if (foreign.isPresent()) return wrong(foreign.get() + " is not the client's to say (RFC 7592 §2.2).");
        if (!id.value().equals(metadata.get("client_id"))) {
            return wrong("client_id has to be the one that was registered.");
        }
        if (isForeignSecret(metadata.get("client_secret"), before)) {
            return wrong("client_secret has to be the one that was issued, or to be left out.");
        }
        return switch (ClientRegistration.read(metadata, rules(before.apis()))) {
            case WrongRegistration(var problem, var description) -> new Wrong(problem, description);
            case ClientRegistration read -> change(before, token, read, caller);
        };
    }

    private RegistrationOutcome change(Client before, Secret token, ClientRegistration read, Caller caller) {
        Directory directory = live.current().directory();
        Scopes offered = directory.offeredScopes(before.apis(), before.invited());
        Optional<Wrong> problem = problemOf(read, offered);
        if (problem.isPresent()) return problem.get();
        // Of a secret that was never signed with, only a hash is known: then there has to be another.
        boolean isUnknown = before.secretHash().isEmpty()
                || (signs(read.metadata()) && clientSecrets.find(before.id()).isEmpty());
        Optional<Secret> fresh =
                bySecret(read.metadata()) && isUnknown ? Optional.of(secretFor(read.metadata())) : Optional.empty();
        Optional<SecretHash> kept = bySecret(read.metadata()) ? before.secretHash() : Optional.empty();
        Client after = read.toClient(
                        before.id(),
                        before.apis(),
                        scopes(read, offered),
                        fresh.map(Secret::hash).or(() -> kept),
                        before.origin(),
                        before.createdAt())
                .withInvited(before.invited())
                .withPolicy(before.policy());
        if (after.renamesUsersOf(before)) {
            return wrong("The sub of users would change: subject_type and the sector stay as they were registered.");
        }
        if (after.equals(before)) return new Registered(before, Optional.empty(), token);
        Instant now = clock.instant();
        Optional<String> sealed = sealed(after, fresh);
        return database.inTransaction(tx -> {
            if (find(tx, before.id(), token).isEmpty()) return new NotAuthorized();
            clients.update(tx, after);
            sealed.ifPresent(text -> clientSecrets.keep(tx, after.id(), text));
            if (!signs(after.metadata())) clientSecrets.forget(tx, after.id());
            if (!after.redirection().equals(before.redirection())) consents.deleteAll(tx, before.id());
            note(tx, AuditEvent.Type.CLIENT_CHANGED, after, Map.of(), caller, now);
            return new Registered(after, fresh, token);
        });
    }

    /// Takes a client away; its grants and tokens end with it, and what was exchanged for them (RFC 7592 §2.3).
    ///
    /// @return false if there is none that this token is for
    public boolean delete(ClientId id, Secret token, Caller caller) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            Optional<Client> client = find(tx, id, token);
            if (client.isEmpty()) return false;
            AuditEvent event = event(AuditEvent.Type.CLIENT_DELETED, client.get(), Map.of(), caller, now);
            deletion.delete(tx, client.get().id(), event, now);
            return true;
        });
    }

    private Optional<Client> find(Transaction tx, ClientId id, Secret token) {
        return clients.isRegistrationToken(tx, id, token) ? clients.find(tx, id) : Optional.empty();
    }

    private RegistrationRules rules(Set<Audience> invited) {
        return new RegistrationRules(!invited.isEmpty(), true, policy.requiresPkce());
    }

    private Optional<Wrong> problemOf(ClientRegistration read, Scopes offered) {
        return checks.problemOf(read, offered).map(Registrations::wrong);
    }

    /// What it asks for, as far as that is offered; everything that is, if it leaves that to us (RFC 7591 §2).
    private static Scopes scopes(ClientRegistration read, Scopes offered) {
        return read.scopes().map(offered::intersection).orElse(offered);
    }

    private static boolean signs(ClientMetadata metadata) {
        return metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .flatMap(ClientAuthenticationMethod::named)
                .filter(ClientAuthenticationMethod.CLIENT_SECRET_JWT::equals)
                .isPresent();
    }

    private Secret secretFor(ClientMetadata metadata) {
        return signs(metadata) ? secrets.signingSecret() : secrets.clientSecret();
    }

    private Optional<String> sealed(Client client, Optional<Secret> secret) {
        return secret.filter(_ -> signs(client.metadata())).map(known -> clientSecrets.seal(client.id(), known));
    }

    private static boolean bySecret(ClientMetadata metadata) {
        return metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .flatMap(ClientAuthenticationMethod::named)
                .map(ClientAuthenticationMethod::isBySecret)
                .orElse(true);
    }

    private static boolean isForeignSecret(@Nullable Object sent, Client client) {
        if (sent == null || sent == JsonNull.NULL) return false;
        return !(sent instanceof String text)
                || client.secretHash().isEmpty()
                || !client.secretHash().get().matches(new Secret(text));
    }

    private void note(
            Transaction tx,
            AuditEvent.Type type,
            Client client,
            Map<String, String> details,
            Caller caller,
            Instant now) {
        audit.append(tx, event(type, client, details, caller, now));
    }

    private static AuditEvent event(
            AuditEvent.Type type, Client client, Map<String, String> details, Caller caller, Instant now) {
        String id = client.id().value();
        return caller.event(type, id, id, client.id(), details, now);
    }

    private static Wrong wrong(String description) {
        return new Wrong(RegistrationProblem.INVALID_CLIENT_METADATA, description);
    }
}
