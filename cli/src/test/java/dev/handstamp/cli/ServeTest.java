package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server as a process of its own, beside commands on the same data.
class ServeTest {

    private static final String API = "https://api.example/orders";
    private static final Pattern SERVES = Pattern.compile("Handstamp serves (http://localhost:\\d+\\S*) ");

    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path folder;

    @AfterEach
    void kill() {
        for (Process process : started) process.destroyForcibly();
    }

    @Test
    void a_server_below_a_path_is_found_there_by_the_verifier() throws Exception {
        Path data = folder.resolve("data");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String address = "http://localhost:" + port + "/auth";
        Process server = serve(data, "below", "--port", Integer.toString(port), "--issuer", address);
        assertThat(issuer(server, "below")).isEqualTo(address);
        Shell shell = new Shell(data);
        shell.run("api", "add", API, "--scope", "read", "--algorithm", "ES256").isDone();
        shell.run("client", "add", "shop", "--grant", "client_credentials", "--api", API, "--scope", "read")
                .isDone();
        String token = shell.run("token", "issue", "--client", "shop", "--api", API, "--issuer", address)
                .isDone()
                .out()
                .strip();
        assertThat(shell.bare("token", "verify", "--issuer", address, "--audience", API, token, "--json")
                        .isDone()
                        .json())
                .containsEntry("active", true);
        shell.bare("token", "verify", "--issuer", address + "/other", "--audience", API, token)
                .isRefused("");
    }

    /// What a node alone knows is asked of it.
    private static void tellsHowItDoes(Shell shell, String issuer) {
        assertThat(shell.run("health", "--issuer", issuer, "--json").isDone().json())
                .containsEntry("database", "sqlite")
                .containsEntry("verifiers", 0L)
                .containsKeys("position", "last_hour");
        assertThat(shell.run("health", "--issuer", issuer).isDone().out())
                .contains("database", "sqlite", "last hour", "0 sign-ins");
        assertThat(shell.run("revocations", "verifiers", "--issuer", issuer, "--json")
                        .isDone()
                        .jsonList())
                .isEmpty();
        assertThat(shell.run("revocations", "verifiers", "--issuer", issuer)
                        .isDone()
                        .err())
                .contains("No verifier is connected");
        assertThat(shell.run("audit", "--type", "token_issued", "--json")
                        .isDone()
                        .jsonList())
                .extracting(event -> (Object) ((Map<?, ?>) event.get("details")).get("to_ask"))
                .as("the tokens of these commands say what they were for")
                .contains("/system", "/system/verifiers");
        shell.run("health", "--issuer", issuer, "--node", "http://localhost:1")
                .isRefused("no node answers at http://localhost:1");
        shell.run("health", "--issuer", issuer, "--node", "localhost:9000").isWrongUsage("--node is no address");
        shell.run("health", "--issuer", issuer, "--node", issuer + "/other").isRefused("answers with the status 404");
        shell.run("health", "--issuer", "http://localhost:1").isRefused("say which it has with --issuer URL");
    }

    @Test
    void a_server_sees_what_commands_do_and_ends_well_when_told_to() throws Exception {
        Path data = folder.resolve("data");
        Process server = serve(data, "first", "--port", "0");
        String issuer = issuer(server, "first");
        assertThat(log("first"))
                .contains("BACK IT UP NOW")
                .contains("./handstamp user add vera --name \"Vera Vale\" --data " + data)
                .doesNotContain("org.eclipse.jetty");

        Shell shell = new Shell(data);
        shell.run("api", "add", API, "--scope", "read", "--algorithm", "ES256").isDone();
        shell.run("client", "add", "shop", "--grant", "client_credentials", "--api", API, "--scope", "read")
                .isDone();
        String token = shell.run("token", "issue", "--client", "shop", "--api", API, "--issuer", issuer)
                .isDone()
                .out()
                .strip();
        assertThat(shell.bare("token", "verify", "--issuer", issuer, "--audience", API, token, "--json")
                        .isDone()
                        .json())
                .containsEntry("active", true)
                .containsEntry("sub", "shop");
        shell.bare("token", "verify", "--issuer", issuer, "--audience", API + "/2", token)
                .isRefused("wrong_audience");

        Shell.Result walk = shell.bare(token.getBytes(StandardCharsets.UTF_8), "token", "explain", "--issuer", issuer)
                .isDone();
        assertThat(walk.out())
                .contains("ok signature", "ok audience    " + API, "Accepted.")
                .doesNotContain("\u001b");
        assertThat(walk.err()).contains("--audience URL compares it");
        assertThat(shell.bare("token", "explain", "--issuer", issuer, "--audience", API + "/2", "--json", token)
                        .isRefused("")
                        .json())
                .containsEntry("accepted", false)
                .containsEntry("reason", "wrong_audience");

        tellsHowItDoes(shell, issuer);

        Process second = serve(data, "second", "--port", "0");
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(log("second"))
                .isEqualTo(
                        "handstamp: another server uses the data folder " + data + " (process " + server.pid() + ")\n");

        server.destroy(); // SIGTERM
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        assertThat(shell.run("audit", "--json").jsonList())
                .extracting(event -> event.get("type"))
                .contains("server_started", "server_stopped");

        Process again = serve(data, "again", "--port", "0");
        issuer(again, "again");
        assertThat(log("again")).doesNotContain("BACK IT UP", "Nobody can log in yet");
    }

    @Test
    void a_port_that_is_taken_is_refused_in_one_line() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            assertRefused(port, "port", "--port", port);
            assertRefused(port, "management", "--port", "0", "--management-port", port);
        }
    }

    /// The last flag is the one that the port came with.
    private void assertRefused(String port, String name, String... arguments) throws Exception {
        Process server = serve(folder.resolve("data"), name, arguments);
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(1);
        assertThat(log(name))
                .isEqualTo("handstamp: cannot serve at 127.0.0.1 port " + port + ": Address already in use; "
                        + arguments[arguments.length - 2] + " chooses another port\n");
    }

    private Process serve(Path data, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--data",
                data.toString()));
        command.addAll(List.of(arguments));
        if (!command.contains("--management-port")) command.addAll(List.of("--management-port", "0"));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve(name).toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        return process;
    }

    private String issuer(Process server, String name) throws IOException, InterruptedException {
        while (server.isAlive()) {
            Matcher serves = SERVES.matcher(log(name));
            if (serves.find()) return serves.group(1);
            Thread.sleep(50);
        }
        throw new AssertionError(log(name));
    }

    private String log(String name) throws IOException {
        return Files.readString(folder.resolve(name), StandardCharsets.UTF_8);
    }
}
