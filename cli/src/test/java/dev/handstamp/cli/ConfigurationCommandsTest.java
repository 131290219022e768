package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Configuration as code, by its commands.
class ConfigurationCommandsTest {

    private static final String SMALL = """
            apis:
              https://api.example/orders: {scopes: [read], algorithm: ES256}
            roles:
              clerk: {https://api.example/orders: [read]}
            clients:
              worker: {grants: [client_credentials], apis: [https://api.example/orders], scopes: [read]}
            """;

    private static final String API = "https://api.example/orders";

    @TempDir
    Path folder;

    private Shell shell;

    @BeforeEach
    void open() {
        shell = new Shell(folder.resolve("data"));
    }

    @Test
    void the_example_of_the_documentation_is_applied_and_exported() throws IOException {
        String docs = Files.readString(Path.of("../docs/configuration.md"));
        String example = docs.substring(docs.indexOf("```yaml\n") + "```yaml\n".length());
        String file = file(example.substring(0, example.indexOf("```")));
        shell.run("plan", file).isRefused("there is no environment variable \"WORKER_SECRET\"");
        shell.with("WORKER_SECRET", "v3ry-l0ng-and-random-enough-for-anybody");
        shell.run("plan", file).isRefused("there is no user \"robot\"");
        shell.runWith("correct horse battery staple\n", "user", "add", "robot", "--password-stdin")
                .isDone();

        Shell.Result applied = shell.run("apply", file, "--yes").isDone();
        assertThat(applied.out())
                .contains("+ api https://api.example/orders", "+ client shop", "+ role clerk", "To do: 11 to create")
                .contains("+ exchange orders-backend https://api.example/orders https://api.example/stock")
                .contains("+ issuer https://ci.example.org", "users: robot")
                .contains("client shop  client_secret  ", "(shown only now)")
                .doesNotContain("v3ry-l0ng");
        assertThat(shell.run("plan", file).isDone().out()).isEqualTo("There is nothing to do.\n");
        shell.run("drift", file).isDone();
        assertThat(shell.run("client", "show", "shop", "--json").isDone().json())
                .containsEntry("client_name", "The shop")
                .containsEntry("policy_uri", "https://shop.example/privacy");

        shell.run(
                        "exchange",
                        "add",
                        "orders-backend",
                        "--from",
                        API,
                        "--to",
                        API.replace("orders", "stock"),
                        "--impersonate")
                .isDone();
        shell.run("issuer", "update", "https://ci.example.org", "--all-users").isDone();
        Shell.Result drift = shell.run("drift", file);
        assertThat(drift.status()).isEqualTo(1);
        assertThat(drift.out())
                .contains("impersonation: true → -", "scopes.orders:read: - → stock:read", "users: - → robot");
        shell.run("apply", file, "--yes").isDone();

        String exported = shell.run("export-config").isDone().out();
        assertThat(exported).doesNotContain("secret");
        assertThat(shell.run("plan", file(exported), "--prune").isDone().out()).isEqualTo("There is nothing to do.\n");
    }

    @Test
    void a_plan_is_shown_confirmed_and_applied() {
        String file = file(SMALL);
        Map<String, Object> plan = shell.run("plan", file, "--json").isDone().json();
        assertThat(plan).containsEntry("create", 3L).containsEntry("update", 0L).containsEntry("delete", 0L);
        assertThat(plan.toString()).contains("action=create", "kind=client", "id=worker");
        assertThat(shell.run("api", "list", "--json").isDone().jsonList()).isEmpty();

        shell.run("apply", file).isWrongUsage("there is no terminal to ask on");
        Shell.Result refused = shell.typing("no").run("apply", file).isRefused("nothing was changed");
        assertThat(refused.err()).contains("+ client worker");
        Map<String, Object> applied =
                shell.run("apply", file, "--yes", "--json").isDone().json();
        List<?> secrets = (List<?>) applied.get("secrets");
        assertThat(secrets).hasSize(2);
        assertThat(secrets.toString()).contains("id=worker", "client_secret=");

        shell.run("api", "update", "https://api.example/orders", "--add-scope", "write")
                .isDone();
        Shell.Result drift = shell.run("drift", file);
        assertThat(drift.status()).isEqualTo(1);
        assertThat(drift.out()).contains("~ api https://api.example/orders", "scopes: read, write → read");
        assertThat(shell.typing("yes").run("apply", file).isDone().out()).isEqualTo("Applied.\n");
        assertThat(shell.run("drift", file).isDone().out()).isEqualTo("There is nothing to do.\n");

        Shell.Result less = shell.run("apply", file("clients: {}"), "--yes").isDone();
        assertThat(less.out()).contains("- client worker", "1 to delete").doesNotContain("clerk");
    }

    @Test
    void a_faulty_file_is_refused_with_lines() {
        Shell.Result refused = shell.run("plan", file("apis:\n  https://a.example/x:\n    scops: [a]\nclient: {}\n"));
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err().lines().toList()).hasSize(2);
        assertThat(refused.err())
                .contains("file.yaml:3:5: there is no field of an API \"scops\"; did you mean scopes?")
                .contains("file.yaml:4:1: there is no section \"client\"; did you mean clients?");
        shell.run("apply", folder.resolve("none.yaml").toString(), "--yes")
                .isRefused("there is no such configuration file");
        shell.run("plan").isWrongUsage("FILE");
    }

    private String file(String text) {
        try {
            Path file = folder.resolve("file.yaml");
            Files.writeString(file, text);
            return file.toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
