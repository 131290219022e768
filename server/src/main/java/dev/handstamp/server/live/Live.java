package dev.handstamp.server.live;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseReader;
import dev.handstamp.server.store.Dialect;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.Revision;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.StoreClosed;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/// Keeps the [Snapshot] true. One platform thread reads the log's position for everyone who is waiting, loads what
/// changed, and swaps one reference; nobody else reads or waits for a lock.
///
/// A caller that waits joins a read that begins after it called. So it sees everything that was committed before its
/// call, by this process, another node or the command line.
public final class Live implements AutoCloseable {

    /// How old [#latest()] may be while the database answers. PostgreSQL tells of other nodes' commits besides.
    private static final Duration POLL = Duration.ofMillis(250);

    /// A look at the file costs a few microseconds, and nobody tells when the command line has written to it.
    private static final Duration POLL_OF_FILE = Duration.ofMillis(50);

    private static final Duration FORGETTING = Duration.ofMinutes(1);

    /// A revocation outlives its last token by this: a clock that was set forward and back again forgets nothing too
    /// early.
    private static final Duration CLOCK_SLACK = Duration.ofHours(1);

    private static final Revision NOTHING = new Revision(-1, -1);

    private final DatabaseReader reader;
    private final Duration poll;
    private final KeyEncryption encryption;
    private final UnaryOperator<Directory> complete;
    private final InstantSource clock;
    private final RevisionStore revisions = new RevisionStore();
    private final RevocationStore revocations = new RevocationStore();
    private final DirectoryStore directories = new DirectoryStore();
    private final SigningKeyStore signingKeys = new SigningKeyStore();

    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final AtomicReference<CompletableFuture<Snapshot>> nextRead =
            new AtomicReference<>(new CompletableFuture<>());
    private final AtomicBoolean asked = new AtomicBoolean();
    private final Thread thread;
    private volatile Known known;
    private volatile boolean closed;

    // Met by the reading thread only.
    private Revision position = NOTHING;
    private Instant forgottenAt;
    private boolean failing;

    /// Told of whatever a read has found, in order, before anybody who waited for that read. Called on the one thread
    /// that reads for everybody: it must be quick and must never wait.
    @FunctionalInterface
    public interface Follower {

        /// Hears the news of one read.
        ///
        /// @param position    where the log stands now
        /// @param revocations what was appended since the last call
        /// @param afresh      whether the log is another one than before: the database was put back from a
        ///                    backup
        void learned(Snapshot known, long position, List<Revocation> revocations, boolean afresh);
    }

    /// Reads everything before it returns.
    public Live(Database database, KeyEncryption encryption, InstantSource clock) {
        this(database, encryption, UnaryOperator.identity(), clock);
    }

    /// Reads everything before it returns.
    ///
    /// @param userInfo the issuer itself, which every directory then holds
    public Live(Database database, KeyEncryption encryption, Api userInfo, InstantSource clock) {
        this(database, encryption, directory -> directory.withUserInfo(userInfo), clock);
    }

    private Live(Database database, KeyEncryption encryption, UnaryOperator<Directory> complete, InstantSource clock) {
        this.complete = complete;
        this.reader = database.reader();
        this.poll = database.dialect() == Dialect.SQLITE ? POLL_OF_FILE : POLL;
        this.encryption = encryption;
        this.clock = clock;
        Directory nobody = new Directory(NOTHING.position(), Map.of(), Map.of(), Map.of());
        Snapshot nothing = new Snapshot(nobody, new RevocationRules(), KeyRing.EMPTY);
        this.known = new Known(nothing, NOTHING.position(), System.nanoTime());
        this.forgottenAt = clock.instant();
        try {
            refresh();
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
        database.onRevision(this::ask);
        this.thread = Thread.ofPlatform().name("live").daemon().start(this::run);
    }

    /// Tells this follower too of what is learned from now on. Before the first call there may be news that
    /// [#latest()] has and it was not told of.
    public void follow(Follower newFollower) {
        followers.add(newFollower);
        ask();
    }

    /// A snapshot that holds everything committed before this call. Waits for one read, which all who wait share.
    ///
    /// @throws dev.handstamp.server.store.StoreUnavailable if the database cannot be read now: 503
    public Snapshot current() {
        try {
            return nextRead().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException reason) throw reason;
            throw new IllegalStateException("what the server knows could not be read", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }

    /// [#current()] for whoever need not hold a thread meanwhile. What depends on the stage runs on the one thread that
    /// reads for everybody: it must be quick and must never wait.
    public CompletionStage<Snapshot> next() {
        return nextRead();
    }

    /// The last known snapshot, without waiting: at most [#POLL] old while the database answers.
    public Snapshot latest() {
        return known.snapshot;
    }

    /// Where the log stood when it was last read. [#latest()] has everything up to here.
    public long position() {
        return known.position;
    }

    /// How long ago the database last answered.
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - known.asOf);
    }

    /// Waits for the last read, also when interrupted: after it the database may be closed, and nobody reads any more.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private CompletableFuture<Snapshot> nextRead() {
        CompletableFuture<Snapshot> read = nextRead.get();
        ask();
        return read;
    }

    private void ask() {
        if (asked.compareAndSet(false, true)) LockSupport.unpark(thread);
    }

    private void run() {
        RuntimeException end = new IllegalStateException("the server is stopping");
        while (!closed) {
            if (!asked.get()) LockSupport.parkNanos(this, poll.toNanos());
            asked.set(false);
            // Whoever took hold of this future did so before the read that completes it.
            CompletableFuture<Snapshot> read = nextRead.getAndSet(new CompletableFuture<>());
            try {
                read.complete(refresh());
                if (failing) Log.info("the database answers again");
                failing = false;
            } catch (StoreClosed e) { // For good, and no fault: there is nothing more to follow.
                read.completeExceptionally(e);
                end = e;
                break;
            } catch (RuntimeException | Error e) {
                if (!failing) Log.error("what the server knows cannot be brought up to date", e);
                failing = true;
                read.completeExceptionally(e);
            }
        }
        reader.close();
        nextRead.get().completeExceptionally(end);
    }

    private Snapshot refresh() {
        Snapshot before = known.snapshot;
        long asOf = System.nanoTime();
        Changes changes = reader.read(tx -> changesSince(tx, position));
        Instant now = clock.instant();
        RevocationRules rules = changes.afresh() ? new RevocationRules() : before.revocations();
        for (Revocation revocation : changes.revocations()) rules.add(revocation);
        forget(rules, now);

        KeyRing keys = changes.configuration().isPresent()
                ? KeyRing.of(changes.configuration().get().keys(), encryption, before.keys(), now)
                : before.keys().at(now);
        Directory directory = changes.configuration()
                .map(found -> complete.apply(found.directory()))
                .orElse(before.directory());
        boolean isChanged =
                changes.configuration().isPresent() || keys != before.keys() || rules != before.revocations();
        Snapshot snapshot = isChanged ? new Snapshot(directory, rules, keys) : before;
        boolean isNews = isChanged || !changes.revision().equals(position);
        position = changes.revision();
        known = new Known(snapshot, position.position(), asOf);
        if (!isNews) return snapshot;
        for (Follower follower : followers) {
            follower.learned(snapshot, position.position(), changes.revocations(), changes.afresh());
        }
        return snapshot;
    }

    /// One consistent state: the position, and what lies between it and the known one.
    private Changes changesSince(Transaction tx, Revision known) {
        Revision revision = revisions.position(tx);
        if (revision.equals(known)) return new Changes(revision, List.of(), false, Optional.empty());

        // A position that went back is a database put back from a backup: everything is read again.
        boolean afresh = revision.position() < known.position();
        List<Revocation> newer = revocations.after(tx, afresh ? NOTHING.position() : known.position());
        boolean isConfigured = !afresh && revision.configurationPosition() == known.configurationPosition();
        return new Changes(
                revision,
                newer,
                afresh,
                isConfigured
                        ? Optional.empty()
                        : Optional.of(new Configuration(directories.load(tx), signingKeys.list(tx))));
    }

    private void forget(RevocationRules rules, Instant now) {
        if (now.isBefore(forgottenAt.plus(FORGETTING))) return;
        rules.forget(now.minus(CLOCK_SLACK));
        forgottenAt = now;
    }

    /// @param asOf the [System#nanoTime()] before the read that found it
    private record Known(Snapshot snapshot, long position, long asOf) {}

    private record Changes(
            Revision revision, List<Revocation> revocations, boolean afresh, Optional<Configuration> configuration) {}

    private record Configuration(Directory directory, List<SigningKey> keys) {}
}
