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
import org.openjdk.jmh.infra.Blackhole;

/// The check beside the bare signature, or beside another library: both in one process, with the same key and tokens,
/// in turns of about a millisecond, so that whatever else the machine does meets both. Two processes measured one
/// after the other differ by more than what is looked for.
///
/// Whoever begins finds less in the processor's caches, so one begins a round and the other its second half.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in the parameters and calls prepare() before anything else.
public class SideBySide {

    /// In place of a library.
    static final String BARE = "BARE";

    private static final int TURNS_OF_HMAC = 1000;
    private static final int TURNS_OF_OTHERS = 25;

    @Param({"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    public Algorithm algorithm;

    @Param({"jdk", "accp", "ships"})
    public String provider;

    @Param(BARE)
    public String other;

    private final Turn turn = new Turn();
    private int turns;
    private Runner ours;
    private Runner theirs;
    private AutoCloseable end;

    /// One check of whichever token has its turn.
    private interface Runner {
        Object run(Turn turn) throws Exception;
    }

    @Setup
    public void prepare() throws Exception {
        Providers.use(provider);
        turns = algorithm.isSymmetric() ? TURNS_OF_HMAC : TURNS_OF_OTHERS;
        Tokens tokens = Tokens.signedWith(algorithm);
        FirstSight check = FirstSight.of(Library.HANDSTAMP, tokens);
        ours = check::check;
        if (other.equals(BARE)) {
            theirs = BareSignature.of(tokens)::verify;
            end = check::end;
        } else {
            FirstSight peer = FirstSight.of(Library.valueOf(other), tokens);
            theirs = peer::check;
            end = () -> {
                check.end();
                peer.end();
            };
        }
    }

    @TearDown
    public void end() throws Exception {
        end.close();
    }

    @Benchmark
    public void both(Blackhole last) throws Exception {
        long start = Turn.processorTime();
        last.consume(turnOf(ours));
        long ourFirst = Turn.processorTime();
        last.consume(turnOf(theirs));
        last.consume(turnOf(theirs));
        long theirFirst = Turn.processorTime();
        last.consume(turnOf(ours));
        long end = Turn.processorTime();
        Pairs.add(
                (double) (ourFirst - start + end - theirFirst) / turns / 2,
                (double) (theirFirst - ourFirst) / turns / 2);
    }

    private Object turnOf(Runner runner) throws Exception {
        Object last = this;
        for (int i = 0; i < turns; i++) last = runner.run(turn);
        return last;
    }
}
