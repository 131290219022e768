package dev.handstamp.bench.verify;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/// The processor time of one operation, which other processes on the same machine disturb less than
/// they disturb the time on the wall.
public final class CpuTime implements InternalProfiler {

    static final String NAME = "cpu.norm";

    private static final AtomicLong NANOSECONDS = new AtomicLong();
    private static final AtomicLong OPERATIONS = new AtomicLong();

    static void add(long nanoseconds, long operations) {
        NANOSECONDS.addAndGet(nanoseconds);
        OPERATIONS.addAndGet(operations);
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        NANOSECONDS.set(0);
        OPERATIONS.set(0);
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double each = (double) NANOSECONDS.get() / Math.max(1, OPERATIONS.get());
        return List.of(new ScalarResult(NAME, each, "ns/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "processor time of one operation";
    }
}
