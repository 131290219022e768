package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.administration.Users.Change;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.issuance.Administrators;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.RoleStore;
import dev.handstamp.server.store.UserStore;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Nobody leaves a server without an administrator but by the command line, on whichever database.
abstract class LastAdministratorContract {

    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String ISSUER = "https://issuer.example";
    private static final Audience OWN = AdminScope.audience(ISSUER);
    private static final String REFUSAL = "root is the only administrator: give another user the role administrator";

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final InstantSource clock = InstantSource.fixed(NOW);
    private final Administrator somebody = new Administrator("usr_root", "", "192.0.2.1", "req-1");

    private Database database;
    private Users users;
    private Roles roles;

    abstract DatabaseLocation emptyDatabase() throws Exception;

    @BeforeEach
    void open() throws Exception {
        database = Database.open(emptyDatabase());
        new AdminApi(database, secrets, clock).register(ISSUER);
        users = users(somebody);
        roles = new Roles(database, clock, somebody);
        add("root", "administrator");
        add("vera", "buyer");
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void the_only_administrator_is_neither_deleted_nor_disabled_nor_loses_the_role() {
        assertRefused(() -> users.delete("root"));
        assertRefused(() -> users.disable("root"));
        assertRefused(() -> users.change("root", roles(List.of(), List.of("administrator"))));

        assertThat(users.find("root").disabled()).isFalse();
        users.change("root", roles(List.of("buyer"), List.of()));
        users.change("root", roles(List.of(), List.of("buyer")));
        users.delete("vera");
    }

    @Test
    void whoever_does_not_carry_every_scope_or_is_disabled_is_no_other_administrator() {
        role("half", "admin:users.read", "admin:users.write");
        add("clerk", "half");
        add("gone", "administrator");
        users.disable("gone");
        add("alike", "administrator.of.something.else");
        assertRefused(() -> users.delete("root"));

        String[] rest = AdminScope.ALL.tokens().stream()
                .filter(scope -> !scope.startsWith("admin:users."))
                .toArray(String[]::new);
        role("rest", rest);
        users.change("clerk", roles(List.of("rest"), List.of()));

        users.delete("root");
        assertThatThrownBy(() -> users.change("clerk", roles(List.of(), List.of("half"))))
                .isInstanceOf(Refused.class);
    }

    @Test
    void a_role_that_lets_the_last_administrator_in_keeps_what_it_carries() {
        String own = OWN.value();
        for (Runnable each : List.<Runnable>of(
                () -> roles.delete("administrator"),
                () -> roles.narrow("administrator", own, List.of()),
                () -> roles.narrow("administrator", own, List.of("admin:audit.read")),
                () -> roles.update("administrator", own, SetChange.to(List.of("admin:users.read"))))) {
            assertThatThrownBy(each::run)
                    .isInstanceOf(Refused.class)
                    .hasMessageContaining("nobody would be left to administer this server");
        }
        role("chief", AdminScope.ALL.tokens().toArray(String[]::new));
        users.change("vera", roles(List.of("chief"), List.of()));

        roles.delete("administrator");

        assertThat(users.find("root").roles()).isEmpty();
        assertThatThrownBy(() -> roles.delete("chief")).isInstanceOf(Refused.class);
    }

    @Test
    void whoever_owns_the_data_may_take_the_last_one_away() {
        users(Administrator.COMMAND_LINE).disable("root");
        users(Administrator.COMMAND_LINE).delete("root");
        new Roles(database, clock, Administrator.COMMAND_LINE).delete("administrator");

        assertThat(isAny()).isFalse();
        users.delete("vera");
        roles.create("another");
        roles.delete("another");
    }

    @Test
    void of_many_who_go_at_the_same_moment_one_stays() throws Exception {
        String left = "root";
        for (int round = 0; round < 5; round++) {
            List<String> names = new ArrayList<>(List.of(left));
            for (int i = 0; i < 7; i++) names.add("r" + round + "-" + i);
            for (String name : names.subList(1, names.size())) add(name, "administrator");
            List<Callable<Boolean>> all = new ArrayList<>();
            for (String name : names) all.add(() -> isGone(name, names.indexOf(name)));

            assertThat(atOnce(all)).containsOnlyOnce(false);

            left = users.list().stream()
                    .filter(user -> !user.disabled() && user.roles().contains(new RoleName("administrator")))
                    .map(user -> user.username().value())
                    .reduce("", String::concat);
        }
    }

    private boolean isGone(String name, int way) {
        try {
            switch (way % 3) {
                case 0 -> users.delete(name);
                case 1 -> users.disable(name);
                default -> users.change(name, roles(List.of(), List.of("administrator")));
            }
            return true;
        } catch (Refused refused) {
            assertThat(refused).hasMessageContaining("is the only administrator");
            return false;
        }
    }

    private static List<Boolean> atOnce(List<Callable<Boolean>> all) throws Exception {
        List<Boolean> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : threads.invokeAll(all)) results.add(each.get());
        }
        return results;
    }

    private boolean isAny() {
        return database.read(tx -> new Administrators().isAny(tx));
    }

    private static void assertRefused(Runnable act) {
        assertThatThrownBy(act::run)
                .isInstanceOf(Refused.class)
                .hasMessageContaining(REFUSAL)
                .extracting(refused -> ((Refused) refused).kind())
                .isEqualTo(Refused.Kind.CONFLICT);
    }

    private Users users(Administrator administrator) {
        return new Users(
                database,
                () -> {
                    throw new AssertionError("no password is hashed here");
                },
                secrets,
                clock,
                administrator);
    }

    private void add(String username, String... roles) {
        User user = new User(
                new Subject("usr_" + username),
                new Username(username),
                "",
                "",
                new TreeSet<>(Arrays.stream(roles).map(RoleName::new).toList()),
                Map.of(),
                new PasswordHash("none"),
                false,
                NOW);
        database.inTransaction(tx -> new UserStore().insert(tx, user));
    }

    private void role(String name, String... scopes) {
        Role role = new Role(
                new RoleName(name), Map.of(OWN, Scopes.of(List.of(scopes)).orElseThrow()));
        database.inTransaction(tx -> {
            new RoleStore().put(tx, role);
            return role;
        });
    }

    private static Change roles(List<String> added, List<String> removed) {
        return new Change(Optional.empty(), Optional.empty(), added, removed, Map.of(), List.of());
    }
}
