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

/// A token that was not seen before: parse, key, signature, issuer, audience, times, type, claims.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in the parameters and calls prepare() before anything else.
public class FirstSight {

    @Param
    public Library library;

    @Param({"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    public Algorithm algorithm;

    @Param({"jdk", "accp"})
    public String provider;

    private Check check;
    private String[] texts;

    static FirstSight of(Library library, Tokens tokens) throws Exception {
        FirstSight sight = new FirstSight();
        sight.library = library;
        sight.prepare(tokens);
        return sight;
    }

    @Setup
    public void prepare() throws Exception {
        Providers.use(provider);
        prepare(Tokens.signedWith(algorithm));
    }

    private void prepare(Tokens signed) throws Exception {
        Tokens tokens = library.spelt(signed);
        check = library.checkOf(tokens);
        texts = tokens.texts().toArray(String[]::new);
    }

    @TearDown
    public void end() {
        check.close();
    }

    @Benchmark
    public Object check(Turn turn) throws Exception {
        return check.check(texts[turn.next()]);
    }
}
