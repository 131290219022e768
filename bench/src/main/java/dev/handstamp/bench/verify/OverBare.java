package dev.handstamp.bench.verify;

import dev.handstamp.jwt.Algorithm;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What the check costs over the bare signature: both in one process, in turns of about a millisecond, so that
/// whatever else the machine does meets both. Two processes measured one after the other differ by more than that.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in the parameters and calls prepare() before anything else.
public class OverBare {

    private static final int TURNS_OF_HMAC = 1000;
    private static final int TURNS_OF_OTHERS = 25;

    @Param({"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    public Algorithm algorithm;

    @Param({"jdk", "accp"})
    public String provider;

    private final BareSignature bare = new BareSignature();
    private final FirstSight check = new FirstSight();
    private final Turn turn = new Turn();
    private int turns;

    @Setup
    public void prepare() throws Exception {
        bare.algorithm = algorithm;
        bare.provider = provider;
        bare.prepare();
        check.library = Library.HANDSTAMP;
        check.algorithm = algorithm;
        check.provider = provider;
        check.prepare();
        turns = algorithm.isSymmetric() ? TURNS_OF_HMAC : TURNS_OF_OTHERS;
    }

    @TearDown
    public void end() {
        check.end();
    }

    @Benchmark
    public Object both() throws Exception {
        Object last = this;
        long start = Turn.processorTime();
        for (int i = 0; i < turns; i++) last = bare.verify(turn);
        long between = Turn.processorTime();
        for (int i = 0; i < turns; i++) last = check.check(turn);
        long difference = Turn.processorTime() - between - (between - start);
        Differences.add((double) difference / turns);
        return last;
    }
}
