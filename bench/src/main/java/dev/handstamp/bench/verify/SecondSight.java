package dev.handstamp.bench.verify;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.verifier.TokenVerifier;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// A token that was seen before, in a fresh `String` as it comes from a request; and that `String` alone.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in the parameters and calls prepare() before anything else.
public class SecondSight {

    private TokenVerifier verifier;
    private byte[][] texts;

    @Setup
    public void prepare() throws Exception {
        Tokens tokens = Tokens.signedWith(Algorithm.RS256);
        verifier = HandstampCheck.builder(tokens).build();
        texts = new byte[Tokens.MANY][];
        for (int i = 0; i < Tokens.MANY; i++) {
            String text = tokens.texts().get(i);
            texts[i] = text.getBytes(StandardCharsets.ISO_8859_1);
            HandstampCheck.accepted(verifier.verify(text));
        }
    }

    @Benchmark
    public String fresh(Turn turn) {
        return new String(texts[turn.next()], StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    public AccessToken freshAndSeen(Turn turn) {
        return HandstampCheck.accepted(verifier.verify(fresh(turn)));
    }
}
