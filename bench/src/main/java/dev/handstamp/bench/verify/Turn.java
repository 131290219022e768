package dev.handstamp.bench.verify;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Whose turn it is among many tokens, for each thread; and the processor time that the thread took
/// for all of them.
@State(Scope.Thread)
public class Turn {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private int next;
    private int nextAtStart;
    private long timeAtStart;

    static long processorTime() {
        return THREADS.getCurrentThreadCpuTime();
    }

    int next() {
        return next++ & (Tokens.MANY - 1);
    }

    @Setup(Level.Iteration)
    public void begin() {
        nextAtStart = next;
        timeAtStart = processorTime();
    }

    @TearDown(Level.Iteration)
    public void end() {
        CpuTime.add(processorTime() - timeAtStart, next - nextAtStart);
    }
}
