package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command line on a PostgreSQL that asks for a password.
class PostgresqlTest {

    private static final String API = "https://api.example/orders";
    private static final String PASSWORD = "the-password-of-the-database";

    @TempDir
    private static Path folder;

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        Path rules = Files.writeString(folder.resolve("pg_hba.conf"), """
                local all all trust
                host all postgres localhost trust
                host all all localhost scram-sha-256
                """);
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("hba_file", rules.toString())
                .start();
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE handstamp LOGIN PASSWORD '" + PASSWORD + "'");
            statement.execute("CREATE DATABASE handstamp OWNER handstamp");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @Test
    void every_kind_of_thing_is_administered_on_postgresql() {
        Map<String, Object> api = run("api", "add", API, "--scope", "read", "--algorithm", "ES256", "--json")
                .isDone()
                .json();
        run("role", "add", "clerk", "--api", API, "--scope", "read").isDone();
        shell(PASSWORD)
                .runWith(
                        "right password",
                        "user",
                        "add",
                        "vera",
                        "--role",
                        "clerk",
                        "--password-stdin",
                        "--database",
                        url())
                .isDone();
        run("client", "add", "shop", "--grant", "client_credentials", "--api", API, "--scope", "read")
                .isDone();
        List<Map<String, Object>> before = run("key", "list", "--json").isDone().jsonList();
        run("key", "rotate", "--algorithm", "ES256").isDone();
        run("token", "issue", "--user", "vera", "--api", API).isDone();

        assertThat(api).containsEntry("client_id", API).containsKey("client_secret");
        assertThat(run("user", "list", "--json").isDone().jsonList())
                .singleElement()
                .satisfies(user ->
                        assertThat(user).containsEntry("username", "vera").containsEntry("roles", List.of("clerk")));
        assertThat(run("client", "list", "--json").isDone().jsonList())
                .extracting(client -> client.get("client_id"))
                .containsExactly("shop");
        assertThat(run("key", "list", "--json").isDone().jsonList()).hasSize(before.size() + 1);
        List<Map<String, Object>> sessions =
                run("session", "list", "--json").isDone().jsonList();
        assertThat(sessions)
                .singleElement()
                .satisfies(session -> assertThat(session).containsEntry("username", "vera"));
        run("session", "revoke", (String) sessions.getFirst().get("sid")).isDone();
        assertThat(run("session", "list", "--json").jsonList()).isEmpty();
        assertThat(run("audit", "--json").isDone().jsonList())
                .extracting(event -> event.get("type"))
                .contains(
                        "api_created",
                        "role_created",
                        "user_created",
                        "client_created",
                        "key_activated",
                        "token_issued",
                        "session_revoked");
        assertThat(folder.resolve("data/handstamp.db")).doesNotExist();
    }

    @Test
    void a_file_of_configuration_is_planned_applied_and_written_on_postgresql() throws Exception {
        String api = "https://api.example/by-file";
        Path file = folder.resolve("config.yaml");
        Files.writeString(file, """
                apis:
                  https://api.example/by-file:
                    scopes: {"see": {default: See it, de: "Es sehen – „alles“"}}
                    algorithm: ES256
                roles:
                  seer: {https://api.example/by-file: [see]}
                clients:
                  by-file:
                    grants: [client_credentials]
                    apis: [https://api.example/by-file]
                    scopes: [see]
                    brand: {name: By file, accent: "#4636a3", accent-dark: "#b3a8fa"}
                """);
        String name = file.toString();
        assertThat(run("plan", name, "--json").isDone().json()).containsEntry("create", 4L);
        assertThat(run("api", "list", "--json").isDone().out())
                .as("a plan changes nothing")
                .doesNotContain(api);
        run("apply", name, "--yes").isDone();
        run("drift", name).isDone();
        Files.writeString(
                folder.resolve("exported.yaml"), run("export-config").isDone().out());
        assertThat(run("plan", folder.resolve("exported.yaml").toString())
                        .isDone()
                        .out())
                .isEqualTo("There is nothing to do.\n");

        run("client", "update", "by-file", "--remove-scope", "see").isDone();
        assertThat(run("drift", name).status()).isEqualTo(1);
        Files.writeString(file, "apis: {}\nroles: {}\nclients: {}\n");
        Map<String, Object> gone =
                run("apply", name, "--yes", "--json").isDone().json();
        assertThat(gone).containsEntry("delete", 3L).containsEntry("create", 0L);
        assertThat(run("api", "list", "--json").isDone().out()).doesNotContain(api);
    }

    @Test
    void a_database_that_does_not_open_is_refused_in_one_line_that_says_why() {
        Shell.Result password = shell("wrong-password")
                .run("user", "list", "--database", url())
                .isRefused("refuses the user name or the password");
        Shell.Result name =
                shell(PASSWORD).run("user", "list", "--database", url() + "_").isRefused("there is no database");
        Shell.Result port = shell(PASSWORD)
                .run("user", "list", "--database", "jdbc:postgresql://localhost:1/handstamp")
                .isRefused("cannot reach the database");

        for (Shell.Result each : List.of(password, name, port)) {
            assertThat(each.err()).hasLineCount(1).doesNotContain("wrong-password", PASSWORD, "Exception");
        }
    }

    private static Shell.Result run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--database", url()));
        return shell(PASSWORD).run(all.toArray(String[]::new));
    }

    private static Shell shell(String password) {
        return new Shell(folder.resolve("data"))
                .with("HANDSTAMP_DATABASE_USER", "handstamp")
                .with("HANDSTAMP_DATABASE_PASSWORD", password);
    }

    private static String url() {
        return "jdbc:postgresql://localhost:" + postgres.getPort() + "/handstamp";
    }
}
