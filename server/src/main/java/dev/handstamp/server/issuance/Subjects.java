package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.PairwiseSubjects;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.PairwiseSubjectStore;
import dev.handstamp.server.store.Transaction;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What users are called (`sub`): by their own identifier, or at a pairwise client by one that no other sector knows
/// (OpenID Connect Core §8). One client sees one name of a user everywhere: in ID tokens, at UserInfo, in its access
/// tokens (which it can read), at introspection, in logout tokens.
///
/// A name is written down before it is first given away: what is taken back from a user is taken back under it too.
public final class Subjects {

    /// For issuers of which no client is pairwise.
    public static final Subjects PUBLIC = new Subjects(Optional.empty(), Optional.empty());

    private static final int MOST_REMEMBERED = 10_000;

    private final Optional<PairwiseSubjects> pairwise;
    private final Optional<Database> database;
    private final PairwiseSubjectStore store = new PairwiseSubjectStore();
    private final Map<Subject, Subject> written = Collections.synchronizedMap(new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Subject> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    public Subjects(PairwiseSubjects pairwise, Database database) {
        this(Optional.of(pairwise), Optional.of(database));
    }

    private Subjects(Optional<PairwiseSubjects> pairwise, Optional<Database> database) {
        this.pairwise = pairwise;
        this.database = database;
    }

    /// What a client knows this user by. Waits for the database when a pairwise client gets to know a user.
    public Subject of(Subject subject, Optional<Client> client) {
        Optional<String> sector = client.flatMap(Client::sector);
        if (sector.isEmpty()) return subject;
        Subject name = pairwise.orElseThrow().of(subject, sector.get());
        if (!subject.equals(written.get(name))) {
            database.orElseThrow().inTransaction(tx -> {
                store.put(tx, name, subject);
                return name;
            });
            written.put(name, subject);
        }
        return name;
    }

    public Subject of(Subject subject, ClientId client, Directory directory) {
        return of(subject, directory.client(client));
    }

    /// The user whom somebody calls so.
    public Subject user(Transaction tx, String sub) {
        Subject named = new Subject(sub);
        return store.find(tx, named).orElse(named);
    }
}
