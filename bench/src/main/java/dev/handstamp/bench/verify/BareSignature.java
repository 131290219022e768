package dev.handstamp.bench.verify;

import dev.handstamp.jwt.Algorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The signature alone, with an object that is ready and bytes that are decoded: no check of a
/// token can be cheaper.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH fills in the parameters and calls prepare() before anything else.
public class BareSignature {

    @Param({"RS256", "PS256", "ES256", "EDDSA", "HS256"})
    public Algorithm algorithm;

    @Param({"jdk", "accp"})
    public String provider;

    private Primitive primitive;
    private byte[][] signed;
    private byte[][] signatures;

    static BareSignature of(Tokens tokens) throws Exception {
        BareSignature bare = new BareSignature();
        bare.prepare(tokens);
        return bare;
    }

    @Setup
    public void prepare() throws Exception {
        Providers.use(provider);
        prepare(Tokens.signedWith(algorithm));
    }

    private void prepare(Tokens tokens) throws Exception {
        signed = new byte[Tokens.MANY][];
        signatures = new byte[Tokens.MANY][];
        for (int i = 0; i < Tokens.MANY; i++) {
            String text = tokens.texts().get(i);
            int dot = text.lastIndexOf('.');
            signed[i] = text.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
            signatures[i] = Base64.getUrlDecoder().decode(text.substring(dot + 1));
        }
        primitive = tokens.isSymmetric() ? mac(tokens) : signature(tokens);
    }

    @Benchmark
    public boolean verify(Turn turn) throws Exception {
        int i = turn.next();
        if (!primitive.verifies(signed[i], signatures[i])) throw new IllegalStateException("refused");
        return true;
    }

    private interface Primitive {
        boolean verifies(byte[] signed, byte[] signature) throws Exception;
    }

    private static Primitive mac(Tokens tokens) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(tokens.secretKey());
        return (signed, signature) -> MessageDigest.isEqual(mac.doFinal(signed), signature);
    }

    private static Primitive signature(Tokens tokens) throws Exception {
        PublicKey key = tokens.publicKey();
        Signature signature = Signature.getInstance(
                switch (tokens.algorithm()) {
                    case RS256 -> "SHA256withRSA";
                    case PS256 -> "RSASSA-PSS";
                    case ES256 -> "SHA256withECDSAinP1363Format";
                    default -> "Ed25519";
                });
        if (tokens.algorithm() == Algorithm.PS256) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        signature.initVerify(key);
        return (signed, given) -> {
            signature.update(signed);
            return signature.verify(given);
        };
    }
}
