package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.event;
import static dev.handstamp.server.store.Fixtures.grant;
import static dev.handstamp.server.store.Fixtures.refreshToken;
import static dev.handstamp.server.store.Fixtures.rotated;
import static dev.handstamp.server.store.Fixtures.session;
import static dev.handstamp.server.store.Fixtures.user;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.grant.RefreshToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Makes users, signs them in and rotates their refresh tokens, without end, and prints a line for everything that was
/// answered: the word of a user, or the word of a refresh token.
final class TirelessWriter {

    private static final int CALLERS = 16;

    private final Database database;
    private final UserStore users = new UserStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final AuditStore audit = new AuditStore();

    private TirelessWriter(Database database) {
        this.database = database;
    }

    public static void main(String[] arguments) throws InterruptedException {
        var writer = new TirelessWriter(Database.open(new DatabaseLocation.Sqlite(Path.of(arguments[0]))));
        for (int caller = 0; caller < CALLERS; caller++) {
            String name = arguments[1] + "-" + caller;
            Thread.ofVirtual().start(() -> writer.write(name));
        }
        Thread.currentThread().join();
    }

    private void write(String name) {
        for (int i = 0; ; i++) signInAndRefresh(name + "-" + i);
    }

    private void signInAndRefresh(String word) {
        var user = user(word);
        var session = session(word, user);
        var grant = grant(word, session);
        RefreshToken token = refreshToken(word + ".0", grant);
        database.inTransaction(tx -> {
            users.insert(tx, user);
            sessions.insert(tx, session);
            grants.insert(tx, grant);
            grants.insertRefreshToken(tx, token);
            audit.append(tx, event(AuditEvent.Type.LOGIN_SUCCEEDED, word, word, user.createdAt()));
            return true;
        });
        answered("user " + word);
        refresh(word, token);
    }

    private void refresh(String word, RefreshToken first) {
        RefreshToken token = first;
        for (int i = 1; i <= 5; i++) {
            var rotated = rotated(token, word + "." + i);
            var spent = token.hash();
            boolean applied = database.inTransaction(tx -> grants.apply(tx, rotated, spent));
            if (!applied) throw new IllegalStateException("nobody else has this token");
            answered("token " + word + "." + i);
            token = rotated.successor();
        }
    }

    /// One write for the whole line: a line that the reader sees is a line that was answered.
    private static synchronized void answered(String what) {
        byte[] line = (what + "\n").getBytes(StandardCharsets.UTF_8);
        System.out.write(line, 0, line.length);
        System.out.flush();
    }
}
