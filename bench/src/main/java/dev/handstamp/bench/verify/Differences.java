package dev.handstamp.bench.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/// The median of the differences that [OverBare] has seen in an iteration.
public final class Differences implements InternalProfiler {

    static final String NAME = "cpu.over.bare";

    private static final List<Double> SEEN = new ArrayList<>();

    static synchronized void add(double nanoseconds) {
        SEEN.add(nanoseconds);
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        taken();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<Double> seen = taken();
        double median = seen.isEmpty() ? 0 : seen.get(seen.size() / 2);
        return List.of(new ScalarResult(NAME, median, "ns/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "what a check costs over the bare signature beside it";
    }

    private static synchronized List<Double> taken() {
        List<Double> seen = new ArrayList<>(SEEN);
        SEEN.clear();
        Collections.sort(seen);
        return seen;
    }
}
