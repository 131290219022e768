package dev.handstamp.server.crypto;

import dev.handstamp.server.domain.user.PasswordHash;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Hashes passwords with Argon2id (RFC 9106), and checks those and hashes that users brought along, on a few platform
/// threads, with a bounded queue before them.
///
/// A password counts exactly as it was received, every byte of its UTF-8: nothing is trimmed, folded or cut off. When
/// the
/// queue is full the answer is [Busy] at once, so that a flood of logins costs nobody else a token.
public final class PasswordHasher implements AutoCloseable {

    /// In bytes of UTF-8.
    public static final int LONGEST_PASSWORD = 1024;

    private static final Duration ONE_HASH = Duration.ofMillis(60);

    /// After which a thread without work ends. With the last one the memory that they computed in is given back.
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final AtomicInteger threads = new AtomicInteger();
    private final ThreadPoolExecutor workers;
    private final Secrets secrets;
    private final HashingCost cost;
    private final Argon2Hash nobody;
    private final Duration retryAfter;
    private final LongAdder work = new LongAdder();

    /// Starts no thread before it is needed.
    ///
    /// @param threads as many as cores: each hash keeps one of them and 19 MiB busy
    /// @param queue   how many may wait for a thread
    public PasswordHasher(int threads, int queue, Secrets secrets) {
        this(threads, queue, HashingCost.RECOMMENDED, secrets);
    }

    /// @param cost of each hash that is made here; one that was made for less is weaker
    public PasswordHasher(int threads, int queue, HashingCost cost, Secrets secrets) {
        this(threads, queue, cost, IDLE, secrets);
    }

    PasswordHasher(int threads, int queue, HashingCost cost, Duration idle, Secrets secrets) {
        this.workers = new ThreadPoolExecutor(
                threads,
                threads,
                idle.toMillis(),
                TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(queue),
                this::thread,
                new ThreadPoolExecutor.AbortPolicy());
        workers.allowCoreThreadTimeOut(true);
        this.secrets = secrets;
        this.cost = cost;
        this.nobody = Argon2Hash.ofNobody(cost, secrets);
        this.retryAfter = Duration.ofSeconds(1 + ONE_HASH.toMillis() * queue / threads / 1000);
    }

    /// Whether passwords can be checked with this hash: its form is known, and it asks for no more than a login may
    /// cost.
    public static boolean canVerify(PasswordHash hash) {
        return hash.equals(PasswordHash.NONE) || StoredHash.parse(hash).isPresent();
    }

    public Verdict verify(PasswordHash stored, String password) {
        if (stored.equals(PasswordHash.NONE)) return verifyNobody(password);
        StoredHash hash = StoredHash.parse(stored)
                .orElseThrow(() -> new IllegalStateException("a stored password hash is of no known form"));
        Optional<byte[]> bytes = bytes(password);
        return bytes.isPresent()
                ? run(() -> compare(hash, bytes.get()), bytes.get()).orElseGet(this::busy)
                : new Differs();
    }

    /// Does for a user that does not exist what [#verify] does for one that does.
    public Verdict verifyNobody(String password) {
        Optional<byte[]> bytes = bytes(password);
        if (bytes.isEmpty()) return new Differs();
        return switch (run(() -> compare(nobody, bytes.get()), bytes.get()).orElseGet(this::busy)) {
            case Matches _, Differs _ -> new Differs();
            case Busy busy -> busy;
        };
    }

    public Hashing hash(String password) {
        Optional<byte[]> bytes = bytes(password);
        if (bytes.isEmpty()) return new UnacceptablePassword();
        Optional<Hashing> hashed = run(() -> make(bytes.get()), bytes.get());
        return hashed.orElseGet(this::busy);
    }

    /// How many passwords wait for a thread.
    public int waiting() {
        return workers.getQueue().size();
    }

    /// What was computed so far, in KiB filled.
    long work() {
        return work.sum();
    }

    /// Finishes what was begun; whatever comes later is [Busy].
    @Override
    public void close() {
        workers.close();
    }

    private Thread thread(Runnable work) {
        return Thread.ofPlatform()
                .name("password-" + threads.incrementAndGet())
                .daemon()
                .unstarted(() -> {
                    work.run();
                    Argon2Hash.releaseMemory();
                    // It is old by now, and nothing else fills the heap so far that what is old would be collected.
                    if (workers.getPoolSize() == 0 && !workers.isShutdown()) System.gc();
                });
    }

    private Verdict compare(StoredHash hash, byte[] password) {
        work.add(hash.work());
        return hash.matches(password) ? new Matches(hash.isWeaker(cost)) : new Differs();
    }

    private Hashing make(byte[] password) {
        Argon2Hash made = Argon2Hash.of(password, cost, secrets);
        work.add(made.work());
        return new Hashed(made.toPhc());
    }

    private Busy busy() {
        return new Busy(retryAfter);
    }

    /// Runs the task on a thread of the pool, waits for it, and wipes the password; empty if the queue is full.
    private <T> Optional<T> run(Callable<T> task, byte[] password) {
        try {
            Future<T> future = workers.submit(() -> {
                try {
                    return task.call();
                } finally {
                    Arrays.fill(password, (byte) 0);
                }
            });
            return Optional.of(future.get());
        } catch (RejectedExecutionException e) {
            Arrays.fill(password, (byte) 0);
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("hashing a password failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a password was hashed", e);
        }
    }

    /// Empty unless there are 1 to [#LONGEST_PASSWORD] bytes; a lone surrogate has no bytes of its own.
    private static Optional<byte[]> bytes(String password) {
        if (password.isEmpty() || password.length() > LONGEST_PASSWORD) return Optional.empty();
        byte[] buffer = new byte[password.length() * 3];
        ByteBuffer encoded = ByteBuffer.wrap(buffer);
        boolean isText = !StandardCharsets.UTF_8
                .newEncoder()
                .encode(CharBuffer.wrap(password), encoded, true)
                .isError();
        byte[] bytes = Arrays.copyOf(buffer, encoded.position());
        Arrays.fill(buffer, (byte) 0);
        return isText && bytes.length <= LONGEST_PASSWORD ? Optional.of(bytes) : Optional.empty();
    }
}
