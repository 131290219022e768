package dev.handstamp.bench;

import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.HandstampExtension;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.verifier.TokenVerifier;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// How long a test waits for its issuer: `bench/run extension`.
///
/// Each of nine fresh processes starts the JUnit extension's issuer, whose classes are yet to be loaded, and twenty
/// more after it. Counted is what passes on the wall until the issuer listens, until it has signed a token with a
/// key of its own, and until a verifier has fetched its metadata and keys over HTTP and taken that token. Once more
/// with
/// ACCP on the class path, which whoever verifies there has to load in any case.
public final class IssuerStart {

    private static final String CHILD = "in-process";
    private static final int PROCESSES = 9;
    private static final int LATER = 20;
    private static final double GOAL_MILLISECONDS = 300;
    private static final String[] STEPS = {"listens", "has signed a token", "and it was verified"};

    private IssuerStart() {}

    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        if (Arrays.asList(arguments).contains(CHILD)) inProcess();
        else table();
    }

    private static void inProcess() {
        for (int i = 0; i <= LATER; i++) {
            double[] times = started();
            System.out.printf("%.3f %.3f %.3f%n", times[0], times[1], times[2]);
        }
    }

    private static double[] started() {
        double[] times = new double[STEPS.length];
        long start = System.nanoTime();
        HandstampExtension extension = HandstampExtension.forAudience("https://api.example/orders");
        try (TestIssuer issuer = extension.testIssuer()) {
            times[0] = millisecondsSince(start);
            String token = extension.token().scope("orders:read").sign();
            times[1] = millisecondsSince(start);
            try (TokenVerifier verifier = TokenVerifier.builder()
                    .issuer(issuer.issuer())
                    .audience(extension.audience())
                    .build()) {
                if (!(verifier.verify(token) instanceof Verified)) throw new IllegalStateException("refused");
                times[2] = millisecondsSince(start);
            }
        }
        return times;
    }

    private static double millisecondsSince(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static void table() throws IOException, InterruptedException {
        String withAccp = System.getProperty("java.class.path");
        String without = Arrays.stream(withAccp.split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("AmazonCorrettoCryptoProvider"))
                .collect(Collectors.joining(File.pathSeparator));
        System.out.println("| an issuer in process, ms | first: median | slowest | later: median | slowest |");
        System.out.println("| --- | ---: | ---: | ---: | ---: |");
        double found = rows("", without);
        rows(", ACCP on the class path", withAccp);
        System.out.printf(
                "%nThe first issuer of a process, a token signed, in at most %.0f ms: %.0f ms, %s%n",
                GOAL_MILLISECONDS, found, found <= GOAL_MILLISECONDS ? "met" : "**missed**");
    }

    /// Answers the median of the first token.
    private static double rows(String with, String classPath) throws IOException, InterruptedException {
        double[][] first = new double[STEPS.length][PROCESSES];
        double[][] later = new double[STEPS.length][PROCESSES * LATER];
        for (int process = 0; process < PROCESSES; process++) {
            String[] lines = lines(classPath);
            for (int i = 0; i < lines.length; i++) {
                String[] times = lines[i].split(" ", -1);
                for (int step = 0; step < STEPS.length; step++) {
                    double time = Double.parseDouble(times[step]);
                    if (i == 0) first[step][process] = time;
                    else later[step][process * LATER + i - 1] = time;
                }
            }
        }
        for (int step = 0; step < STEPS.length; step++) {
            System.out.printf(
                    "| %s%s | %.0f | %.0f | %.1f | %.1f |%n",
                    STEPS[step],
                    with,
                    median(first[step]),
                    slowest(first[step]),
                    median(later[step]),
                    slowest(later[step]));
        }
        return median(first[1]);
    }

    private static String[] lines(String classPath) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath,
                        IssuerStart.class.getName(),
                        CHILD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (child.waitFor() != 0) throw new IllegalStateException("a process failed: " + output);
        return output.strip().split("\n", -1);
    }

    private static double median(double[] times) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double slowest(double[] times) {
        return Arrays.stream(times).max().orElseThrow();
    }
}
