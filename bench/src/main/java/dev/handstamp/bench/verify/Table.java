package dev.handstamp.bench.verify;

import dev.handstamp.jwt.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs every row in a process of its own and prints them as Markdown: `bench/run verify [quick]`;
/// `bench/run verify threads` only what two threads do.
///
/// A figure is the median of its iterations, and times are those of the processor: the machine may
/// have other things to do.
public final class Table {

    static final List<Algorithm> ALGORITHMS =
            List.of(Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.EDDSA, Algorithm.HS256);
    /// Those that came nearest to the bare signature; `quick` leaves out the others.
    private static final List<Library> NEAREST =
            List.of(Library.HANDSTAMP, Library.AUTH0, Library.FUSIONAUTH, Library.VERTX);

    /// Slow signatures leave less time for the compiler's counters: it takes longer until their loops are compiled.
    private static final Set<Algorithm> SLOW = EnumSet.of(Algorithm.ES256, Algorithm.EDDSA);

    private final boolean quick;
    private final Goals goals = new Goals();
    private final String wholeClassPath = System.getProperty("java.class.path");

    private Table(boolean quick) {
        this.quick = quick;
    }

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Table table = new Table(List.of(arguments).contains("quick"));
        if (List.of(arguments).contains("threads")) {
            System.out.println(machine() + "\n");
            table.printTwoThreads();
        } else {
            table.print();
        }
    }

    private void print() throws RunnerException, IOException {
        System.out.println(machine() + "\n");
        Map<Algorithm, List<Library>> withAccp = printFirstSight("accp");
        printSecondSight();
        printTwoThreads();
        System.setProperty("java.class.path", withoutAccp());
        Map<Algorithm, List<Library>> withJdk = printFirstSight("jdk");
        System.out.println("## Side by side in one process, in turns: CPU-µs of Handstamp and of the other\n");
        System.out.println(header("", ALGORITHMS.stream().map(Algorithm::joseName)));
        for (String provider : List.of("jdk", "accp", "ships")) {
            System.setProperty("java.class.path", provider.equals("jdk") ? withoutAccp() : wholeClassPath);
            printSideBySide(provider, provider.equals("accp") ? withAccp : withJdk);
        }
        System.out.println();
        goals.print();
    }

    /// @return the fastest peers for each algorithm, the fastest first
    private Map<Algorithm, List<Library>> printFirstSight(String provider) throws RunnerException {
        Map<Algorithm, Figure> bare = new EnumMap<>(Algorithm.class);
        Map<Library, Map<Algorithm, Figure>> checks = new EnumMap<>(Library.class);
        for (Algorithm algorithm : ALGORITHMS) {
            for (RunResult run :
                    run(options(BareSignature.class, "verify", 1, algorithm).param("provider", provider))) {
                bare.put(algorithm, Figure.of(run));
            }
            String[] names = libraries()
                    .filter(library -> library.checks(algorithm))
                    .map(Enum::name)
                    .toArray(String[]::new);
            for (RunResult run : run(options(FirstSight.class, "check", 1, algorithm)
                    .param("library", names)
                    .param("provider", provider))) {
                Library library = Library.valueOf(run.getParams().getParam("library"));
                checks.computeIfAbsent(library, any -> new EnumMap<>(Algorithm.class))
                        .put(algorithm, Figure.of(run));
            }
        }
        String title = provider.equals("accp") ? "ACCP as the first provider" : "the JDK's providers alone";
        System.out.println("## First sight of a token, " + title + ": CPU-µs (bytes allocated)\n");
        System.out.println(header("", ALGORITHMS.stream().map(Algorithm::joseName)));
        checks.forEach((library, figures) -> System.out.println(row(library.title(), figures)));
        System.out.println(row("the bare signature", bare));
        System.out.println();
        Map<Algorithm, Figure> ours = get(checks, Library.HANDSTAMP);
        for (Algorithm algorithm : ALGORITHMS) {
            goals.allocated(
                    provider,
                    algorithm,
                    get(ours, algorithm).bytes() - get(bare, algorithm).bytes());
        }
        return fastest(checks);
    }

    private Map<Algorithm, List<Library>> fastest(Map<Library, Map<Algorithm, Figure>> checks) {
        Map<Algorithm, List<Library>> fastest = new EnumMap<>(Algorithm.class);
        for (Algorithm algorithm : ALGORITHMS) {
            fastest.put(
                    algorithm,
                    checks.keySet().stream()
                            .filter(library -> library != Library.HANDSTAMP && library.checks(algorithm))
                            .sorted(Comparator.comparingDouble(library ->
                                    get(get(checks, library), algorithm).microseconds()))
                            .limit(quick ? 1 : 2)
                            .toList());
        }
        return fastest;
    }

    private void printSideBySide(String provider, Map<Algorithm, List<Library>> peers) throws RunnerException {
        String title = switch (provider) {
            case "accp" -> "with ACCP both";
            case "jdk" -> "with the JDK's both";
            default -> "as they ship";
        };
        if (!provider.equals("ships")) {
            Map<Algorithm, SidePair> bare = new EnumMap<>(Algorithm.class);
            for (Algorithm algorithm : ALGORITHMS) {
                boolean counts = provider.equals(algorithm.isSymmetric() ? "jdk" : "accp");
                SidePair pair = sideBySide(provider, algorithm, SideBySide.BARE, counts && !quick ? 3 : 1);
                bare.put(algorithm, pair);
                goals.overBare(provider, algorithm, pair);
            }
            System.out.println(line(
                    title + ", the bare signature",
                    algorithm -> get(bare, algorithm).toString()));
        }
        for (int rank = 0; rank < (quick ? 1 : 2); rank++) {
            Map<Algorithm, String> cells = new EnumMap<>(Algorithm.class);
            for (Algorithm algorithm : ALGORITHMS) {
                Library peer = get(peers, algorithm).get(rank);
                SidePair pair = sideBySide(provider, algorithm, peer.name(), 1);
                cells.put(algorithm, pair + " (" + peer.title() + ")");
                goals.peer(provider, algorithm, peer, pair);
            }
            System.out.println(line(
                    title + (rank == 0 ? ", the fastest peer" : ", the next"), algorithm -> get(cells, algorithm)));
        }
    }

    private SidePair sideBySide(String provider, Algorithm algorithm, String other, int forks) throws RunnerException {
        ChainedOptionsBuilder options = options(SideBySide.class, "both", 1, algorithm)
                .param("provider", provider)
                .param("other", other)
                .forks(forks)
                .addProfiler(Pairs.class);
        return SidePair.of(run(options).iterator().next());
    }

    private void printSecondSight() throws RunnerException {
        Map<String, Figure> figures = new TreeMap<>();
        for (RunResult run : run(options(SecondSight.class, "", 1, Algorithm.RS256))) {
            String name = run.getParams().getBenchmark();
            figures.put(name.substring(name.lastIndexOf('.') + 1), Figure.of(run));
        }
        Figure fresh = get(figures, "fresh");
        Figure seen = get(figures, "freshAndSeen");
        System.out.println("## Second sight of a token, 894 characters in a fresh String\n");
        System.out.println(header("", Stream.of("CPU-µs", "bytes")));
        System.out.printf("| the String alone | %.3f | %.0f |%n", fresh.microseconds(), fresh.bytes());
        System.out.printf("| the String and its check | %.3f | %.0f |%n", seen.microseconds(), seen.bytes());
        System.out.printf(
                "| the check | %.3f | %.0f |%n%n",
                seen.microseconds() - fresh.microseconds(), seen.bytes() - fresh.bytes());
        goals.secondSight(seen.microseconds() - fresh.microseconds(), seen.bytes() - fresh.bytes());
    }

    /// In rounds over all algorithms, and of each the median: on a shared machine there are half minutes in which two
    /// threads do 1.4 times one, whatever they do.
    private void printTwoThreads() throws RunnerException {
        System.out.println("## What two threads do, in times of one (on the wall)\n");
        System.out.println(header("", ALGORITHMS.stream().map(Algorithm::joseName)));
        Map<Algorithm, List<Double>> ourRounds = new EnumMap<>(Algorithm.class);
        Map<Algorithm, List<Double>> bareRounds = new EnumMap<>(Algorithm.class);
        for (int round = 0; round < (quick ? 1 : 5); round++) {
            for (Algorithm algorithm : ALGORITHMS) {
                ourRounds
                        .computeIfAbsent(algorithm, key -> new ArrayList<>())
                        .add(gain(FirstSight.class, "check", algorithm));
                bareRounds
                        .computeIfAbsent(algorithm, key -> new ArrayList<>())
                        .add(gain(BareSignature.class, "verify", algorithm));
            }
        }
        Map<Algorithm, Double> ours = medians(ourRounds);
        Map<Algorithm, Double> bare = medians(bareRounds);
        ALGORITHMS.forEach(algorithm -> goals.twoThreads(algorithm, get(ours, algorithm)));
        System.out.println(line(Library.HANDSTAMP.title(), algorithm -> "%.2f".formatted(get(ours, algorithm))));
        System.out.println(line("the bare signature", algorithm -> "%.2f".formatted(get(bare, algorithm))));
        System.out.println();
    }

    private static Map<Algorithm, Double> medians(Map<Algorithm, List<Double>> rounds) {
        Map<Algorithm, Double> medians = new EnumMap<>(Algorithm.class);
        rounds.forEach((algorithm, gains) ->
                medians.put(algorithm, gains.stream().sorted().toList().get(gains.size() / 2)));
        return medians;
    }

    /// One thread and two right after each other, so that a change of the machine's mood meets both.
    private double gain(Class<?> benchmark, String method, Algorithm algorithm) throws RunnerException {
        double[] microseconds = new double[3]; // On the wall: a thread that waits takes no processor time.
        for (int threads = 1; threads <= 2; threads++) {
            ChainedOptionsBuilder options =
                    options(benchmark, method, threads, algorithm).param("provider", "accp");
            if (benchmark == FirstSight.class) options.param("library", Library.HANDSTAMP.name());
            for (RunResult run : run(options))
                microseconds[threads] = Figure.of(run).wall();
        }
        return 2 * microseconds[1] / microseconds[2];
    }

    private ChainedOptionsBuilder options(Class<?> benchmark, String method, int threads, Algorithm algorithm) {
        int warmups = (quick ? 3 : 5) + (SLOW.contains(algorithm) ? 3 : 0);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(benchmark.getName().replace(".", "\\.") + "\\." + (method.isEmpty() ? "" : method + "$"))
                .threads(threads)
                .forks(1)
                .warmupIterations(benchmark == SideBySide.class ? 2 * warmups : warmups)
                .warmupTime(TimeValue.milliseconds(400))
                .measurementIterations(quick ? 5 : 7)
                .measurementTime(TimeValue.milliseconds(250))
                .jvmArgs(
                        "-Xms1g",
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow")
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTime.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        return benchmark == SecondSight.class ? options : options.param("algorithm", algorithm.name());
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.build()).run();
    }

    private Stream<Library> libraries() {
        return quick ? NEAREST.stream() : Stream.of(Library.values());
    }

    private static String row(String title, Map<Algorithm, Figure> figures) {
        return line(title, algorithm -> {
            Figure figure = figures.get(algorithm);
            return figure == null ? "–" : "%.2f (%,.0f)".formatted(figure.microseconds(), figure.bytes());
        });
    }

    static String line(String title, Function<Algorithm, String> cell) {
        return "| " + title + " | " + ALGORITHMS.stream().map(cell).collect(Collectors.joining(" | ")) + " |";
    }

    static String header(String first, Stream<String> columns) {
        List<String> names = columns.toList();
        return "| " + first + " | " + String.join(" | ", names) + " |\n| --- |" + " ---: |".repeat(names.size());
    }

    static <K, V> V get(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> "nothing was measured for " + key);
    }

    private String withoutAccp() {
        return Arrays.stream(wholeClassPath.split(":"))
                .filter(entry -> !entry.contains("AmazonCorrettoCryptoProvider"))
                .collect(Collectors.joining(":"));
    }

    private static String machine() throws IOException {
        List<String> parts = new ArrayList<>();
        Path information = Path.of("/proc/cpuinfo");
        if (Files.isReadable(information)) {
            Files.readAllLines(information).stream()
                    .filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .ifPresent(line -> parts.add(line.substring(line.indexOf(':') + 2)));
        }
        parts.add(Runtime.getRuntime().availableProcessors() + " processors");
        parts.add(System.getProperty("os.name") + " " + System.getProperty("os.version"));
        parts.add(System.getProperty("java.vendor") + " " + Runtime.version());
        return "Measured on " + String.join(", ", parts) + ".";
    }
}
