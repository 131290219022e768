package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.PairwiseSubjectStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Takes a client away, whoever wants it: an operator, or the client itself.
public final class ClientDeletion {

    /// With more grants than this, one entry for each user is less work for every verifier; with more users, one for
    /// each client that exchanges.
    static final int MOST_SINGLE_CUT_OFFS = 1_000;

    private final AuditStore audit = new AuditStore();
    private final GrantStore grants = new GrantStore();
    private final PairwiseSubjectStore pairwiseSubjects = new PairwiseSubjectStore();
    private final RevocationStore revocations = new RevocationStore();
    private final ClientStore clients = new ClientStore();
    private final ConsentStore consents = new ConsentStore();
    private final ExchangeRuleStore rules = new ExchangeRuleStore();

    /// Deletes it with its grants and what users have allowed it. Its tokens are refused from the commit on, and so is
    /// what others have got in exchange for them, which names them and not this client.
    ///
    /// @param event what the audit trail says of it
    public void delete(Transaction tx, ClientId id, AuditEvent event, Instant now) {
        Set<Audience> audiences = new HashSet<>(clients.apis(tx, id));
        audiences.addAll(grants.audiences(tx, id));
        Set<ClientId> exchanging = rules.exchanging(tx, audiences);
        boolean exchanges =
                rules.list(tx).stream().anyMatch(rule -> rule.client().equals(id));
        clients.delete(tx, id);
        // What others have got for what it has exchanged has the grant of another client.
        if (exchanges) cutOffAll(tx, exchanging, event.type(), now);
        else if (!exchanging.isEmpty()) cutOffExchanged(tx, id, exchanging, event.type(), now);
        grants.revokeAll(tx, id, now);
        consents.deleteAll(tx, id);
        audit.append(tx, event);
        cutOff(tx, Kind.CLIENT, id.value(), audiences, event.type(), now);
    }

    /// What was exchanged has the grant of the token that it was exchanged for. So a stranger who lets a client in and
    /// deletes it takes nothing from those who exchange the tokens of others.
    private void cutOffExchanged(
            Transaction tx, ClientId id, Set<ClientId> exchanging, AuditEvent.Type cause, Instant now) {
        Instant after = now.minus(Revocation.LONGEST_REMEMBERED);
        List<Grant> all = grants.listLive(tx, id, after, MOST_SINGLE_CUT_OFFS + 1);
        if (all.size() <= MOST_SINGLE_CUT_OFFS) {
            for (Grant grant : all) {
                cutOff(tx, Kind.GRANT, grant.id().value(), Set.of(grant.audience()), cause, now);
            }
            return;
        }
        List<Subject> users = grants.subjects(tx, id, after, MOST_SINGLE_CUT_OFFS + 1);
        if (users.size() > MOST_SINGLE_CUT_OFFS) {
            cutOffAll(tx, exchanging, cause, now);
            return;
        }
        for (Subject user : users) {
            Set<Audience> audiences = grants.audiences(tx, user);
            cutOff(tx, Kind.SUBJECT, user.value(), audiences, cause, now);
            for (Subject pairwise : pairwiseSubjects.list(tx, user)) {
                cutOff(tx, Kind.SUBJECT, pairwise.value(), audiences, cause, now);
            }
        }
    }

    private void cutOffAll(Transaction tx, Set<ClientId> exchanging, AuditEvent.Type cause, Instant now) {
        for (ClientId other : exchanging) cutOff(tx, Kind.CLIENT, other.value(), Set.of(), cause, now);
    }

    private void cutOff(
            Transaction tx, Kind kind, String id, Set<Audience> audiences, AuditEvent.Type cause, Instant now) {
        revocations.append(tx, kind, id, cause, audiences, now, now.plus(Revocation.LONGEST_REMEMBERED));
    }
}
