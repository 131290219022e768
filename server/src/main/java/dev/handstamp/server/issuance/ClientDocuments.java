package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.domain.client.ClientRegistration;
import dev.handstamp.server.domain.client.DocumentAddress;
import dev.handstamp.server.domain.client.RegistrationRules;
import dev.handstamp.server.domain.client.WrongRegistration;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.NoAnswer;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.RefusedClientStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/// Clients that need no registration: the identifier is the address of a document that describes the client, which is
/// read when the client first sends a user here, and again when it is no longer fresh.
///
/// What it says is kept like a registration, so that every door and every node knows the client (docs/decisions/0014).
///
/// @see <a href="https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/">OAuth Client ID
///     Metadata Document</a>
public final class ClientDocuments {

    /// Whose documents are read.
    ///
    /// @param isOn  whether any are
    /// @param hosts the hosts that they may stand at, `*.example.org` for all below one; empty: anywhere
    public record Policy(boolean isOn, Set<String> hosts) {

        boolean admits(String host) {
            return isOn && (hosts.isEmpty() || hosts.stream().anyMatch(each -> matches(each, host)));
        }

        private static boolean matches(String pattern, String host) {
            return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : pattern.equals(host);
        }
    }

    /// What is known once a document has been looked at.
    ///
    /// @param known   with the client, if it can be described
    /// @param problem a sentence for people, if it cannot be
    public record Found(Snapshot known, Optional<String> problem) {}

    /// How long a document counts after it should have been read again, while its site does not answer.
    private static final Duration KEPT_WHILE_DOWN = Duration.ofDays(1);

    private static final Duration USUALLY_FRESH = Duration.ofHours(1);
    private static final Duration SHORTEST_FRESH = Duration.ofMinutes(5);
    private static final Duration LONGEST_FRESH = Duration.ofDays(1);
    private static final int PER_MINUTE = 60;
    private static final int MOST_AT_ONCE = 32;
    private static final int MOST_UNUSED = 2_000;
    private static final int EVICTED = 100;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final OutboundHttp.Limits LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(5), 16 * 1024);

    private sealed interface Reading {}

    private record Read(ClientRegistration registration, Duration freshFor) implements Reading {}

    /// @param certain whether the site itself has said so: what it said before counts no longer
    private record Unreadable(String problem, boolean certain) implements Reading {}

    private final Database database;
    private final Live live;
    private final AuditStore audit;
    private final OutboundHttp outbound;
    private final RegistrationChecks checks;
    private final Policy policy;
    private final boolean plainHere;
    private final InstantSource clock;
    private final Pace pace;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final Flights<Found> flights = new Flights<>(LONGEST_WAIT);
    private final ClientStore clients = new ClientStore();
    private final ConsentStore consents = new ConsentStore();
    private final RefusedClientStore unwanted = new RefusedClientStore();

    /// Reads nothing until it is asked.
    ///
    /// @param plainHere whether documents may stand on this machine, without TLS
    /// @param methods   the ways to authenticate that work here
    /// @param nanoTime  a clock that is never set, such as `System::nanoTime`
    public ClientDocuments(
            Database database,
            Live live,
            AuditStore audit,
            OutboundHttp outbound,
            Policy policy,
            boolean plainHere,
            Set<ClientAuthenticationMethod> methods,
            InstantSource clock,
            LongSupplier nanoTime) {
        this.database = database;
        this.live = live;
        this.audit = audit;
        this.outbound = outbound;
        this.checks = new RegistrationChecks(outbound, methods);
        this.policy = policy;
        this.plainHere = plainHere;
        this.clock = clock;
        this.pace = new Pace(PER_MINUTE, Duration.ofMinutes(1), nanoTime);
    }

    /// Whether a client may still come: as long as its document, if it is described by one, is one that would be read.
    public boolean admits(Client client) {
        return client.origin() != ClientOrigin.DOCUMENT
                || DocumentAddress.parse(client.id().value(), plainHere)
                        .filter(address -> policy.admits(address.host()))
                        .isPresent();
    }

    /// Sees to it that a client whose identifier is an address is known, or no longer known. May wait for its site.
    ///
    /// @param id as it was sent; of every other kind of identifier nothing is asked
    public Found find(String id, Snapshot known, Caller caller) {
        Optional<DocumentAddress> address = DocumentAddress.parse(id, plainHere);
        if (address.isEmpty()) return new Found(known, Optional.empty());
        if (!policy.admits(address.get().host())) {
            return refused(known, "Applications at that address are not accepted here.");
        }
        if (isFresh(address.get(), known.directory())) return new Found(known, Optional.empty());
        if (pace.exceeded(caller).isPresent()) {
            return refused(known, "Too many applications are looked up from your network. Try again in a minute.");
        }
        return flights.join(id, () -> look(address.get(), caller))
                .orElseGet(() -> refused(known, "The application's description is being fetched. Try again."));
    }

    private Found look(DocumentAddress address, Caller caller) {
        Snapshot now = live.current();
        return isFresh(address, now.directory()) ? new Found(now, Optional.empty()) : refresh(address, now, caller);
    }

    private boolean isFresh(DocumentAddress address, Directory directory) {
        ClientId id = address.clientId();
        return directory.clients().containsKey(id)
                && database.read(tx -> clients.freshUntil(tx, id))
                        .filter(until -> clock.instant().isBefore(until))
                        .isPresent();
    }

    private Found refresh(DocumentAddress address, Snapshot known, Caller caller) {
        if (database.read(tx -> unwanted.contains(tx, address.clientId()))) return unwanted(known);
        return switch (read(address)) {
            case Read(var registration, var freshFor) -> keep(address, registration, freshFor, known, caller);
            case Unreadable(var problem, var certain) -> {
                Log.info("no document of a client", "client", address.uri(), "reason", problem);
                boolean stillCounts = !certain
                        && database.read(tx -> clients.freshUntil(tx, address.clientId()))
                                .filter(until -> clock.instant().isBefore(until.plus(KEPT_WHILE_DOWN)))
                                .isPresent();
                yield stillCounts ? new Found(known, Optional.empty()) : refused(known, problem);
            }
        };
    }

    private Reading read(DocumentAddress address) {
        if (!room.tryAcquire()) return new Unreadable("Too many applications are looked up at the moment.", false);
        try {
            return switch (outbound.get(address.uri(), "application/json", LIMITS)) {
                case NoAnswer(var reason) -> {
                    Log.info("a client's site does not answer", "client", address.uri(), "reason", reason);
                    yield new Unreadable("The application's description cannot be fetched from its address.", false);
                }
                case Answer answer when answer.status() == 200 -> read(address, answer);
                case Answer answer ->
                    new Unreadable(
                            "There is no description of the application at its address: the answer there is "
                                    + answer.status() + ".",
                            answer.status() < 500 && answer.status() != 429);
            };
        } finally {
            room.release();
        }
    }

    private static Reading read(DocumentAddress address, Answer answer) {
        String type =
                answer.header("content-type").orElse("").replaceAll(";.*", "").strip();
        if (!type.equals("application/json") && !type.matches("application/[a-z0-9.-]+\\+json")) {
            return wrong("it is not application/json");
        }
        Map<String, Object> object;
        try {
            object = Json.parseObject(answer.body());
        } catch (JsonException _) {
            return wrong("it is no JSON object");
        }
        if (!address.uri().toString().equals(object.get("client_id"))) {
            return wrong("its client_id is not the address that it stands at");
        }
        return switch (ClientRegistration.read(object, RegistrationRules.OF_DOCUMENTS)) {
            case WrongRegistration(var _, var description) ->
                wrong(description.endsWith(".") ? description.substring(0, description.length() - 1) : description);
            case ClientRegistration read ->
                new Read(read, fresh(answer.freshFor().orElse(USUALLY_FRESH)));
        };
    }

    private static Unreadable wrong(String reason) {
        return new Unreadable("The application's description is not good: " + reason + ".", true);
    }

    private static Duration fresh(Duration asked) {
        if (asked.compareTo(SHORTEST_FRESH) < 0) return SHORTEST_FRESH;
        return asked.compareTo(LONGEST_FRESH) > 0 ? LONGEST_FRESH : asked;
    }

    private Found keep(
            DocumentAddress address, ClientRegistration read, Duration freshFor, Snapshot known, Caller caller) {
        Scopes offered = known.directory().offeredScopes(Set.of(), Scopes.NONE);
        Optional<String> problem = checks.problemOf(read, offered);
        if (problem.isPresent()) return refused(known, problem.get());
        Instant now = clock.instant();
        // A client that names no scopes may ask for whatever is open at the time.
        Scopes scopes = read.scopes().map(offered::intersection).orElse(Scopes.NONE);
        Client client = read.toClient(
                address.clientId(),
                Set.of(),
                scopes,
                Optional.empty(),
                ClientOrigin.DOCUMENT,
                Instant.ofEpochSecond(now.getEpochSecond()));
        Optional<Client> before = database.read(tx -> clients.find(tx, client.id()));
        if (before.filter(client::renamesUsersOf).isPresent()) {
            Log.info("the document of a client changes its sector", "client", address.uri());
            return refused(
                    known,
                    "The application's description would change what users are called there: subject_type and the"
                            + " sector stay as they were.");
        }
        boolean isNews = database.inTransaction(tx -> keep(tx, client, now.plus(freshFor), caller, now));
        // Deleted while its document was on the way.
        if (isNews && database.read(tx -> unwanted.contains(tx, client.id()))) return unwanted(live.current());
        return new Found(isNews ? live.current() : known, Optional.empty());
    }

    private boolean keep(Transaction tx, Client client, Instant freshUntil, Caller caller, Instant now) {
        Optional<Client> before = clients.find(tx, client.id());
        if (before.isEmpty() && unwanted.contains(tx, client.id())) return true;
        if (before.isEmpty()) {
            evict(tx, now);
            clients.insert(tx, client, Optional.empty(), Optional.of(freshUntil));
            note(tx, AuditEvent.Type.CLIENT_REGISTERED, client, caller, now);
            return true;
        }
        clients.keepFresh(tx, client.id(), freshUntil);
        boolean isSame = before.get().redirection().equals(client.redirection())
                && before.get().metadata().equals(client.metadata())
                && before.get().scopes().equals(client.scopes())
                && before.get().grants().equals(client.grants());
        if (isSame) return false;
        clients.update(tx, client);
        if (!before.get().redirection().equals(client.redirection())) consents.deleteAll(tx, client.id());
        note(tx, AuditEvent.Type.CLIENT_CHANGED, client, caller, now);
        return true;
    }

    /// Whoever makes up addresses pushes out those that were made up before.
    private void evict(Transaction tx, Instant now) {
        if (clients.countUnused(tx, ClientOrigin.DOCUMENT) < MOST_UNUSED) return;
        for (ClientId unused : clients.unused(tx, ClientOrigin.DOCUMENT, now, EVICTED)) clients.delete(tx, unused);
    }

    private void note(Transaction tx, AuditEvent.Type type, Client client, Caller caller, Instant now) {
        String id = client.id().value();
        audit.append(tx, caller.event(type, id, id, client.id(), Map.of("origin", "document"), now));
    }

    private static Found unwanted(Snapshot known) {
        return refused(known, "This application is not accepted here.");
    }

    private static Found refused(Snapshot known, String problem) {
        return new Found(known, Optional.of(problem));
    }
}
