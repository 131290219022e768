package dev.handstamp.server.store;

import static dev.handstamp.server.store.Fixtures.grant;
import static dev.handstamp.server.store.Fixtures.refreshToken;
import static dev.handstamp.server.store.Fixtures.rotated;
import static dev.handstamp.server.store.Fixtures.session;
import static dev.handstamp.server.store.Fixtures.user;

import dev.handstamp.server.domain.grant.RefreshToken;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Measures by hand how many durable transactions a database does a second, with many callers at once:
/// `RotationLoad jdbc:sqlite:/tmp/load.db [callers] [seconds]`.
final class RotationLoad {

    private final Database database;
    private final int callers;
    private final Duration time;

    private RotationLoad(Database database, int callers, Duration time) {
        this.database = database;
        this.callers = callers;
        this.time = time;
    }

    public static void main(String[] arguments) {
        var location = DatabaseLocation.parse(arguments[0]).orElseThrow();
        int callers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
        int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
        try (Database database = Database.open(location)) {
            var load = new RotationLoad(database, callers, Duration.ofSeconds(seconds));
            for (int round = 1; round <= 2; round++) {
                String run = "run" + System.nanoTime() + "-";
                load.measure("smallest write", load::write);
                load.measure("refresh rotation", caller -> load.rotate(run, caller));
                load.measure("read", load::read);
            }
        }
    }

    private void measure(String what, Consumer<Caller> loop) {
        var done = new LongAdder();
        Instant end = Instant.now().plus(time);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                var caller = new Caller(i, end, done);
                executor.submit(() -> loop.accept(caller));
            }
        }
        System.out.printf("%-18s %,10d a second%n", what, done.sum() / time.toSeconds());
    }

    private record Caller(int number, Instant end, LongAdder done) {

        boolean goesOn() {
            return Instant.now().isBefore(end);
        }
    }

    /// The smallest durable transaction.
    private void write(Caller caller) {
        var revisions = new RevisionStore();
        while (caller.goesOn()) {
            database.inTransaction(revisions::bump);
            caller.done().increment();
        }
    }

    private void read(Caller caller) {
        var revisions = new RevisionStore();
        while (caller.goesOn()) {
            database.read(revisions::position);
            caller.done().increment();
        }
    }

    /// What a refresh does to the database: look at the token, its grant, session and user, then spend and insert.
    private void rotate(String run, Caller caller) {
        var users = new UserStore();
        var sessions = new SessionStore();
        var grants = new GrantStore();
        String word = run + caller.number();
        var user = user(word);
        var session = session(word, user);
        var grant = grant(word, session);
        RefreshToken token = refreshToken(word, grant);
        database.inTransaction(tx -> {
            users.insert(tx, user);
            sessions.insert(tx, session);
            grants.insert(tx, grant);
            grants.insertRefreshToken(tx, refreshToken(word, grant));
            return true;
        });
        for (int i = 0; caller.goesOn(); i++) {
            RefreshToken spent = token;
            var rotated = rotated(spent, word + "." + i);
            boolean first = database.inTransaction(tx -> {
                boolean known = grants.findRefreshToken(tx, spent.hash()).isPresent()
                        && grants.find(tx, grant.id()).isPresent()
                        && sessions.find(tx, session.id()).isPresent()
                        && users.find(tx, user.subject()).isPresent();
                return known && grants.apply(tx, rotated, spent.hash());
            });
            if (!first) throw new IllegalStateException("nobody else has this token");
            token = rotated.successor();
            caller.done().increment();
        }
    }
}
