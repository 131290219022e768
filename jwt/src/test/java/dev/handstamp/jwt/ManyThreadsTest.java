package dev.handstamp.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ManyThreadsTest {

    private static final int THREADS = 16;
    private static final int ROUNDS = 100;

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA", "HS256", "ML_DSA_44"})
    void many_threads_share_one_signer_and_one_key_set(Algorithm algorithm) throws Exception {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        JwkSet keys = JwkSet.of(List.of(key.verificationKey()));
        var signer = new JwsSigner(key, "at+jwt");
        var tasks = new ArrayList<Callable<Integer>>();
        for (int thread = 0; thread < THREADS; thread++) {
            String name = "user-" + thread;
            tasks.add(() -> signedAndVerified(signer, keys, name));
        }
        assertThat(sum(tasks)).isEqualTo(THREADS * ROUNDS);
    }

    /// From small tables to large ones on the way.
    @Test
    void many_threads_share_our_own_check_of_ed25519() throws Exception {
        PrivateJwk pair = PrivateJwk.generate(Algorithm.EDDSA);
        JwkSet keys = JwkSet.of(List.of(Jwk.parse(pair.publicJwk().orElseThrow().toJson(), CryptoProvider.JDK)));
        var signer = new JwsSigner(pair, "at+jwt");
        var tasks = new ArrayList<Callable<Integer>>();
        for (int thread = 0; thread < THREADS; thread++) {
            String name = "user-" + thread;
            tasks.add(() -> signedAndVerified(signer, keys, name));
        }
        assertThat(sum(tasks)).isEqualTo(THREADS * ROUNDS);
    }

    @Test
    void a_bad_signature_on_one_thread_does_not_disturb_a_good_one_on_another() throws Exception {
        String good = Door.good();
        String bad = good.substring(0, good.length() - 8) + "AAAAAAAA";
        var tasks = new ArrayList<Callable<Integer>>();
        for (int thread = 0; thread < THREADS; thread++) {
            tasks.add(() -> {
                int right = 0;
                for (int i = 0; i < ROUNDS; i++) {
                    right += Door.refusal(bad) == Reason.BAD_SIGNATURE && Door.refusal(good) == null ? 1 : 0;
                }
                return right;
            });
        }
        assertThat(sum(tasks)).isEqualTo(THREADS * ROUNDS);
    }

    private static int signedAndVerified(JwsSigner signer, JwkSet keys, String name) {
        int right = 0;
        for (int i = 0; i < ROUNDS; i++) {
            var claims = Door.claims();
            claims.put("sub", name);
            String token = signer.sign(Json.write(claims));
            Verification verification = Door.POLICY.check(token, keys, Door.NOW);
            right += verification instanceof Verified v
                            && v.accessToken().subject().equals(name)
                    ? 1
                    : 0;
        }
        return right;
    }

    private static int sum(List<Callable<Integer>> tasks) throws InterruptedException, ExecutionException {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            int sum = 0;
            for (Future<Integer> done : executor.invokeAll(tasks)) {
                sum += done.get();
            }
            return sum;
        } finally {
            executor.shutdownNow();
        }
    }
}
