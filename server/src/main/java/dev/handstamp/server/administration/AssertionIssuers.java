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
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.store.AssertionIssuerStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.Transaction;
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

    private final Database database;
    private final Users users;
    private final OutboundHttp outbound;
    private final InstantSource clock;
    private final Journal journal;
    private final AssertionIssuerStore issuers = new AssertionIssuerStore();
    private final ClientStore clients = new ClientStore();
    private final GrantStore grants = new GrantStore();
    private final ExchangeRuleStore rules = new ExchangeRuleStore();

    public AssertionIssuers(
            Database database, Users users, OutboundHttp outbound, InstantSource clock, Administrator administrator) {
        this.database = database;
        this.users = users;
        this.outbound = outbound;
        this.clock = clock;
        this.journal = new Journal(administrator);
    }

    public AssertionIssuer add(NewIssuer wanted) {
        String name = wanted.name();
        boolean plain =
                !name.isEmpty() && name.length() <= LONGEST_NAME && name.chars().allMatch(c -> c > 0x20 && c < 0x7F);
        if (!plain) throw new Refused("an issuer has 1 to 512 printable ASCII characters without blank, as in iss");
        Naming naming = Naming.named(wanted.naming())
                .orElseThrow(() -> Parsed.refused("subject", wanted.naming(), "username or subject"));
        if (wanted.keys().isPresent() && wanted.keysUri().isPresent()) {
            throw new Refused("its keys stand in one place: in a file or at an address");
        }
        if (wanted.keys().isPresent() && ClientKeys.of(wanted.keys().get()).isEmpty()) {
            throw new Refused("the keys have to be a JWK Set of 1 to 20 public keys");
        }
        wanted.keysUri().ifPresent(this::refuseUnreachable);
        if (wanted.allUsers() == !wanted.users().isEmpty()) {
            throw new Refused("say for which users it may speak, or that it may speak for all of them");
        }
        if (wanted.clients().isEmpty()) throw new Refused("say which clients may present its assertions");
        Set<Subject> subjects = new HashSet<>();
        for (String user : wanted.users()) subjects.add(users.find(user).subject());
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            if (wanted.keys().isEmpty() && wanted.keysUri().isEmpty()) refuseWithoutKeys(tx, name);
            Set<ClientId> presenting = new HashSet<>();
            for (String id : wanted.clients()) presenting.add(presenting(tx, id));
            AssertionIssuer issuer =
                    new AssertionIssuer(name, wanted.keys(), wanted.keysUri(), naming, presenting, subjects, now);
            if (!issuers.insert(tx, issuer)) throw new Refused("the issuer " + name + " is there already");
            Map<String, String> details = Map.of(
                    "clients",
                    String.join(" ", wanted.clients()),
                    "users",
                    wanted.allUsers() ? "all" : String.join(" ", wanted.users()));
            journal.note(tx, AuditEvent.Type.ISSUER_CREATED, name, details, now);
            return issuer;
        });
    }

    public List<AssertionIssuer> list() {
        return database.read(issuers::list);
    }

    public AssertionIssuer find(String name) {
        return database.read(tx -> find(tx, name));
    }

    /// Trusts it no more, and ends every token that came by its assertions, with the other tokens of the clients that
    /// presented them, and what those were exchanged for.
    public AssertionIssuer delete(String name) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> {
            AssertionIssuer issuer = find(tx, name);
            Set<Audience> audiences = new HashSet<>();
            for (ClientId client : issuer.clients()) audiences.addAll(grants.audiences(tx, client));
            Set<ClientId> exchanging = rules.exchanging(tx, audiences);
            issuers.delete(tx, name);
            grants.revokeStanding(tx, name, now);
            AuditEvent.Type cause = AuditEvent.Type.ISSUER_DELETED;
            journal.note(tx, cause, name, Map.of(), now);
            for (ClientId client : issuer.clients()) {
                journal.cutOff(tx, Kind.CLIENT, client.value(), cause, Set.of(), now);
            }
            journal.cutOffExchanged(tx, exchanging, cause, now);
            return issuer;
        });
    }

    private AssertionIssuer find(Transaction tx, String name) {
        return issuers.list(tx).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Refused("there is no issuer " + Refused.quoted(name)));
    }

    private ClientId presenting(Transaction tx, String id) {
        Client client = clients.find(tx, Parsed.clientId(id))
                .orElseThrow(() -> new Refused(Refused.Kind.UNKNOWN, "there is no client " + id));
        if (!client.mayUse(GrantType.JWT_BEARER)) {
            throw new Refused("the client " + id + " is not registered for the grant type jwt-bearer");
        }
        return client.id();
    }

    private void refuseWithoutKeys(Transaction tx, String name) {
        Optional<Client> self = ClientId.parse(name).flatMap(id -> clients.find(tx, id));
        if (self.isEmpty()) throw new Refused("say where its keys are, in a file or at an address; it is no client");
        ClientMetadata metadata = self.get().metadata();
        if (metadata.keys().isEmpty() && metadata.text(ClientMember.JWKS_URI).isEmpty()) {
            throw new Refused("the client " + name + " has no keys of its own: register it with jwks or jwks_uri");
        }
    }

    private void refuseUnreachable(String uri) {
        try {
            Optional<String> problem = outbound.problemOf(new URI(uri));
            if (problem.isPresent()) throw new Refused("the address of its keys " + problem.get());
        } catch (URISyntaxException e) {
            throw new Refused("the address of its keys is no URI");
        }
    }
}
