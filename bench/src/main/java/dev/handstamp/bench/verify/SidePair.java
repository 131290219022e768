package dev.handstamp.bench.verify;

import org.openjdk.jmh.results.RunResult;

/// What [SideBySide] found, in CPU-µs: the medians of both sides, of their difference, and how many times ours theirs
/// is.
record SidePair(double ours, double theirs, double difference, double ratio) {

    static SidePair of(RunResult run) {
        return new SidePair(
                median(run, Pairs.OURS) / 1000,
                median(run, Pairs.THEIRS) / 1000,
                median(run, Pairs.DIFFERENCE) / 1000,
                median(run, Pairs.RATIO));
    }

    private static double median(RunResult run, String name) {
        return Figure.median(Table.get(run.getSecondaryResults(), name));
    }

    @Override
    public String toString() {
        return "%.2f, %.2f".formatted(ours, theirs);
    }
}
