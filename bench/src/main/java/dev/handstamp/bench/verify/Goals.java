package dev.handstamp.bench.verify;

import dev.handstamp.jwt.Algorithm;
import java.util.EnumMap;
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

    private final Map<Algorithm, Sight> withAccp = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, Sight> withJdk = new EnumMap<>(Algorithm.class);
    private final Map<Algorithm, Double> twoThreads = new EnumMap<>(Algorithm.class);
    private String secondSight = "–";

    void firstSight(boolean accp, Algorithm algorithm, Figure ours, Figure bare, double over) {
        (accp ? withAccp : withJdk).put(algorithm, new Sight(ours, bare, over, Double.MAX_VALUE, "no peer"));
    }

    void peer(boolean accp, Algorithm algorithm, Library library, Figure figure) {
        Map<Algorithm, Sight> sights = accp ? withAccp : withJdk;
        Sight known = Table.get(sights, algorithm);
        if (figure.microseconds() < known.fastest()) {
            sights.put(
                    algorithm,
                    new Sight(known.ours(), known.bare(), known.over(), figure.microseconds(), library.title()));
        }
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
            double over = (algorithm.isSymmetric() ? jdk(algorithm) : accp(algorithm)).over();
            return "+ %.2f (%.0f): %s".formatted(over, goal(OVER, algorithm), word(over <= goal(OVER, algorithm)));
        });
        print("times the fastest peer as it ships", algorithm -> {
            Sight jdk = jdk(algorithm);
            double times = jdk.fastest() / accp(algorithm).ours().microseconds();
            double goal = goal(AS_IT_SHIPS, algorithm);
            return "%.2f (%.1f; %s): %s".formatted(times, goal, jdk.peer(), word(times >= goal));
        });
        print(
                "the bare signature of the JDK, in times of ACCP's",
                algorithm -> "%.2f"
                        .formatted(jdk(algorithm).bare().microseconds()
                                / accp(algorithm).bare().microseconds()));
        print("times the fastest peer that has ACCP too", algorithm -> {
            Sight sight = accp(algorithm);
            double goal = algorithm.isSymmetric() ? goal(AS_IT_SHIPS, algorithm) : 1;
            return "%.2f (%s): %s".formatted(sight.ahead(), sight.peer(), word(sight.ahead() >= goal));
        });
        print("times the fastest peer, all with the JDK's alone", algorithm -> {
            Sight sight = jdk(algorithm);
            String level = sight.ahead() < 1 ? "level, " : "";
            return "%.2f (%s): %s%s".formatted(sight.ahead(), sight.peer(), level, word(sight.ahead() >= LEVEL));
        });
        print("bytes beyond what the provider allocates, with ACCP", algorithm -> {
            double bytes =
                    accp(algorithm).ours().bytes() - accp(algorithm).bare().bytes();
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

    private Sight accp(Algorithm algorithm) {
        return Table.get(withAccp, algorithm);
    }

    private Sight jdk(Algorithm algorithm) {
        return Table.get(withJdk, algorithm);
    }

    private static double goal(Map<Algorithm, Double> goals, Algorithm algorithm) {
        return Table.get(goals, algorithm);
    }

    private static String word(boolean met) {
        return met ? "met" : "**missed**";
    }

    /// One algorithm with one provider: ours, the bare signature, what ours costs over it, and the fastest peer.
    private record Sight(Figure ours, Figure bare, double over, double fastest, String peer) {

        double ahead() {
            return fastest / ours.microseconds();
        }
    }
}
