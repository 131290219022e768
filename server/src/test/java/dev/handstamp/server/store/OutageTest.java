package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.domain.user.User;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageTest {

    private final UserStore users = new UserStore();

    @TempDir
    Path directory;

    @Test
    void while_postgresql_is_down_everything_is_unavailable_and_afterwards_it_works_again() throws Exception {
        var vera = user("vera");
        var nick = user("nick");
        EmbeddedPostgres server = start(0);
        int port = server.getPort();
        String url = server.getJdbcUrl("postgres", "postgres");
        try (Database database = Database.open(new DatabaseLocation.Postgresql(url, "", ""))) {
            database.inTransaction(tx -> users.insert(tx, vera));
            server.close();

            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> database.read(tx -> users.find(tx, vera.subject())))
                        .isInstanceOf(StoreUnavailable.class);
                assertThatThrownBy(() -> database.inTransaction(tx -> users.insert(tx, nick)))
                        .isInstanceOf(StoreUnavailable.class);
            }
            // Known by now, so that nobody waits to find out.
            assertThatThrownBy(() -> database.read(tx -> users.find(tx, vera.subject())))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessage("the database is down");

            server = start(port);
            assertThat(asSoonAsItIsBack(database, vera)).hasValue(vera);
            boolean inserted = database.inTransaction(tx -> users.insert(tx, nick));
            assertThat(inserted).isTrue();
        } finally {
            server.close();
        }
    }

    /// Asks again until it is answered: the pool knocks every few seconds.
    private Optional<User> asSoonAsItIsBack(Database database, User user) throws InterruptedException {
        Instant patience = Instant.now().plusSeconds(60);
        while (true) {
            try {
                return database.read(tx -> users.find(tx, user.subject()));
            } catch (StoreUnavailable e) {
                if (Instant.now().isAfter(patience)) throw e;
                Thread.sleep(100);
            }
        }
    }

    private EmbeddedPostgres start(int port) throws IOException {
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("cluster"))
                .setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }
}
