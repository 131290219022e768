package dev.handstamp.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;

/// Keeps a number of connections busy for a while and reports what the server did per second of its own CPU time.
final class Load {

    /// One client's endless work: each call is one of what is counted. Answers the HTTP status.
    interface Client {
        int request(Connection connection) throws IOException;
    }

    /// Makes the work of client number `index`.
    interface Clients {
        Client client(int index) throws IOException;
    }

    record Figures(String name, long requests, long refused, Duration wall, Duration cpu, long p50, long p99) {

        double perCpuSecond() {
            return requests / (cpu.toNanos() / 1e9);
        }

        double perSecond() {
            return requests / (wall.toNanos() / 1e9);
        }

        String row() {
            return "| %-44s | %,10.0f | %,10.0f | %8.2f | %8.2f | %7d |"
                    .formatted(name, perCpuSecond(), perSecond(), p50 / 1e6, p99 / 1e6, refused);
        }
    }

    static final String HEADER = """
            | %-44s | %10s | %10s | %8s | %8s | %7s |
            | -------------------------------------------- | ---------: | ---------: | -------: | -------: | ------: |""".formatted("what", "per CPU-s", "per second", "p50 ms", "p99 ms", "refused");

    /// What one client did in a round.
    private static final class Share {
        private long refused;
        private int requests;
        private long[] nanoseconds = new long[1024];

        void add(int status, long took) {
            if (requests == nanoseconds.length) nanoseconds = Arrays.copyOf(nanoseconds, requests * 2);
            nanoseconds[requests++] = took;
            if (status != 200) refused++;
        }

        LongStream times() {
            return Arrays.stream(nanoseconds, 0, requests);
        }
    }

    private final ServerProcess server;
    private final Duration warm;
    private final Duration measured;

    Load(ServerProcess server, Duration warm, Duration measured) {
        this.server = server;
        this.warm = warm;
        this.measured = measured;
    }

    /// Warms with the same load first: a JVM that has just started shows half of what it can.
    Figures run(String name, int connections, Clients clients) throws InterruptedException, IOException {
        List<Client> all = new ArrayList<>();
        for (int i = 0; i < connections; i++) all.add(clients.client(i));
        round(all, warm);
        Duration cpu = server.cpu();
        long began = System.nanoTime();
        List<Share> shares = round(all, measured);
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        cpu = server.cpu().minus(cpu);
        long[] times = shares.stream().flatMapToLong(Share::times).sorted().toArray();
        return new Figures(
                name,
                times.length,
                shares.stream().mapToLong(share -> share.refused).sum(),
                wall,
                cpu,
                times[times.length / 2],
                times[(int) (times.length * 0.99)]);
    }

    private List<Share> round(List<Client> clients, Duration length) throws InterruptedException {
        var over = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Share>> shares = new ArrayList<>();
            for (Client client : clients) shares.add(threads.submit(() -> share(client, over)));
            Thread.sleep(length);
            over.set(true);
            List<Share> done = new ArrayList<>();
            for (Future<Share> share : shares) done.add(share.get());
            return done;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a client broke", e.getCause());
        }
    }

    private Share share(Client client, AtomicBoolean over) throws IOException {
        var share = new Share();
        try (var connection = new Connection(server.port)) {
            while (!over.get()) {
                long began = System.nanoTime();
                int status = client.request(connection);
                share.add(status, System.nanoTime() - began);
            }
        }
        return share;
    }
}
