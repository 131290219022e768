package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.ConsentStore;
import dev.handstamp.server.store.ExchangeRuleStore;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// Takes a client away, whoever wants it: an operator, or the client itself.
public final class ClientDeletion {

    private final AuditStore audit = new AuditStore();
    private final GrantStore grants = new GrantStore();
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
        clients.delete(tx, id);
        grants.revokeAll(tx, id, now);
        consents.deleteAll(tx, id);
        audit.append(tx, event);
        cutOff(tx, id, audiences, event.type(), now);
        for (ClientId other : exchanging) cutOff(tx, other, Set.of(), event.type(), now);
    }

    private void cutOff(Transaction tx, ClientId id, Set<Audience> audiences, AuditEvent.Type cause, Instant now) {
        Instant forgetAt = now.plus(Revocation.LONGEST_REMEMBERED);
        revocations.append(tx, Kind.CLIENT, id.value(), cause, audiences, now, forgetAt);
    }
}
