package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.VerificationKey;
import dev.handstamp.jwt.Verified;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SeenTokensTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String ISSUER = "https://id.example";
    private static final String API = "https://api.example";
    private static final Path VECTORS = Path.of("../jwt/src/test/resources/vectors/crafted/tokens.json");

    private final Changing source = new Changing();
    private final Set<String> revoked = new HashSet<>();
    private Instant now = START;
    private int issued;

    @Test
    void a_second_look_at_any_crafted_token_gives_the_answer_of_the_first() throws Exception {
        Map<String, Object> file = Json.parseObject(Files.readAllBytes(VECTORS), 8 << 20);
        source.keys = JwkSet.parse(Json.write(object(file.get("jwks"))));
        now = Instant.ofEpochSecond((Long) file.get("now"));
        TokenVerifier.Builder builder = TokenVerifier.builder()
                .issuer((String) file.get("issuer"))
                .audience((String) file.get("audience"))
                .algorithms(Algorithm.RS256, Algorithm.ES256, Algorithm.EDDSA)
                .keys(source)
                .clock(clock());
        TokenVerifier full = builder.seenTokens(0, 0).build();
        TokenVerifier remembering = builder.seenTokens(64, 1 << 20).build();
        int accepted = 0;
        for (int round = 0; round < 2; round++) {
            for (Object vector : (List<?>) file.get("cases")) {
                String token = (String) object(vector).get("token");
                for (int i = 0; i < 2; i++) {
                    Verification verification = assertSameAnswer(full, remembering, token);
                    accepted += verification instanceof Verified ? 1 : 0;
                }
            }
        }
        assertThat(accepted).isPositive();
    }

    /// Issue, present again, revoke, forgive, rotate, withdraw and turn the clock to and fro.
    @Test
    void both_paths_give_the_same_answer_through_a_long_random_life() {
        var random = new Random(20_260_101);
        var signers = new ArrayList<PrivateJwk>();
        for (int i = 0; i < 6; i++) signers.add(PrivateJwk.generate(i % 2 == 0 ? Algorithm.ES256 : Algorithm.EDDSA));
        source.keys = published(signers.subList(0, 3));
        TokenVerifier full = verifier(0, 0);
        TokenVerifier remembering = verifier(64, 200_000);
        var tokens = new ArrayList<String>();
        var reasons = new HashSet<Reason>();
        int accepted = 0;
        for (int step = 0; step < 30_000; step++) {
            switch (random.nextInt(200)) {
                case 0 -> now = now.plusSeconds(random.nextInt(120));
                case 1 -> now = now.minusSeconds(random.nextInt(100));
                case 2 -> revoked.add("t" + random.nextInt(issued + 1));
                case 3 -> revoked.clear();
                case 4 -> source.keys = published(signers.subList(random.nextInt(3), 3 + random.nextInt(4)));
                case 5 -> tokens.subList(0, tokens.size() / 2).clear();
                case 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 ->
                    tokens.add(token(signers.get(random.nextInt(6)), 1 + random.nextInt(300)));
                default -> {
                    if (tokens.isEmpty()) continue;
                    String token = tokens.get(random.nextInt(tokens.size()));
                    String sent = random.nextInt(10) == 0 ? changed(token, random) : token;
                    Verification verification = assertSameAnswer(full, remembering, fresh(sent));
                    if (verification instanceof Rejected rejected) reasons.add(rejected.reason());
                    else accepted++;
                }
            }
        }
        assertThat(accepted).isBetween(3_000, 27_000);
        assertThat(reasons)
                .contains(
                        Reason.EXPIRED,
                        Reason.ISSUED_IN_THE_FUTURE,
                        Reason.NOT_YET_VALID,
                        Reason.REVOKED,
                        Reason.UNKNOWN_KEY,
                        Reason.BAD_SIGNATURE);
    }

    @Test
    void a_token_is_remembered_until_it_would_be_refused() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        SeenTokens seen = new SeenTokens(64, 1 << 20, clock());
        String token = token(key, 300);
        remember(seen, token);

        now = START.plusSeconds(300 + 59);
        seen.sweep();
        assertThat(seen.find(fresh(token))).isNotNull();

        now = START.plusSeconds(300 + 60);
        seen.sweep();
        assertThat(seen.size()).isZero();
        assertThat(seen.bytes()).isZero();
    }

    @Test
    void the_tokens_of_a_key_go_when_the_key_goes() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        SeenTokens seen = new SeenTokens(64, 1 << 20, clock());
        List<String> tokens = List.of(token(key, 300), token(key, 300), token(key, 300));
        for (String token : tokens) remember(seen, token);
        assertThat(seen.size()).isEqualTo(3);

        source.keys = published(List.of());

        assertThat(seen.find(tokens.get(0))).isNull();
        assertThat(seen.size()).isZero();
    }

    @Test
    void the_tokens_of_a_key_that_is_gone_do_not_wait_for_somebody_to_ask() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        SeenTokens seen = new SeenTokens(64, 1 << 20, clock());
        remember(seen, token(key, 300));

        source.keys = published(List.of());
        seen.sweep();

        assertThat(seen.size()).isZero();
    }

    @Test
    void entries_and_bytes_stay_within_their_bounds() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.EDDSA);
        source.keys = published(List.of(key));
        SeenTokens few = new SeenTokens(20, 1 << 20, clock());
        SeenTokens small = new SeenTokens(1024, 10_000, clock());
        for (int i = 0; i < 200; i++) {
            String token = token(key, 300);
            remember(few, token);
            remember(small, token);
            assertThat(small.bytes()).isBetween(1L, 10_000L);
            assertThat(small.find(token)).isNotNull();
        }
        assertThat(few.size()).isBetween(8, 16);
        assertThat(small.size()).isBetween(1, 10);
    }

    @Test
    void a_token_longer_than_all_bytes_is_not_remembered() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.EDDSA);
        source.keys = published(List.of(key));
        SeenTokens tiny = new SeenTokens(16, 100, clock());
        remember(tiny, token(key, 300));
        assertThat(tiny.size()).isZero();
        assertThat(tiny.bytes()).isZero();
    }

    @Test
    void a_refused_token_is_never_in_it() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        String token = token(key, 300);
        try (TokenVerifier verifier = verifier(64, 1 << 20)) {
            assertThat(verifier.verify(token + "AA")).isInstanceOf(Rejected.class);
            revoked.add("t1");
            assertThat(verifier.verify(token)).isEqualTo(new Rejected(Reason.REVOKED));
            assertThat(verifier.remembered()).isZero();

            revoked.clear();
            assertThat(verifier.verify(token)).isInstanceOf(Verified.class);
            assertThat(verifier.remembered()).isEqualTo(1);

            revoked.add("t1");
            assertThat(verifier.verify(token)).isEqualTo(new Rejected(Reason.REVOKED));
            assertThat(verifier.remembered()).isZero();
        }
    }

    /// Half a thousand texts with one and the same `String.hashCode()` find a place each.
    @Test
    void texts_that_collide_elsewhere_do_not_collide_here() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        var verified = (Verified) policy().check(token(key, 300), source.keys, now);
        SeenTokens seen = new SeenTokens(4096, 64 << 20, clock());
        var twins = new ArrayList<String>();
        for (int bits = 0; bits < 512; bits++) twins.add("e30.e30." + sameHash(bits));
        assertThat(twins.stream().mapToInt(String::hashCode).distinct()).hasSize(1);

        for (String twin : twins) seen.remember(twin, verified, policy(), source, source.keys);

        assertThat(twins.stream().filter(twin -> seen.find(twin) != null).count())
                .isGreaterThan(480);
    }

    @Test
    void a_closed_verifier_remembers_nothing() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        SeenTokens seen = new SeenTokens(64, 1 << 20, clock());
        String token = token(key, 300);
        remember(seen, token);
        seen.close();
        remember(seen, token);
        assertThat(seen.size()).isZero();
        assertThat(seen.bytes()).isZero();
    }

    /// Counted, not timed: no neighbour on the machine changes it.
    @Test
    void a_second_look_allocates_next_to_nothing() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        source.keys = published(List.of(key));
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TokenVerifier verifier = verifier(64, 1 << 20)) {
            String token = token(key, 300);
            long allocated = 0;
            for (int round = 0; round < 3; round++) {
                String[] copies = new String[10_000];
                for (int i = 0; i < copies.length; i++) copies[i] = fresh(token);
                long before = threads.getCurrentThreadAllocatedBytes();
                for (String copy : copies) {
                    if (!(verifier.verify(copy) instanceof Verified)) throw new AssertionError("refused");
                }
                allocated = (threads.getCurrentThreadAllocatedBytes() - before) / copies.length;
            }
            assertThat(verifier.remembered()).isEqualTo(1);
            assertThat(allocated).isLessThanOrEqualTo(100);
        }
    }

    @Test
    void bounds_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> TokenVerifier.builder().seenTokens(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seenTokens");
    }

    private Verification assertSameAnswer(TokenVerifier full, TokenVerifier remembering, String token) {
        Verification expected = full.verify(token);
        Verification answer = remembering.verify(token);
        if (expected instanceof Verified one && answer instanceof Verified other) {
            assertThat(facts(other.accessToken())).isEqualTo(facts(one.accessToken()));
        } else {
            assertThat(answer).isEqualTo(expected);
        }
        return answer;
    }

    private static List<Object> facts(AccessToken token) {
        return List.of(token.claims().toMap(), token.keyId(), token.algorithm(), token.expiresAt(), token.jwtId());
    }

    private void remember(SeenTokens seen, String token) {
        var verified = (Verified) policy().check(token, source.keys, now);
        seen.remember(token, verified, policy(), source, source.keys);
    }

    private TokenVerifier verifier(int entries, long bytes) {
        return TokenVerifier.builder()
                .issuer(ISSUER)
                .audience(API)
                .keys(source)
                .clock(clock())
                .revocation(revocation())
                .seenTokens(entries, bytes)
                .build();
    }

    private RevocationCheck revocation() {
        return (token, found, at) ->
                revoked.contains(found.accessToken().jwtId()) ? new Rejected(Reason.REVOKED) : found;
    }

    private InstantSource clock() {
        return () -> now;
    }

    private static TokenPolicy policy() {
        return TokenPolicy.builder().issuer(ISSUER).audience(API).build();
    }

    /// Every third token names a time before which it is not good.
    private String token(PrivateJwk key, int lifetime) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", ISSUER);
        claims.put("sub", "vera");
        claims.put("aud", API);
        claims.put("client_id", "shop");
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.getEpochSecond() + lifetime);
        claims.put("jti", "t" + ++issued);
        if (issued % 3 == 0) claims.put("nbf", now.getEpochSecond() + 50);
        return new JwsSigner(key, "at+jwt").sign(Json.write(claims));
    }

    private static String changed(String token, Random random) {
        var text = new StringBuilder(token);
        int at = random.nextInt(token.length());
        text.setCharAt(at, text.charAt(at) == 'A' ? 'B' : 'A');
        return text.toString();
    }

    /// "Aa" and "BB" have one hash.
    private static String sameHash(int bits) {
        var text = new StringBuilder();
        for (int i = 0; i < 16; i++) text.append((bits >> i & 1) == 0 ? "Aa" : "BB");
        return text.toString();
    }

    @SuppressWarnings("StringOperationCanBeSimplified")
    private static String fresh(String token) {
        return new String(token.toCharArray());
    }

    private static JwkSet published(List<PrivateJwk> keys) {
        return JwkSet.of(
                keys.stream().<VerificationKey>map(PrivateJwk::verificationKey).toList());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    /// Keys that change as the test says.
    private static final class Changing implements JwkSetSource {
        private JwkSet keys = JwkSet.of(List.of());

        @Override
        public JwkSet current() {
            return keys;
        }

        @Override
        public JwkSet lookFor(String keyId) {
            return keys;
        }
    }
}
