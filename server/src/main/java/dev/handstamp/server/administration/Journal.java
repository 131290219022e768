package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.PairwiseSubjectStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.Transaction;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/// Writes down what an administrator did, in the transaction that does it.
final class Journal {

    private final Administrator administrator;
    private final AuditStore audit = new AuditStore();
    private final RevocationStore revocations = new RevocationStore();
    private final PairwiseSubjectStore pairwiseSubjects = new PairwiseSubjectStore();

    Journal(Administrator administrator) {
        this.administrator = administrator;
    }

    void note(Transaction tx, AuditEvent.Type type, String target, Map<String, String> details, Instant now) {
        audit.append(tx, administrator.event(type, target, details, now));
    }

    /// Every token of this kind and identifier that was issued until now is refused from the commit on.
    ///
    /// @param audiences the APIs that it concerns; empty: all
    void cutOff(Transaction tx, Kind kind, String id, AuditEvent.Type cause, Set<Audience> audiences, Instant now) {
        Instant forgetAt = now.plus(Revocation.LONGEST_REMEMBERED);
        revocations.append(tx, kind, id, cause, audiences, now, forgetAt);
        if (kind != Kind.SUBJECT) return;
        // At a pairwise client, tokens call the user otherwise.
        for (Subject pairwise : pairwiseSubjects.list(tx, new Subject(id))) {
            revocations.append(tx, kind, pairwise.value(), cause, audiences, now, forgetAt);
        }
    }

    /// What these clients have got for tokens of others goes with those, which name a client or an API that it does
    /// not.
    void cutOffExchanged(Transaction tx, Set<ClientId> exchanging, AuditEvent.Type cause, Instant now) {
        for (ClientId client : exchanging) cutOff(tx, Kind.CLIENT, client.value(), cause, Set.of(), now);
    }
}
