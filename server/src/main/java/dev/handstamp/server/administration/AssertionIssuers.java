package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.AssertionIssuer.Naming;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientKeys;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.store.AssertionIssuerStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Who may say by a signed assertion for which users a client gets tokens (RFC 7523 §2.1).
public final class AssertionIssuers {

    private static final int LONGEST_NAME = 512;

    /// An issuer to be.
    ///
    /// @param name     the `iss` of its assertions
    /// @param keys     a JWK Set
    /// @param keysUri  where one stands; without either the issuer is a client, which signs with its own keys
    /// @param naming   what `sub` is: `username` or `subject`
    /// @param clients  who may present its assertions
    /// @param users    for whom it may speak
    /// @param allUsers whether it may speak for everybody
    public record NewIssuer(
            String name,
            Optional<Map<String, Object>> keys,
            Optional<String> keysUri,
            String naming,
            Collection<String> clients,
            Collection<String> users,
            boolean allUsers) {}

    /// What is to become different; empty parts stay as they are.
    ///
    /// @param keysUri  empty text: neither that nor keys by value, so that it is a client with its own
    /// @param allUsers true: for everybody, whoever was named before
    public record Change(
            Optional<Map<String, Object>> keys,
            Optional<String> keysUri,
            Optional<String> naming,
            SetChange clients,
            SetChange users,
            Optional<Boolean> allUsers) {

        public static final Change NONE = new Change(
                Optional.empty(), Optional.empty(), Optional.empty(), SetChange.NONE, SetChange.NONE, Optional.empty());
    }

    /// An issuer with whomever it concerns, as they are at that moment. Who is gone is left out.
    public record Trusted(AssertionIssuer issuer, List<Client> clients, List<User> users) {}

    private final Database database;
    private final Users users;
    private final OutboundHttp outbound;
    private final InstantSource clock;
    private final Journal journal;
    private final AssertionIssuerStore issuers = new AssertionIssuerStore();
    private final ClientStore clients = new ClientStore();
    private final GrantStore grants = new GrantStore();
    private final ExchangeRuleStore rules = new ExchangeRuleStore();
    private final UserStore userStore = new UserStore();

    public AssertionIssuers(
            Database database, Users users, OutboundHttp outbound, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.users = users;
        this.outbound = outbound;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    public AssertionIssuer add(NewIssuer wanted) {
        return add(wanted, _ -> {});
    }

    /// The same, if nobody objects to what it is to be.
    ///
    /// @param objection may throw: then nothing is changed
    public AssertionIssuer add(NewIssuer wanted, Consumer<Trusted> objection) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            AssertionIssuer issuer = parsed(tx, Optional.empty(), wanted, now);
            objection.accept(trusted(tx, issuer));
            if (known(tx, issuer.name()).isPresent()) {
                throw new Refused(Refused.Kind.CONFLICT, "refused.issuer.exists", issuer.name()).concerning("issuer");
            }
            replace(tx, Optional.empty(), issuer, now);
            return issuer;
        });
    }

    /// Changes whom it speaks for, by whom, and with which keys. What it may do less takes back what came by it.
    ///
    /// @param objection is told what it was and what it is to be, and may throw: then nothing is changed
    public AssertionIssuer update(String name, Change change, BiConsumer<Trusted, Trusted> objection) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            AssertionIssuer before = find(tx, name);
            AssertionIssuer after = parsed(tx, Optional.of(before), changed(tx, before, change), now);
            objection.accept(trusted(tx, before), trusted(tx, after));
            replace(tx, Optional.of(before), after, now);
            return after;
        });
    }

    /// What is wished for, found possible with what else there is.
    ///
    /// @param before the one of this name, if there is one
    AssertionIssuer parsed(Transaction tx, Optional<AssertionIssuer> before, NewIssuer wanted, Instant now) {
        AssertionIssuer wished = wished(tx, before, wanted, now);
        if (wanted.keys().isEmpty() && wanted.keysUri().isEmpty()) refuseWithoutKeys(tx, wanted.name());
        for (ClientId client : wished.clients()) refusePresenting(tx, client);
        return wished;
    }

    /// What is wished for, whichever clients there are by then.
    ///
    /// @param before the one of this name, if there is one
    AssertionIssuer wished(Transaction tx, Optional<AssertionIssuer> before, NewIssuer wanted, Instant now) {
        checked(wanted);
        Set<Subject> subjects = new HashSet<>();
        for (String user : wanted.users()) subjects.add(subject(tx, before, user));
        Set<ClientId> presenting = new HashSet<>();
        for (String id : wanted.clients()) presenting.add(presenting(id));
        return new AssertionIssuer(
                wanted.name(),
                wanted.keys(),
                wanted.keysUri(),
                Naming.named(wanted.naming()).orElseThrow(),
                presenting,
                subjects,
                before.map(AssertionIssuer::createdAt).orElse(now));
    }

    /// What is wrong with a wish, whatever else there is.
    ///
    /// @return the wish
    static NewIssuer checked(NewIssuer wanted) {
        name(wanted.name());
        naming(wanted.naming());
        if (wanted.keys().isPresent() && wanted.keysUri().isPresent()) {
            throw Refused.about("keys", "refused.issuer.keys-twice");
        }
        wanted.keys().ifPresent(AssertionIssuers::keys);
        if (wanted.allUsers() == !wanted.users().isEmpty()) {
            throw Refused.about("user", "refused.issuer.users");
        }
        if (wanted.clients().isEmpty()) {
            throw Refused.about("client", "refused.issuer.clients");
        }
        for (String id : wanted.clients()) presenting(id);
        return wanted;
    }

    static String name(String text) {
        boolean plain =
                !text.isEmpty() && text.length() <= LONGEST_NAME && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        if (!plain) throw Refused.about("issuer", "refused.issuer.name");
        return text;
    }

    static Naming naming(String text) {
        return Naming.named(text).orElseThrow(() -> Parsed.refused("subject", "refused.form.subject", text));
    }

    static ClientKeys keys(Map<String, Object> set) {
        return ClientKeys.of(set).orElseThrow(() -> Refused.about("keys", "refused.issuer.keys"));
    }

    static ClientId presenting(String id) {
        try {
            return Parsed.clientId(id);
        } catch (Refused refused) {
            throw refused.concerning("client");
        }
    }

    /// Makes an issuer what it is to be, with all that follows.
    ///
    /// @param before empty: there was none
    void replace(Transaction tx, Optional<AssertionIssuer> before, AssertionIssuer after, Instant now) {
        if (before.filter(after::equals).isPresent()) return;
        if (!before.map(AssertionIssuer::keysUri).equals(Optional.of(after.keysUri()))) {
            after.keysUri().ifPresent(this::refuseUnreachable);
        }
        AuditEvent.Type type = before.isPresent() ? AuditEvent.Type.ISSUER_CHANGED : AuditEvent.Type.ISSUER_CREATED;
        before.filter(known -> isNarrowed(known, after)).ifPresent(known -> takeBack(tx, known, type, now));
        if (before.isPresent()) issuers.update(tx, after);
        else issuers.insert(tx, after);
        Map<String, String> details = Map.of(
                "clients", joined(after.clients()), "users", after.users().isEmpty() ? "all" : joined(after.users()));
        journal.note(tx, type, after.name(), details, now);
    }

    public List<AssertionIssuer> list() {
        return database.read(issuers::list);
    }

    public AssertionIssuer find(String name) {
        return database.read(tx -> find(tx, name));
    }

    /// The issuer of this name, with whomever it concerns.
    public Trusted trusted(String name) {
        return database.read(tx -> trusted(tx, find(tx, name)));
    }

    private Trusted trusted(Transaction tx, AssertionIssuer issuer) {
        List<Client> presenting = issuer.clients().stream()
                .flatMap(id -> clients.find(tx, id).stream())
                .toList();
        List<User> spokenFor = issuer.users().stream()
                .flatMap(subject -> userStore.find(tx, subject).stream())
                .toList();
        return new Trusted(issuer, presenting, spokenFor);
    }

    /// Looks whether this could be an issuer, as far as its form goes.
    public static void check(NewIssuer wanted) {
        checked(wanted);
    }

    /// What the users are called for whom it speaks, in order; the subjects of those who are gone. Empty for all.
    public List<String> users(AssertionIssuer issuer) {
        return database.read(tx -> users(tx, issuer));
    }

    List<String> users(Transaction tx, AssertionIssuer issuer) {
        return issuer.users().stream()
                .map(subject -> userStore
                        .find(tx, subject)
                        .map(user -> user.username().value())
                        // A name that looks like a subject could be taken for somebody else's.
                        .filter(name -> !name.startsWith(Subject.PREFIX))
                        .orElse(subject.value()))
                .sorted()
                .toList();
    }

    /// Trusts it no more, and ends every token that came by its assertions, with the other tokens of the clients that
    /// presented them, and what those were exchanged for.
    public AssertionIssuer delete(String name) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            AssertionIssuer issuer = find(tx, name);
            delete(tx, issuer, now);
            return issuer;
        });
    }

    void delete(Transaction tx, AssertionIssuer issuer, Instant now) {
        AuditEvent.Type type = AuditEvent.Type.ISSUER_DELETED;
        journal.note(tx, type, issuer.name(), Map.of(), now);
        takeBack(tx, issuer, type, now);
        issuers.delete(tx, issuer.name());
    }

    private void takeBack(Transaction tx, AssertionIssuer issuer, AuditEvent.Type cause, Instant now) {
        Set<Audience> audiences = new HashSet<>();
        for (ClientId client : issuer.clients()) audiences.addAll(grants.audiences(tx, client));
        Set<ClientId> exchanging = rules.exchanging(tx, audiences);
        grants.revokeStanding(tx, issuer.name(), now);
        for (ClientId client : issuer.clients()) {
            journal.cutOff(tx, Kind.CLIENT, client.value(), cause, Set.of(), now);
        }
        journal.cutOffExchanged(tx, exchanging, cause, now);
    }

    /// Whether something may have come by it that could not any more: by another key, for another user.
    private static boolean isNarrowed(AssertionIssuer before, AssertionIssuer after) {
        boolean isOfOtherKeys =
                !before.keys().equals(after.keys()) || !before.keysUri().equals(after.keysUri());
        boolean isForFewer = !after.users().isEmpty()
                && (before.users().isEmpty() || !after.users().containsAll(before.users()));
        return isOfOtherKeys
                || isForFewer
                || before.naming() != after.naming()
                || !after.clients().containsAll(before.clients());
    }

    private NewIssuer changed(Transaction tx, AssertionIssuer before, Change change) {
        boolean hasOtherKeys = change.keys.isPresent() || change.keysUri.isPresent();
        List<String> clientsAfter = change.clients.from("client", before.clients());
        boolean isForAll = change.allUsers.orElse(before.users().isEmpty() && change.users.isNone());
        SetChange named = new SetChange(
                change.users.all().map(all -> subjects(tx, before, all)),
                subjects(tx, before, change.users.added()),
                subjects(tx, before, change.users.removed()));
        boolean namesNobody = isForAll && change.users.isNone();
        return new NewIssuer(
                before.name(),
                hasOtherKeys ? change.keys : before.keys(),
                hasOtherKeys ? change.keysUri.filter(uri -> !uri.isEmpty()) : before.keysUri(),
                change.naming.orElse(before.naming().wireName()),
                clientsAfter,
                namesNobody ? List.of() : named.from("user", before.users()),
                isForAll);
    }

    private List<String> subjects(Transaction tx, AssertionIssuer before, List<String> names) {
        return names.stream()
                .map(name -> subject(tx, Optional.of(before), name).value())
                .toList();
    }

    /// The user of a name or a subject. One who is deleted stays named: nobody else ever gets the subject.
    private Subject subject(Transaction tx, Optional<AssertionIssuer> before, String name) {
        Subject itself = new Subject(name);
        boolean isNamed = before.filter(known -> known.users().contains(itself)).isPresent();
        if (isNamed) return itself;
        try {
            return users.find(tx, name).subject();
        } catch (Refused refused) {
            throw refused.concerning("user");
        }
    }

    Optional<AssertionIssuer> known(Transaction tx, String name) {
        return issuers.list(tx).stream()
                .filter(each -> each.name().equals(name))
                .findFirst();
    }

    private AssertionIssuer find(Transaction tx, String name) {
        return known(tx, name)
                .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "refused.issuer.unknown", Refused.quoted(name)));
    }

    private void refusePresenting(Transaction tx, ClientId id) {
        Client client = clients.find(tx, id)
                .orElseThrow(
                        () -> new Refused(Refused.Kind.UNKNOWN, "refused.client.unknown", id).concerning("client"));
        if (!client.mayUse(GrantType.JWT_BEARER)) {
            throw Refused.about("client", "refused.client.no-grant", id, "jwt-bearer");
        }
    }

    private void refuseWithoutKeys(Transaction tx, String name) {
        Optional<Client> self = ClientId.parse(name).flatMap(id -> clients.find(tx, id));
        if (self.isEmpty()) throw Refused.about("keys", "refused.issuer.no-keys");
        ClientMetadata metadata = self.get().metadata();
        if (metadata.keys().isEmpty() && metadata.text(ClientMember.JWKS_URI).isEmpty()) {
            throw Refused.about("keys", "refused.issuer.client-without-keys", name);
        }
    }

    private void refuseUnreachable(String uri) {
        try {
            Optional<OutboundHttp.Flaw> flaw = outbound.flawOf(new URI(uri));
            if (flaw.isPresent()) throw Refused.about("keys uri", words(flaw.get()));
        } catch (URISyntaxException e) {
            throw Refused.about("keys uri", "refused.issuer.address.no-uri");
        }
    }

    private static String words(OutboundHttp.Flaw flaw) {
        return switch (flaw) {
            case TOO_LONG -> "refused.issuer.address.too-long";
            case NO_HOST -> "refused.issuer.address.no-host";
            case USER_NAME -> "refused.issuer.address.user-name";
            case FRAGMENT -> "refused.issuer.address.fragment";
            case PLAIN -> "refused.issuer.address.plain";
            case INSIDE -> "refused.issuer.address.inside";
        };
    }

    private static String joined(Set<?> names) {
        return names.stream().map(Object::toString).sorted().collect(Collectors.joining(" "));
    }
}
