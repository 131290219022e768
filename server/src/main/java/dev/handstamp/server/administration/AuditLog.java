package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.AuditStore.Common;
import dev.handstamp.server.store.AuditStore.Entry;
import dev.handstamp.server.store.AuditStore.Place;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What happened, as far back as it is kept.
public final class AuditLog {

    private static final int PORTION = 500;
    private static final int LOOKS = 10;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Comparator<Place> NEWEST_FIRST =
            Comparator.comparing(Place::at).thenComparingLong(Place::position).reversed();

    private final Database database;
    private final AuditStore audit = new AuditStore();
    private final UserStore users = new UserStore();

    public AuditLog(Database database) {
        this.database = database;
    }

    /// The newest events since an instant, the oldest of them first.
    public List<AuditEvent> since(Instant since, int limit) {
        return database.read(tx -> audit.list(tx, kept(since), limit));
    }

    /// What is looked for; empty parts let everything through.
    ///
    /// @param party  who caused it, or whom or what it happened to: a user by name or subject, a client, a session
    ///               or a key
    /// @param client the client in play
    /// @param until  not after
    public record Filter(
            Optional<String> party,
            Optional<AuditEvent.Type> type,
            Optional<String> client,
            Optional<String> address,
            Optional<Instant> since,
            Optional<Instant> until) {

        public static final Filter NONE = new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        private boolean lets(AuditEvent event) {
            return party.filter(one -> !one.equals(event.actor()) && !one.equals(event.target()))
                            .isEmpty()
                    && type.filter(one -> one != event.type()).isEmpty()
                    && client.filter(one -> !one.equals(event.client())).isEmpty()
                    && address.filter(one -> !one.equals(event.address())).isEmpty();
        }
    }

    /// A page of events, the newest first.
    ///
    /// @param cursor empty for the first page
    public Page<AuditEvent> find(Filter filter, Optional<String> cursor, int limit) {
        Page.checked(limit);
        Place start =
                cursor.map(AuditLog::place).orElse(new Place(kept(filter.until().orElse(LATEST)), Long.MAX_VALUE));
        return database.read(tx -> page(tx, subjectOf(tx, filter), start, limit));
    }

    /// What the users are called whom events name as who caused them or whom they happened to, by subject.
    /// Whoever is gone has no name any more.
    public Map<Subject, Username> names(Collection<AuditEvent> events) {
        List<Subject> parties = new ArrayList<>();
        for (AuditEvent event : events) {
            for (String party : List.of(event.actor(), event.target())) {
                if (!party.isEmpty()) parties.add(new Subject(party));
            }
        }
        return database.read(tx -> users.names(tx, parties));
    }

    /// One index is walked, or the two of a party; what lets more through than it is left to the eye.
    private Page<AuditEvent> page(Transaction tx, Filter filter, Place start, int limit) {
        List<AuditEvent> page = new ArrayList<>();
        Place before = start;
        for (int look = 0; look < LOOKS; look++) {
            List<Entry> found = look(tx, filter, before, PORTION);
            for (Entry each : found.subList(0, Math.min(found.size(), PORTION))) {
                if (page.size() == limit) return new Page<>(page, Optional.of(text(before)));
                before = each.place();
                if (filter.lets(each.event())) page.add(each.event());
            }
            if (found.size() < PORTION) return new Page<>(page, Optional.empty());
        }
        return new Page<>(page, Optional.of(text(before)));
    }

    private List<Entry> look(Transaction tx, Filter filter, Place before, int limit) {
        Instant since = kept(filter.since().orElse(Instant.EPOCH));
        if (filter.party().isPresent()) {
            String party = filter.party().get();
            SortedMap<Place, Entry> both = new TreeMap<>(NEWEST_FIRST);
            for (Common side : List.of(Common.ACTOR, Common.TARGET)) {
                for (Entry each : audit.page(tx, side, party, since, before, limit)) both.put(each.place(), each);
            }
            return List.copyOf(both.values());
        }
        if (filter.address().isPresent()) {
            return audit.page(tx, Common.ADDRESS, filter.address().get(), since, before, limit);
        }
        if (filter.client().isPresent()) {
            return audit.page(tx, Common.CLIENT, filter.client().get(), since, before, limit);
        }
        if (filter.type().isPresent()) {
            return audit.page(tx, Common.TYPE, filter.type().get().name(), since, before, limit);
        }
        return audit.page(tx, Common.NOTHING, "", since, before, limit);
    }

    /// Events name users by subject. A name that is nobody's may be a client's or another thing's.
    private Filter subjectOf(Transaction tx, Filter filter) {
        Optional<String> party = filter.party().map(name -> subject(tx, name).orElse(name));
        return new Filter(party, filter.type, filter.client, filter.address, filter.since, filter.until);
    }

    /// The subject of a user. A subject goes before a name: else somebody could take another's subject as a name, also
    /// that of a user who is gone.
    private Optional<String> subject(Transaction tx, String nameOrSubject) {
        Subject meant = new Subject(nameOrSubject);
        if (nameOrSubject.startsWith(Subject.PREFIX) || users.find(tx, meant).isPresent()) {
            return Optional.of(nameOrSubject);
        }
        return Username.parse(nameOrSubject)
                .flatMap(username -> users.findByUsername(tx, username))
                .map(user -> user.subject().value());
    }

    /// No event is before or after that; and no column could be compared with what is.
    private static Instant kept(Instant asked) {
        if (asked.isBefore(Instant.EPOCH)) return Instant.EPOCH;
        return asked.isAfter(LATEST) ? LATEST : asked;
    }

    private static String text(Place place) {
        return Cursor.of(place.at().toString(), Long.toString(place.position()));
    }

    private static Place place(String cursor) {
        String[] texts = Cursor.parse(cursor);
        try {
            return new Place(kept(Instant.parse(texts[0])), Long.parseLong(texts[1]));
        } catch (DateTimeParseException | NumberFormatException _) {
            throw Cursor.wrong();
        }
    }

    /// Those that a user caused or met with.
    ///
    /// @param nameOrSubject a user who was deleted is still found by subject
    public List<AuditEvent> about(String nameOrSubject, Instant since, int limit) {
        return database.read(tx -> {
            String party = subject(tx, nameOrSubject)
                    .orElseThrow(() -> new Refused(
                            Refused.Kind.UNKNOWN, "refused.user.unknown-now", Refused.quoted(nameOrSubject)));
            return audit.listAbout(tx, party, kept(since), limit);
        });
    }
}
