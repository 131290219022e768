package dev.handstamp.bench.verify;

import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/// What one operation of one row costs: processor time, time on the wall, and what it allocates.
record Figure(double microseconds, double wall, double bytes) {

    static Figure of(RunResult run) {
        Result<?> processor = Table.get(run.getSecondaryResults(), CpuTime.NAME);
        Result<?> allocated = Table.get(run.getSecondaryResults(), "gc.alloc.rate.norm");
        return new Figure(median(processor) / 1000, median(run.getPrimaryResult()) / 1000, median(allocated));
    }

    static double median(Result<?> result) {
        return result.getStatistics().getPercentile(50);
    }
}
