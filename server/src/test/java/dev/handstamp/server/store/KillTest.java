package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.hash;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.user.Username;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {

    private static final int KILLS = 10;

    // Every grant has exactly one refresh token that is good, and every spent one names a successor that exists.
    private static final String DAMAGED_FAMILIES = """
        SELECT grant_id FROM refresh_token AS token
         GROUP BY grant_id
        HAVING SUM(CASE WHEN spent_at IS NULL THEN 1 ELSE 0 END) <> 1
            OR SUM(CASE WHEN spent_at IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM refresh_token AS next WHERE next.token_hash = token.successor_hash)
                   THEN 1 ELSE 0 END) > 0""";

    private static final String USERS_WITHOUT_SESSION = """
        SELECT subject FROM app_user WHERE subject NOT IN (SELECT subject FROM user_grant)""";

    private final UserStore users = new UserStore();
    private final GrantStore grants = new GrantStore();

    @TempDir
    Path directory;

    @Test
    void nothing_that_was_answered_is_lost_when_the_process_is_killed_at_any_moment() throws Exception {
        Path file = directory.resolve("handstamp.db");
        RandomGenerator random = RandomGenerator.getDefault();
        List<String> answered = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            answered.addAll(answeredBeforeKill(file, "run" + kill, 20 + random.nextInt(1_000)));
            try (Database database = Database.open(new DatabaseLocation.Sqlite(file))) {
                assertThat(lost(database, answered)).isEmpty();
                assertThat(words(database, DAMAGED_FAMILIES, "grant_id")).isEmpty();
                assertThat(words(database, USERS_WITHOUT_SESSION, "subject")).isEmpty();
                assertThat(words(database, "PRAGMA integrity_check", "integrity_check"))
                        .containsExactly("ok");
            }
        }
        assertThat(answered).hasSizeGreaterThan(KILLS * 20);
    }

    /// Lets a process write until it has answered so often, kills it, and tells what it had answered by then.
    private static List<String> answeredBeforeKill(Path file, String run, int lines) throws Exception {
        var writer = ChildProcess.start(TirelessWriter.class, file.toString(), run);
        List<String> answered = new ArrayList<>();
        try (var output = writer.output()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                answered.add(line);
                if (answered.size() == lines) writer.kill();
            }
        } finally {
            writer.kill();
            writer.process().waitFor();
        }
        return answered;
    }

    private List<String> lost(Database database, List<String> answered) {
        return database.read(tx -> answered.stream()
                .filter(line -> {
                    String word = line.substring(line.indexOf(' ') + 1);
                    return line.startsWith("user ")
                            ? users.findByUsername(tx, new Username(word)).isEmpty()
                            : grants.findRefreshToken(tx, hash(word)).isEmpty();
                })
                .toList());
    }

    private static List<String> words(Database database, String sql, String column) {
        return database.read(tx -> tx.list(sql, row -> row.text(column)));
    }
}
