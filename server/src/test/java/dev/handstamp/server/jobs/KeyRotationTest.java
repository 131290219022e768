package dev.handstamp.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.KeyRing;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.SigningKeyStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyRotationTest {

    private static final String ISSUER = "https://login.example";
    private static final Audience ORDERS = new Audience("https://api.example/orders");
    private static final InstantSource CLOCK = InstantSource.system();
    private static final List<Algorithm> ALGORITHMS = List.of(Algorithm.RS256, Algorithm.ES256);
    private static final TokenPolicy POLICY = TokenPolicy.builder()
            .issuer(ISSUER)
            .audience(ORDERS.value())
            .algorithms(Algorithm.RS256, Algorithm.ES256)
            .build();

    @TempDir
    private Path directory;

    private final Secrets secrets = new Secrets(new SecureRandom());

    /// A verifier with whatever set it fetched last, from either node; it fetches again only for a key that it does
    /// not know.
    private static final class StaleVerifier {

        private final List<Live> nodes;
        private JwkSet keys;
        private int turn;

        StaleVerifier(List<Live> nodes) throws Exception {
            this.nodes = nodes;
            this.keys = JwkSet.parse(nodes.getFirst().latest().keys().jwksJson());
        }

        boolean accepts(String token) throws Exception {
            if (keys.find(Jws.unverifiedKeyId(token).orElseThrow()).isEmpty()) {
                keys = JwkSet.parse(
                        nodes.get(turn++ % nodes.size()).latest().keys().jwksJson());
            }
            return !(POLICY.check(token, keys, CLOCK.instant()) instanceof Rejected);
        }
    }

    @Test
    void while_two_nodes_rotate_every_second_no_valid_token_is_refused_by_a_verifier_with_an_old_key_set()
            throws Exception {
        DatabaseLocation location = new DatabaseLocation.Sqlite(directory.resolve("handstamp.db"));
        KeyEncryption encryption = new KeyEncryption(
                MasterKey.readOrMake(directory.resolve("master.key"), secrets).key(), secrets);
        AtomicBoolean running = new AtomicBoolean(true);
        BlockingQueue<String> tokens = new LinkedBlockingQueue<>(100);
        try (Database one = Database.open(location);
                Database two = Database.open(location)) {
            register(one);
            KeyRotation first = new KeyRotation(new SigningKeys(one, encryption, CLOCK), Duration.ofSeconds(1));
            KeyRotation second = new KeyRotation(new SigningKeys(two, encryption, CLOCK), Duration.ofSeconds(1));
            first.run();
            try (Live liveOne = new Live(one, encryption, CLOCK);
                    Live liveTwo = new Live(two, encryption, CLOCK);
                    Job _ = Job.start("one", first, first.pause());
                    Job _ = Job.start("two", second, second.pause());
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Integer>> refused = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    StaleVerifier verifier = new StaleVerifier(List.of(liveOne, liveTwo));
                    refused.add(threads.submit(() -> refusals(verifier, tokens, running)));
                }
                List<Future<Integer>> signed = new ArrayList<>();
                for (Live node : List.of(liveOne, liveTwo, liveOne, liveTwo)) {
                    signed.add(threads.submit(() -> sign(node, tokens, running)));
                }
                Thread.sleep(Duration.ofSeconds(10));
                running.set(false);
                for (Future<Integer> each : signed) assertThat(each.get()).isPositive();
                for (Future<Integer> each : refused) assertThat(each.get()).isZero();
            }
            List<SigningKey> keys = one.read(new SigningKeyStore()::list);
            assertThat(keys).hasSizeGreaterThan(2 * ALGORITHMS.size() + 4);
            assertThatEachKeySignedForASecond(keys);
        }
    }

    /// Two nodes look for what is due; each key still signs for its whole second, so no rotation was done twice.
    private static void assertThatEachKeySignedForASecond(List<SigningKey> keys) {
        for (SigningKey key : keys) {
            if (key.retiredAt().isEmpty()) continue;
            Duration signed = Duration.between(
                    key.activatedAt().orElseThrow(), key.retiredAt().get());
            assertThat(signed).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    private static int refusals(StaleVerifier verifier, BlockingQueue<String> tokens, AtomicBoolean running)
            throws Exception {
        int refused = 0;
        while (running.get() || !tokens.isEmpty()) {
            String token = tokens.poll(50, TimeUnit.MILLISECONDS);
            if (token != null && !verifier.accepts(token)) refused++;
        }
        return refused;
    }

    private static int sign(Live node, BlockingQueue<String> tokens, AtomicBoolean running) throws Exception {
        int signed = 0;
        while (running.get()) {
            KeyRing keys = node.current().keys();
            for (Algorithm algorithm : ALGORITHMS) {
                var signer = keys.signer(algorithm, ORDERS, "at+jwt").orElseThrow();
                assertThat(node.latest().keys().published().find(signer.keyId()))
                        .isPresent();
                if (tokens.offer(signer.sign(claims(signed)), 1, TimeUnit.SECONDS)) signed++;
            }
            Thread.sleep(Duration.ofMillis(10));
        }
        return signed;
    }

    private static byte[] claims(int number) {
        long now = CLOCK.instant().getEpochSecond();
        return Json.write(Map.of(
                "iss",
                ISSUER,
                "sub",
                "usr_vera",
                "aud",
                ORDERS.value(),
                "client_id",
                "shop",
                "iat",
                now,
                "exp",
                now + 300,
                "jti",
                "token-" + number));
    }

    private void register(Database database) {
        Api api = new Api(
                ORDERS,
                Scopes.NONE,
                Algorithm.ES256,
                Api.DEFAULT_TOKEN_LIFETIME,
                List.of(),
                secrets.clientSecret().hash(),
                CLOCK.instant());
        boolean isNew = database.inTransaction(tx -> new ApiStore().insert(tx, api));
        assertThat(isNew).isTrue();
    }
}
