package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.administration.AuditLog.Filter;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.UserStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What administrators find, on whichever database.
abstract class LookingContract {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00.5Z");

    private Database database;
    private UserSearch search;
    private AuditLog log;

    abstract DatabaseLocation emptyDatabase() throws Exception;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(emptyDatabase());
        search = new UserSearch(database);
        log = new AuditLog(database);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void add(String username, String name, String email) {
        add("usr_S" + username, username, name, email);
    }

    private void add(String subject, String username, String name, String email) {
        User user = new User(
                new Subject(subject),
                new Username(username),
                name,
                email,
                new TreeSet<>(),
                Map.of(),
                new PasswordHash("none"),
                false,
                NOW);
        database.inTransaction(tx -> new UserStore().insert(tx, user));
    }

    private List<String> found(String text) {
        return names(search.find(text, Optional.empty(), 50).items());
    }

    private static List<String> names(List<User> users) {
        return users.stream().map(user -> user.username().value()).toList();
    }

    /// Page by page.
    private List<String> walked(String text, int limit) {
        List<String> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<User> page = search.find(text, cursor, limit);
            assertThat(page.items()).hasSizeLessThanOrEqualTo(limit);
            all.addAll(names(page.items()));
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    @Test
    void a_user_is_found_by_the_beginning_of_whatever_it_is_called_however_that_is_written() {
        add("vera", "Véra  Vále-Ångström", "V.Vale@Example.org");
        add("nick", "Nick Müller", "nick@example.org");
        add("zoë", "", "");

        assertThat(found("ver")).containsExactly("vera");
        assertThat(found(" VERA va")).containsExactly("vera");
        assertThat(found("vale-ang")).containsExactly("vera");
        assertThat(found("v.vale@ex")).containsExactly("vera");
        assertThat(found("muller")).containsExactly("nick");
        assertThat(found("MÜLLER")).containsExactly("nick");
        assertThat(found("ZOË")).containsExactly("zoë");
        assertThat(found("usr_Snick")).containsExactly("nick");
        assertThat(found("usr_snick")).isEmpty();
        assertThat(found("era")).isEmpty();
        assertThat(found("%")).isEmpty();
        assertThat(found("v_r")).isEmpty();
    }

    @Test
    void nothing_asked_for_is_everybody_by_name_and_each_page_goes_on_where_the_last_one_ended() {
        for (int i = 0; i < 23; i++) add("user" + (char) ('a' + i), "", "");
        assertThat(walked("", 5)).hasSize(23).isSorted().doesNotHaveDuplicates();
        assertThat(walked(" ", 23)).hasSize(23);
    }

    @Test
    void whoever_is_found_by_several_things_is_shown_once_over_all_pages() {
        for (int i = 0; i < 60; i++) add("vera" + i, "Vera Vera" + (i % 7), "vera" + (i % 9) + "@example.org");
        for (int i = 0; i < 20; i++) add("bob" + i, "Bob", "");
        for (int limit : List.of(1, 3, 7, 60, 200)) {
            assertThat(walked("vera", limit))
                    .as("pages of %d", limit)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 60).mapToObj(i -> "vera" + i).toList());
        }
    }

    @Test
    void many_of_one_name_cost_short_pages_and_nobody_is_missed() {
        for (int i = 0; i < 300; i++) add("vera.x" + i, "Vera", "vera.x" + i + "@example.org");
        assertThat(walked("vera", 10)).hasSize(300).doesNotHaveDuplicates();
    }

    @Test
    void a_user_who_is_changed_is_found_by_what_is_new_alone() {
        add("vera", "Vera Vale", "vera@example.org");
        database.inTransaction(tx -> {
            User vera = new UserStore().find(tx, new Subject("usr_Svera")).orElseThrow();
            return new UserStore().update(tx, vera.withProfile("Vera Wood", "wood@example.org", Map.of()));
        });
        assertThat(found("wood")).containsExactly("vera");
        assertThat(found("vale")).isEmpty();
    }

    @Test
    void a_cursor_that_was_not_given_is_refused() {
        for (String cursor : List.of("", "x", "####", "OTk5Om8", "LTE6", "w6k6w6k", "x".repeat(5_000))) {
            assertThatThrownBy(() -> search.find("v", Optional.of(cursor), 10))
                    .as(cursor)
                    .isInstanceOf(Refused.class);
            assertThatThrownBy(() -> log.find(Filter.NONE, Optional.of(cursor), 10))
                    .as(cursor)
                    .isInstanceOf(Refused.class);
        }
        assertThatThrownBy(() -> search.find("v", Optional.empty(), 201)).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> search.find("v".repeat(101), Optional.empty(), 10))
                .isInstanceOf(Refused.class);
    }

    private void happened(Type type, String actor, String target, String client, String address, int second) {
        AuditEvent event = new AuditEvent(
                NOW.plusSeconds(second), type, actor, target, client, address, "req-" + second, Map.of());
        database.inTransaction(tx -> {
            new AuditStore().append(tx, event);
            return event;
        });
    }

    private List<String> requests(Filter filter, int limit) {
        List<String> all = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            Page<AuditEvent> page = log.find(filter, cursor, limit);
            page.items().forEach(event -> all.add(event.requestId()));
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    private static Filter filter(String party, Type type, String client, String address, Instant since, Instant until) {
        return new Filter(
                Optional.ofNullable(party),
                Optional.ofNullable(type),
                Optional.ofNullable(client),
                Optional.ofNullable(address),
                Optional.ofNullable(since),
                Optional.ofNullable(until));
    }

    @Test
    void nobody_is_taken_for_somebody_else_by_having_the_others_subject_as_a_name() {
        String imported = "0b9d1c5e-7f11-4a55-9a0c-3d2f6c1e8a77";
        add(imported, "victim", "", "");
        add("usr_Sthief", imported, "", "");
        happened(Type.LOGIN_SUCCEEDED, imported, "ses_1", "shop", "198.51.100.7", 1);
        happened(Type.LOGIN_SUCCEEDED, "usr_Sthief", "ses_2", "shop", "198.51.100.8", 2);
        Users users = new Users(
                database,
                () -> {
                    throw new AssertionError("no password is hashed here");
                },
                new Secrets(new SecureRandom()),
                InstantSource.fixed(NOW),
                Administrator.COMMAND_LINE);

        assertThat(users.find(imported).username().value()).isEqualTo("victim");
        assertThat(log.about(imported, NOW, 10))
                .extracting(AuditEvent::requestId)
                .containsExactly("req-1");
        assertThat(requests(filter(imported, null, null, null, null, null), 10)).containsExactly("req-1");
        assertThat(users.disable(imported).username().value()).isEqualTo("victim");
        assertThat(users.find("usr_Sthief").disabled()).isFalse();
    }

    @Test
    void events_are_found_by_who_what_where_and_when_the_newest_first() {
        add("vera", "", "");
        happened(Type.LOGIN_SUCCEEDED, "usr_Svera", "ses_1", "shop", "198.51.100.7", 1);
        happened(Type.LOGIN_FAILED, "", "usr_Svera", "shop", "198.51.100.8", 2);
        happened(Type.USER_DISABLED, "usr_Sroot", "usr_Svera", "", "198.51.100.9", 3);
        happened(Type.LOGIN_FAILED, "", "usr_Snick", "depot", "198.51.100.8", 4);
        happened(Type.LOGIN_FAILED, "usr_Svera", "usr_Svera", "shop", "198.51.100.8", 4);

        for (int limit : List.of(1, 2, 200)) {
            assertThat(requests(Filter.NONE, limit)).containsExactly("req-4", "req-4", "req-3", "req-2", "req-1");
            assertThat(requests(filter("vera", null, null, null, null, null), limit))
                    .containsExactly("req-4", "req-3", "req-2", "req-1");
            assertThat(requests(filter("usr_Svera", Type.LOGIN_FAILED, null, null, null, null), limit))
                    .containsExactly("req-4", "req-2");
            assertThat(requests(filter(null, Type.LOGIN_FAILED, null, null, null, null), limit))
                    .containsExactly("req-4", "req-4", "req-2");
            assertThat(requests(filter(null, null, "depot", null, null, null), limit))
                    .containsExactly("req-4");
            assertThat(requests(filter(null, null, "shop", "198.51.100.8", null, null), limit))
                    .containsExactly("req-4", "req-2");
            assertThat(requests(filter(null, null, null, null, NOW.plusSeconds(2), NOW.plusSeconds(3)), limit))
                    .containsExactly("req-3", "req-2");
            assertThat(requests(filter("nobody", null, null, null, null, null), limit))
                    .isEmpty();
        }
    }

    @Test
    void users_whom_events_name_are_known_by_name_as_long_as_they_exist() {
        for (int i = 0; i < 45; i++) {
            add("user" + i, "", "");
            happened(Type.LOGIN_SUCCEEDED, "usr_Suser" + i, "ses_" + i, "shop", "", i);
        }
        happened(Type.USER_DISABLED, "usr_Sgone", "usr_Suser1", "", "", 50);
        happened(Type.ROLE_CHANGED, "cli", "buyer", "", "", 51);
        happened(Type.LOGIN_FAILED, "", "", "", "", 52);
        List<AuditEvent> all = log.find(Filter.NONE, Optional.empty(), 100).items();

        Map<Subject, Username> names = log.names(all);

        assertThat(names).hasSize(45).containsEntry(new Subject("usr_Suser44"), new Username("user44"));
        assertThat(log.names(all.subList(0, 3)))
                .containsExactly(Map.entry(new Subject("usr_Suser1"), new Username("user1")));
        assertThat(log.names(List.of())).isEmpty();
    }

    @Test
    void a_rare_event_among_many_is_found_though_pages_before_it_may_be_empty() {
        happened(Type.USER_DELETED, "usr_Sroot", "usr_Svera", "console", "198.51.100.9", 0);
        database.inTransaction(tx -> {
            for (int i = 1; i <= 6_000; i++) {
                new AuditStore()
                        .append(
                                tx,
                                new AuditEvent(
                                        NOW.plusSeconds(i), Type.LOGIN_FAILED, "", "", "console", "", "", Map.of()));
            }
            return true;
        });
        Filter rare = filter(null, Type.USER_DELETED, "console", null, null, null);
        assertThat(log.find(rare, Optional.empty(), 10).next()).isPresent();
        assertThat(requests(rare, 10)).containsExactly("req-0");
    }
}
