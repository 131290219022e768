package dev.handstamp.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No statement of a store may read a whole table that grows.
class QueryPlanTest {

    private static final List<Class<?>> STORES = List.of(
            ClientStore.class,
            ApiStore.class,
            RoleStore.class,
            UserStore.class,
            SessionStore.class,
            GrantStore.class,
            AuthorizationRequestStore.class,
            AuthorizationCodeStore.class,
            BrowserSessionStore.class,
            DeviceAuthorizationStore.class,
            ExchangeRuleStore.class,
            AssertionIssuerStore.class,
            SecondFactorStore.class,
            WrongCodeStore.class,
            KnownDeviceStore.class,
            MailStore.class,
            PasskeyStore.class,
            MailTicketStore.class,
            UserInvitationStore.class,
            ConsentStore.class,
            SigningKeyStore.class,
            RevisionStore.class,
            RevocationStore.class,
            StatusListStore.class,
            EventStreamStore.class,
            PendingLogoutStore.class,
            AuditStore.class);

    // Read whole, on purpose: the configuration, which a server keeps in memory anyhow.
    private static final Set<String> WHOLE = Set.of(
            "ClientStore.LIST",
            "ClientStore.LIST_SIGNED",
            "ClientStore.LIST_APIS",
            "ApiStore.LIST",
            "RoleStore.LIST",
            "ExchangeRuleStore.LIST",
            "AssertionIssuerStore.LIST",
            "EventStreamStore.LIST",
            "SigningKeyStore.LIST",
            "SigningKeyStore.FORGET");

    @TempDir
    Path directory;

    @Test
    void sqlite_finds_every_row_by_an_index() throws Exception {
        try (Database database = Database.open(new DatabaseLocation.Sqlite(directory.resolve("plans.db")))) {
            statements().forEach((name, sql) -> {
                List<String> plan =
                        database.read(tx -> tx.list("EXPLAIN QUERY PLAN " + sql, row -> row.text("detail")));
                // A scan of what a subquery found is a scan of at most a portion.
                assertThat(plan).as(name).noneMatch(step -> step.matches("SCAN (?!by_actor|by_target|by_role).*"));
            });
        }
    }

    @Test
    void postgresql_can_find_every_row_by_an_index() throws Exception {
        // The simple protocol, because a statement of the other one may have no parameters left open.
        String url = PostgresqlServer.emptyDatabase().url() + "&preferQueryMode=simple";
        try (Database database = Database.open(new DatabaseLocation.Postgresql(url, "", ""))) {
            statements().forEach((name, sql) -> {
                List<String> plan = database.inTransaction(tx -> {
                    tx.execute("SET LOCAL enable_seqscan = off");
                    return tx.list("EXPLAIN (GENERIC_PLAN) " + numbered(sql), row -> row.text("QUERY PLAN"));
                });
                assertThat(plan).as(name).noneMatch(step -> step.contains("Seq Scan"));
            });
        }
    }

    @Test
    void the_hottest_statements_find_their_row_by_its_key() throws Exception {
        try (Database database = Database.open(new DatabaseLocation.Sqlite(directory.resolve("plans.db")))) {
            var statements = statements();
            for (String name :
                    List.of("GrantStore.SPEND", "GrantStore.FIND", "SessionStore.FIND", "UserStore.FIND_BY_USERNAME")) {
                String sql = statements.get(name);
                List<String> plan =
                        database.read(tx -> tx.list("EXPLAIN QUERY PLAN " + sql, row -> row.text("detail")));
                assertThat(plan)
                        .as(name)
                        .singleElement()
                        .asString()
                        .matches("SEARCH \\w+ USING INDEX \\w+ \\(\\w+=\\?\\)");
            }
        }
    }

    @Test
    void searches_walk_one_index_in_its_order_and_stop_at_the_end_of_a_page() throws Exception {
        String url = PostgresqlServer.emptyDatabase().url() + "&preferQueryMode=simple";
        try (Database sqlite = Database.open(new DatabaseLocation.Sqlite(directory.resolve("plans.db")));
                Database postgresql = Database.open(new DatabaseLocation.Postgresql(url, "", ""))) {
            Map<String, String> searches = statements();
            searches.keySet().removeIf(name -> !name.contains(".SEARCH_") && !name.contains(".PAGE_OF_"));
            assertThat(searches).hasSize(10);
            searches.forEach((name, sql) -> {
                List<String> plan = sqlite.read(tx -> tx.list("EXPLAIN QUERY PLAN " + sql, row -> row.text("detail")));
                assertThat(plan).as(name).singleElement().asString().startsWith("SEARCH ");
                List<String> other = postgresql.inTransaction(tx -> {
                    tx.execute("SET LOCAL enable_seqscan = off");
                    tx.execute("SET LOCAL enable_bitmapscan = off");
                    return tx.list("EXPLAIN (GENERIC_PLAN) " + numbered(sql), row -> row.text("QUERY PLAN"));
                });
                assertThat(other).as(name).noneMatch(step -> step.matches("( |->)*Sort  \\(.*"));
            });
        }
    }

    private static Map<String, String> statements() throws IllegalAccessException {
        Map<String, String> statements = new TreeMap<>();
        for (Class<?> store : STORES) {
            for (Field field : store.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) || field.getType() != String.class) continue;
                field.setAccessible(true);
                String sql = (String) field.get(null);
                String name = store.getSimpleName() + "." + field.getName();
                boolean looks = sql.startsWith("SELECT") || sql.startsWith("UPDATE") || sql.startsWith("DELETE");
                if (looks && !WHOLE.contains(name)) statements.put(name, sql);
            }
        }
        assertThat(statements).hasSizeGreaterThan(30);
        return statements;
    }

    /// PostgreSQL's own parameters: `$1`, `$2`.
    private static String numbered(String sql) {
        List<String> parts = new ArrayList<>(List.of(sql.split("\\?", -1)));
        StringBuilder numbered = new StringBuilder(parts.removeFirst());
        for (int i = 0; i < parts.size(); i++)
            numbered.append('$').append(i + 1).append(parts.get(i));
        return numbered.toString();
    }
}
