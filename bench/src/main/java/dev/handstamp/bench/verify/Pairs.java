package dev.handstamp.bench.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/// What [SideBySide] has seen in an iteration: the medians of both sides, of their difference and of their ratio.
public final class Pairs implements InternalProfiler {

    static final String OURS = "pair.ours";
    static final String THEIRS = "pair.theirs";
    static final String DIFFERENCE = "pair.difference";
    static final String RATIO = "pair.ratio";

    private static final List<Pair> SEEN = new ArrayList<>();

    private record Pair(double ours, double theirs) {}

    static synchronized void add(double ours, double theirs) {
        SEEN.add(new Pair(ours, theirs));
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        taken();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<Pair> seen = taken();
        return List.of(
                median(OURS, "ns/op", seen, Pair::ours),
                median(THEIRS, "ns/op", seen, Pair::theirs),
                median(DIFFERENCE, "ns/op", seen, pair -> pair.ours() - pair.theirs()),
                median(RATIO, "times", seen, pair -> pair.theirs() / pair.ours()));
    }

    @Override
    public String getDescription() {
        return "two checks side by side";
    }

    private static ScalarResult median(String name, String unit, List<Pair> seen, ToDoubleFunction<Pair> of) {
        double[] sorted = seen.stream().mapToDouble(of).sorted().toArray();
        return new ScalarResult(name, sorted.length == 0 ? 0 : sorted[sorted.length / 2], unit, AggregationPolicy.AVG);
    }

    private static synchronized List<Pair> taken() {
        List<Pair> seen = List.copyOf(SEEN);
        SEEN.clear();
        return seen;
    }
}
