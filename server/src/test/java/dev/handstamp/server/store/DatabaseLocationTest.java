package dev.handstamp.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseLocationTest {

    @Test
    void a_sqlite_location_is_a_path() {
        assertThat(DatabaseLocation.parse("jdbc:sqlite:/var/lib/handstamp/handstamp.db"))
                .hasValue(new DatabaseLocation.Sqlite(Path.of("/var/lib/handstamp/handstamp.db")));
    }

    @Test
    void a_postgresql_location_shows_no_password() {
        String url = "jdbc:postgresql://db:5432/handstamp?user=hs&password=hunter2";
        assertThat(DatabaseLocation.parse(url)).hasValue(new DatabaseLocation.Postgresql(url, "", ""));
        assertThat(new DatabaseLocation.Postgresql(url, "hs", "hunter2"))
                .hasToString("jdbc:postgresql://db:5432/handstamp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "handstamp.db",
                "jdbc:sqlite:",
                "jdbc:sqlite::memory:",
                "jdbc:sqlite:file:x?mode=memory",
                "jdbc:sqlite:x.db?synchronous=OFF",
                "jdbc:mysql://db/handstamp"
            })
    void anything_else_is_no_location(String url) {
        assertThat(DatabaseLocation.parse(url)).isEmpty();
    }

    @Test
    void a_server_that_cannot_be_reached_is_unavailable_and_its_password_is_not_told() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/handstamp?user=hs&password=hunter2";
        assertThatThrownBy(() -> Database.open(new DatabaseLocation.Postgresql(url, "hs", "hunter2")))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageNotContaining("hunter2");
    }
}
