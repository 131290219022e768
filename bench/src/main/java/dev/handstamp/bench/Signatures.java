package dev.handstamp.bench;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a signature alone costs on this machine at this moment: no token can be cheaper.
final class Signatures {

    private static final long ROUND = 1_500_000_000L; // nanoseconds of CPU time
    private static final int WARM_ROUNDS = 2;
    private static final int PAYLOAD = 320;

    private Signatures() {}

    /// On as many threads as there are cores, because two that share a core's units slow each other down.
    static double perCpuSecond(Algorithm algorithm) throws InterruptedException {
        var signer = new JwsSigner(PrivateJwk.generate(algorithm), "at+jwt");
        double[] rates = new double[Runtime.getRuntime().availableProcessors()];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < rates.length; i++) {
            int index = i;
            threads.add(Thread.ofPlatform().start(() -> rates[index] = lastRound(signer)));
        }
        for (Thread thread : threads) thread.join();
        return Arrays.stream(rates).average().orElseThrow();
    }

    private static double lastRound(JwsSigner signer) {
        byte[] payload = new byte[PAYLOAD];
        Arrays.fill(payload, (byte) 'x');
        double last = 0;
        for (int i = 0; i <= WARM_ROUNDS; i++) last = round(signer, payload);
        return last;
    }

    private static double round(JwsSigner signer, byte[] payload) {
        var threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        long signed = 0;
        long spent = 0;
        while (spent < ROUND) {
            for (int i = 0; i < 100; i++) signer.sign(payload);
            signed += 100;
            spent = threads.getCurrentThreadCpuTime() - began;
        }
        return signed / (spent / 1e9);
    }
}
