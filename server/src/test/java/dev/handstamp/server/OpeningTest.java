package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.UnusableMasterKey;
import dev.handstamp.server.domain.audit.Author;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningTest {

    private final Secrets secrets = new Secrets(new SecureRandom());

    @TempDir
    Path folder;

    @Test
    void the_first_opening_makes_everything_for_its_owner_alone() throws IOException {
        Path data = folder.resolve("new/data");
        try (Opening opening = server(data)) {
            assertThat(permissions(data)).isEqualTo("rwx------");
            assertThat(permissions(data.resolve("master.key"))).isEqualTo("rw-------");
            assertThat(permissions(data.resolve("server.lock"))).isEqualTo("rw-------");
            assertThat(opening.madeMasterKey()).contains(data.resolve("master.key"));
        }
        try (Opening again = server(data)) {
            assertThat(again.madeMasterKey()).isEmpty();
        }
    }

    @Test
    void an_empty_folder_that_is_open_to_others_is_closed() throws IOException {
        Path data = Files.createDirectory(folder.resolve("mounted"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        server(data).close();
        assertThat(permissions(data)).isEqualTo("rwx------");
    }

    @Test
    @DisplayName("S-16: a data folder that is open to others is refused and left alone")
    void a_folder_with_something_in_it_that_is_open_to_others_is_refused_and_left_alone() throws IOException {
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.writeString(home.resolve("letter"), "dear");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatThrownBy(() -> server(home))
                .isInstanceOf(Unusable.class)
                .hasMessage("the data folder " + home + " is open to others: chmod 700 " + home);
        assertThat(permissions(home)).isEqualTo("rwxr-xr-x");
        assertThat(home).isDirectoryNotContaining("glob:**.db");
    }

    @Test
    void a_data_folder_that_is_a_file_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> server(file)).isInstanceOf(Unusable.class).hasMessage(file + " is not a folder");
    }

    @Test
    void a_second_server_on_the_same_folder_is_refused_and_told_the_first_ones_process() {
        Path data = folder.resolve("data");
        try (Opening first = server(data)) {
            assertThat(first.database()).isNotNull();
            assertThatThrownBy(() -> server(data))
                    .isInstanceOf(Unusable.class)
                    .hasMessage("another server uses the data folder " + data + " (process "
                            + ProcessHandle.current().pid() + ")");
        }
        server(data).close();
    }

    @Test
    void a_server_in_another_process_is_noticed_too() throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        server(data).close();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherServer.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");
            assertThatThrownBy(() -> server(data))
                    .isInstanceOf(Unusable.class)
                    .hasMessageEndingWith("(process " + other.pid() + ")");
        } finally {
            other.destroyForcibly().waitFor();
        }
        server(data).close(); // However the other ended, its lock ended with it.
    }

    @Test
    void a_command_works_beside_a_running_server() {
        Path data = folder.resolve("data");
        try (Opening server = server(data);
                Opening command = command(data, Map.of())) {
            server.signingKeys().ensure(Author.named("server"));
            assertThat(command.signingKeys().inUse()).isNotEmpty();
        }
    }

    @Test
    void a_command_makes_a_master_key_only_when_it_needs_one() {
        Path data = folder.resolve("data");
        try (Opening opening = command(data, Map.of())) {
            assertThat(data.resolve("master.key")).doesNotExist();
            assertThat(opening.keyEncryption().checkValue()).isNotEmpty();
            assertThat(opening.madeMasterKey()).contains(data.resolve("master.key"));
        }
    }

    @Test
    @DisplayName("S-16: without the master key of its database nothing starts, and no other one is made")
    void a_lost_master_key_is_not_replaced() throws IOException {
        Path data = folder.resolve("data");
        server(data).close();
        Files.delete(data.resolve("master.key"));
        assertThatThrownBy(() -> server(data))
                .isInstanceOf(UnusableMasterKey.class)
                .hasMessageContaining("master.key is missing")
                .hasMessageContaining("put it back from its backup");
        assertThat(data.resolve("master.key")).doesNotExist();
    }

    @Test
    void another_master_key_is_refused_and_the_right_one_still_works() {
        Path data = folder.resolve("data");
        server(data).close();
        String other = secrets.clientSecret().value();
        assertThatThrownBy(() -> open(data, Map.of("HANDSTAMP_MASTER_KEY", other)))
                .isInstanceOf(UnusableMasterKey.class)
                .hasMessageNotContaining(other);
        server(data).close();
    }

    @Test
    @DisplayName("S-16: an example master key is refused")
    void an_example_master_key_is_refused() {
        assertThatThrownBy(() -> open(folder.resolve("data"), Map.of("HANDSTAMP_MASTER_KEY", "A".repeat(43))))
                .isInstanceOf(UnusableMasterKey.class)
                .hasMessageStartingWith("HANDSTAMP_MASTER_KEY");
    }

    /// Holds the folder that its argument names until it is killed.
    static final class OtherServer {

        public static void main(String... arguments) throws IOException {
            AutoCloseable lock = DataDirectory.lock(Path.of(arguments[0]));
            System.out.println("locked");
            System.in.read();
            try {
                lock.close();
            } catch (Exception e) {
                throw new UncheckedIOException(new IOException(e));
            }
        }
    }

    private Opening server(Path data) {
        return open(data, Map.of());
    }

    private Opening open(Path data, Map<String, String> environment) {
        return Opening.forServer(config(data, environment), secrets, InstantSource.system());
    }

    private Opening command(Path data, Map<String, String> environment) {
        return Opening.forCommand(config(data, environment), secrets, InstantSource.system());
    }

    private static ServerConfig config(Path data, Map<String, String> environment) {
        var reading = ServerConfig.read(Optional.empty(), environment, Map.of("data", data.toString()));
        assertThat(reading).isInstanceOf(ServerConfig.Valid.class);
        return ((ServerConfig.Valid) reading).config();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
