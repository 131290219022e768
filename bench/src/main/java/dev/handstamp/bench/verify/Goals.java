package dev.handstamp.bench.verify;

import dev.handstamp.jwt.Algorithm;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/// What was asked of the verifier, and whether it was found: the last table of `bench/run verify`.
final class Goals {

    private static final double SECOND_SIGHT_MICROSECONDS = 0.5;
    private static final double SECOND_SIGHT_BYTES = 100;
    private static final double BYTES = 4096;
    private static final double TWO_THREADS = 1.9;

    /// Where the signature is all there is, two libraries that call it are as good as level: no run tells them apart
    /// by less.
    private static final double LEVEL = 0.99;

    /// Over the bare signature, in µs.
    private static final Map<Algorithm, Double> OVER = new EnumMap<>(Map.of(
            Algorithm.RS256, 2.0,
            Algorithm.PS256, 2.0,
            Algorithm.ES256, 2.0,
            Algorithm.EDDSA, 2.0,
            Algorithm.HS256, 1.0));

    /// Times as fast as the fastest peer with the JDK's providers, which is how they all ship.
    private static final Map<Algorithm, Double> AS_IT_SHIPS = new EnumMap<>(Map.of(
            Algorithm.RS256, 1.9,
            Algorithm.PS256, 2.0,
            Algorithm.ES256, 7.0,
            Algorithm.EDDSA, 4.0,
            Algorithm.HS256, 1.6));

    private final Map<String, Map<Algorithm, SidePair>> overBare = new HashMap<>();
    private final Map<String, Map<Algorithm, Double>> allocated = new HashMap<>();
    private final Map<String, Map<Algorithm, Ahead>> fastest = new HashMap<>();
    private final Map<Algorithm, Double> twoThreads = new EnumMap<>(Algorithm.class);
    private String secondSight = "–";

    /// How many times as fast as a peer we were, side by side.
    private record Ahead(double times, Library peer) {}

    void overBare(String provider, Algorithm algorithm, SidePair pair) {
        of(overBare, provider).put(algorithm, pair);
    }

    /// @param bytes beyond what the bare signature allocates
    void allocated(String provider, Algorithm algorithm, double bytes) {
        of(allocated, provider).put(algorithm, bytes);
    }

    /// The peer that comes nearest to us is the one that counts.
    void peer(String provider, Algorithm algorithm, Library peer, SidePair pair) {
        of(fastest, provider)
                .merge(
                        algorithm,
                        new Ahead(pair.ratio(), peer),
                        (one, other) -> one.times() <= other.times() ? one : other);
    }

    void twoThreads(Algorithm algorithm, double gain) {
        twoThreads.put(algorithm, gain);
    }

    void secondSight(double microseconds, double bytes) {
        boolean met = microseconds <= SECOND_SIGHT_MICROSECONDS && bytes <= SECOND_SIGHT_BYTES;
        secondSight = "%.2f µs, %.0f bytes: %s".formatted(microseconds, bytes, word(met));
    }

    void print() {
        System.out.println("## Goals\n");
        System.out.println(Table.header("", Table.ALGORITHMS.stream().map(Algorithm::joseName)));
        print("µs over the bare signature, with ACCP (HS256: the JDK's)", algorithm -> {
            double over = Table.get(of(overBare, algorithm.isSymmetric() ? "jdk" : "accp"), algorithm)
                    .difference();
            return "+ %.2f (%.0f): %s".formatted(over, goal(OVER, algorithm), word(over <= goal(OVER, algorithm)));
        });
        print("times the fastest peer as it ships", algorithm -> {
            Ahead ahead = ahead("ships", algorithm);
            double goal = goal(AS_IT_SHIPS, algorithm);
            return "%.2f (%.1f; %s): %s"
                    .formatted(ahead.times(), goal, ahead.peer().title(), word(ahead.times() >= goal));
        });
        print(
                "the bare signature of the JDK, in times of ACCP's",
                algorithm -> "%.2f"
                        .formatted(Table.get(of(overBare, "jdk"), algorithm).theirs()
                                / Table.get(of(overBare, "accp"), algorithm).theirs()));
        print("times the fastest peer that has ACCP too", algorithm -> {
            Ahead ahead = ahead("accp", algorithm);
            double goal = algorithm.isSymmetric() ? goal(AS_IT_SHIPS, algorithm) : 1;
            return "%.2f (%s): %s".formatted(ahead.times(), ahead.peer().title(), word(ahead.times() >= goal));
        });
        print("times the fastest peer, all with the JDK's alone", algorithm -> {
            Ahead ahead = ahead("jdk", algorithm);
            String level = ahead.times() >= LEVEL && ahead.times() < 1 ? "level, " : "";
            return "%.2f (%s): %s%s"
                    .formatted(ahead.times(), ahead.peer().title(), level, word(ahead.times() >= LEVEL));
        });
        print("bytes beyond what the provider allocates, with ACCP", algorithm -> {
            double bytes = Table.get(of(allocated, "accp"), algorithm);
            return "%,.0f: %s".formatted(bytes, word(bytes <= BYTES));
        });
        print(
                "two threads, in times of one",
                algorithm -> "%.2f: %s"
                        .formatted(
                                Table.get(twoThreads, algorithm),
                                word(Table.get(twoThreads, algorithm) >= TWO_THREADS)));
        System.out.println("\nA token seen before, at most 0.5 µs and 100 bytes: " + secondSight);
    }

    private static void print(String title, Function<Algorithm, String> cell) {
        System.out.println(Table.line(title, cell));
    }

    private Ahead ahead(String provider, Algorithm algorithm) {
        return Table.get(of(fastest, provider), algorithm);
    }

    private static <V> Map<Algorithm, V> of(Map<String, Map<Algorithm, V>> all, String provider) {
        return all.computeIfAbsent(provider, any -> new EnumMap<>(Algorithm.class));
    }

    private static double goal(Map<Algorithm, Double> goals, Algorithm algorithm) {
        return Table.get(goals, algorithm);
    }

    private static String word(boolean met) {
        return met ? "met" : "**missed**";
    }
}
