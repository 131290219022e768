package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.AuditStore.Common;
import dev.handstamp.server.store.AuditStore.Entry;
import dev.handstamp.server.store.AuditStore.Place;
import dev.handstamp.server.store.Database;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What users did and met with, as far back as the audit log goes: page after page, the newest first.
public final class Activity {

    /// Some events, the newest first.
    ///
    /// @param places where those before each begin
    /// @param next   where the older ones begin; empty if there are none
    public record Portion(List<AuditEvent> events, List<String> places, Optional<String> next) {

        public Portion {
            events = List.copyOf(events);
            places = List.copyOf(places);
        }
    }

    public static final int PORTION = 100;

    private static final Pattern CURSOR = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
    private static final Place NOW = new Place(Instant.parse("9999-01-01T00:00:00Z"), Long.MAX_VALUE);

    private final Database database;
    private final AuditStore audit;

    public Activity(Database database, AuditStore audit) {
        this.database = database;
        this.audit = audit;
    }

    /// The events before a place.
    ///
    /// @param from of an answer before; from the newest on, if it is none
    public Portion before(Subject subject, String from) {
        Place place = place(from);
        Map<Long, Entry> entries = new TreeMap<>();
        database.read(tx -> {
            for (Common common : List.of(Common.ACTOR, Common.TARGET)) {
                for (Entry entry : audit.page(tx, common, subject.value(), Instant.EPOCH, place, PORTION)) {
                    entries.put(entry.position(), entry);
                }
            }
            return entries;
        });
        Comparator<Entry> order = Comparator.comparing(
                        (Entry entry) -> entry.event().at())
                .thenComparingLong(Entry::position)
                .reversed();
        List<Entry> newest =
                entries.values().stream().sorted(order).limit(PORTION).toList();
        Optional<String> next = entries.size() < PORTION
                ? Optional.empty()
                : Optional.of(newest.getLast()).map(Activity::cursor);
        return new Portion(
                newest.stream().map(Entry::event).toList(),
                newest.stream().map(Activity::cursor).toList(),
                next);
    }

    private static String cursor(Entry entry) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, entry.event().at()) + "-" + entry.position();
    }

    private static Place place(String cursor) {
        Matcher matcher = CURSOR.matcher(cursor);
        if (!matcher.matches()) return NOW;
        Instant at = Instant.EPOCH.plus(Long.parseLong(matcher.group(1)), ChronoUnit.MICROS);
        return new Place(at, Long.parseLong(matcher.group(2)));
    }
}
