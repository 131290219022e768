package dev.handstamp.server.live;

import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseReader;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.Revision;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SigningKeyStore;
import dev.handstamp.server.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Keeps the [Snapshot] true. One platform thread reads the log's position for everyone who is waiting, loads what
/// changed, and swaps one reference; nobody else reads or waits for a lock.
///
/// A caller that waits joins a read that begins after it called. So it sees everything that was committed before its
/// call, by this process, another node or the command line.
public final class Live implements AutoCloseable {

    /// How old [#latest()] may be while the database answers.
    private static final Duration POLL = Duration.ofMillis(250);

    private static final Duration FORGETTING = Duration.ofMinutes(1);

    /// A revocation outlives its last token by this: a clock that was set forward and back again forgets nothing too
    /// early.
    private static final Duration CLOCK_SLACK = Duration.ofHours(1);

    private static final Revision NOTHING = new Revision(-1, -1);

    private final DatabaseReader reader;
    private final KeyEncryption encryption;
    private final InstantSource clock;
    private final RevisionStore revisions = new RevisionStore();
    private final RevocationStore revocations = new RevocationStore();
    private final DirectoryStore directories = new DirectoryStore();
    private final SigningKeyStore signingKeys = new SigningKeyStore();

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

    /// Reads everything before it returns.
    public Live(Database database, KeyEncryption encryption, InstantSource clock) {
        this.reader = database.reader();
        this.encryption = encryption;
        this.clock = clock;
        Directory nobody = new Directory(NOTHING.position(), Map.of(), Map.of(), Map.of());
        this.known = new Known(new Snapshot(nobody, new RevocationRules(), KeyRing.EMPTY), System.nanoTime());
        this.forgottenAt = clock.instant();
        try {
            refresh();
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
        this.thread = Thread.ofPlatform().name("live").daemon().start(this::run);
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

    /// How long ago the database last answered.
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - known.asOf);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        while (!closed) {
            if (!asked.get()) LockSupport.parkNanos(this, POLL.toNanos());
            asked.set(false);
            // Whoever took hold of this future did so before the read that completes it.
            CompletableFuture<Snapshot> read = nextRead.getAndSet(new CompletableFuture<>());
            try {
                read.complete(refresh());
                if (failing) Log.info("the database answers again");
                failing = false;
            } catch (RuntimeException | Error e) {
                if (!failing) Log.error("what the server knows cannot be brought up to date", e);
                failing = true;
                read.completeExceptionally(e);
            }
        }
        reader.close();
        nextRead.get().completeExceptionally(new IllegalStateException("the server is stopping"));
    }

    private Snapshot refresh() {
        Snapshot before = known.snapshot;
        long asOf = System.nanoTime();
        Changes changes = reader.read(tx -> changesSince(tx, position));
        Instant now = clock.instant();
        for (Revocation revocation : changes.revocations()) before.revocations().add(revocation);
        forget(before.revocations(), now);

        KeyRing keys = changes.configuration().isPresent()
                ? KeyRing.of(changes.configuration().get().keys(), encryption, before.keys(), now)
                : before.keys().at(now);
        Directory directory =
                changes.configuration().map(Configuration::directory).orElse(before.directory());
        boolean isChanged = changes.configuration().isPresent() || keys != before.keys();
        Snapshot snapshot = isChanged ? new Snapshot(directory, before.revocations(), keys) : before;
        position = changes.revision();
        known = new Known(snapshot, asOf);
        return snapshot;
    }

    /// One consistent state: the position, and what lies between it and the known one.
    private Changes changesSince(Transaction tx, Revision known) {
        Revision revision = revisions.position(tx);
        if (revision.equals(known)) return new Changes(revision, List.of(), Optional.empty());

        // A position that went back is a database put back from a backup: everything is read again.
        long from = revision.position() < known.position() ? NOTHING.position() : known.position();
        List<Revocation> newer = revocations.after(tx, from);
        boolean isConfigured = revision.configurationPosition() == known.configurationPosition();
        return new Changes(
                revision,
                newer,
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
    private record Known(Snapshot snapshot, long asOf) {}

    private record Changes(Revision revision, List<Revocation> revocations, Optional<Configuration> configuration) {}

    private record Configuration(Directory directory, List<SigningKey> keys) {}
}
