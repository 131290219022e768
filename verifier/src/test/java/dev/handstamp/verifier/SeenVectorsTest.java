package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.Jwk;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.VerificationKey;
import dev.handstamp.jwt.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every text of every vector set that is, or pretends to be, a token: a verifier that remembers answers exactly what
/// one answers that checks each time in full, with the keys that stand beside it, without them, and with them again.
final class SeenVectorsTest {

    private static final List<Path> FOLDERS =
            List.of(Path.of("../jwt/src/test/resources/vectors"), Path.of("src/test/resources/vectors"));

    /// A text of a set, with the keys that stand nearest to it, and when it would be good.
    private record Vector(String file, String token, JwkSet keys, Instant at) {}

    private final Changing source = new Changing();
    private final Map<String, Integer> acceptedOf = new TreeMap<>();
    private Instant now = Instant.EPOCH;
    private int remembered;

    @Test
    void a_second_look_at_a_token_of_any_set_gives_the_answer_of_the_first() throws Exception {
        List<Vector> vectors = vectors();
        assertThat(vectors).hasSizeGreaterThan(750);
        assertThat(vectors.stream().map(Vector::file).distinct())
                .as("RFC 7515, 7520, 7797, 8037, 9068, 9449, Wycheproof, ML-DSA, status lists, crafted")
                .hasSizeGreaterThanOrEqualTo(20);

        compare(vectors, builder -> builder.issuer("https://id.example").audience("https://api.example"), false);
        compare(vectors, SeenVectorsTest::takesNearlyAnything, true);

        // What says when it ends is good before that, under the keys beside it.
        assertThat(acceptedOf).containsKeys("appendix_a.json", "example.json", "tokens.json");
        assertThat(acceptedOf.get("tokens.json")).isGreaterThan(20);
        assertThat(remembered)
                .isEqualTo(
                        acceptedOf.values().stream().mapToInt(Integer::intValue).sum());
    }

    private interface Expecting {
        TokenVerifier.Builder in(TokenVerifier.Builder builder);
    }

    /// Of the crafted tokens more than the strict check takes: here it is not the answer that counts, but that both
    /// give the same.
    private static TokenVerifier.Builder takesNearlyAnything(TokenVerifier.Builder builder) {
        return builder.anyIssuer()
                .anyAudience()
                .foreignTypes("", "JWT", "JOSE", "dpop+jwt", "statuslist+jwt")
                .algorithms(Stream.of(Algorithm.values())
                        .filter(Algorithm::isAvailable)
                        .toArray(Algorithm[]::new))
                .maximumLifetime(Duration.ofDays(100_000));
    }

    private void compare(List<Vector> vectors, Expecting expecting, boolean anyOneIsAccepted) {
        TokenVerifier.Builder builder = TokenVerifier.builder().keys(source).clock(() -> now);
        try (TokenVerifier full = expecting.in(builder).seenTokens(0, 0).build();
                TokenVerifier remembering =
                        expecting.in(builder).seenTokens(2048, 64 << 20).build()) {
            int accepted = 0;
            for (int round = 0; round < 2; round++) {
                for (Vector vector : vectors) {
                    now = vector.at();
                    source.keys = vector.keys();
                    Verification first = sameAnswer(full, remembering, vector);
                    if (first instanceof Verified) {
                        accepted++;
                        acceptedOf.merge(vector.file(), 1, Integer::sum);
                        remembered += remembering.remembered() > 0 ? 1 : 0;
                    }
                    assertThat(sameAnswer(full, remembering, vector)).isInstanceOf(first.getClass());
                    if (round > 0) continue;

                    source.keys = JwkSet.of(List.of());
                    assertThat(sameAnswer(full, remembering, vector)).isNotInstanceOf(Verified.class);
                    source.keys = vector.keys();
                    assertThat(sameAnswer(full, remembering, vector)).isInstanceOf(first.getClass());

                    now = now.plus(Duration.ofDays(50_000));
                    sameAnswer(full, remembering, vector);
                }
            }
            assertThat(accepted > 0).isEqualTo(anyOneIsAccepted);
        }
    }

    private static Verification sameAnswer(TokenVerifier full, TokenVerifier remembering, Vector vector) {
        Verification expected = full.verify(vector.token());
        Verification answer = remembering.verify(new String(vector.token().toCharArray()));
        if (expected instanceof Verified one && answer instanceof Verified other) {
            assertThat(other.accessToken().claims().toMap())
                    .isEqualTo(one.accessToken().claims().toMap());
            assertThat(other.accessToken().keyId()).isEqualTo(one.accessToken().keyId());
        } else {
            assertThat(answer).as("%s: %s", vector.file(), vector.token()).isEqualTo(expected);
        }
        return answer;
    }

    private static List<Vector> vectors() throws IOException, JsonException {
        List<Vector> vectors = new ArrayList<>();
        for (Path folder : FOLDERS) {
            List<Path> files;
            try (Stream<Path> all = Files.walk(folder)) {
                files = all.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .toList();
            }
            for (Path file : files) {
                Map<String, Object> set = Json.parseObject(Files.readAllBytes(file), 16 << 20);
                String name = file.getFileName().toString();
                collect(name, set, List.of(), Optional.ofNullable((Long) set.get("now")), vectors);
                if (name.equals("example.json")) vectors.add(signed(name, set));
            }
        }
        return vectors;
    }

    /// The example of RFC 9068 has no signature; ours.
    private static Vector signed(String file, Map<String, Object> example) {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        Map<String, Object> claims = object(example.get("claims"));
        String token = new JwsSigner(key, "at+jwt").sign(Json.write(claims));
        return new Vector(
                file,
                token,
                JwkSet.of(List.of(key.verificationKey())),
                Instant.ofEpochSecond((Long) claims.get("exp")).minusSeconds(1));
    }

    private static void collect(
            String file, Object value, List<Map<String, Object>> around, Optional<Long> at, List<Vector> vectors) {
        if (value instanceof Map<?, ?>) {
            Map<String, Object> members = object(value);
            List<Map<String, Object>> own = new ArrayList<>();
            jwks(members, 3, own);
            List<Map<String, Object>> nearest = own.isEmpty() ? around : own;
            members.forEach((name, each) -> {
                if (isToken(name, each)) vectors.add(vector(file, text(each), nearest, at));
                collect(file, each, nearest, at, vectors);
            });
        } else if (value instanceof List<?> list) {
            for (Object each : list) collect(file, each, around, at, vectors);
        }
    }

    private static boolean isToken(String name, Object value) {
        return switch (name) {
            case "token", "jws", "jwe", "jwt", "compact" -> value instanceof String || value instanceof Map;
            case "json", "json_flat", "sig-input" -> true;
            default -> false;
        };
    }

    /// JSON serializations as their text.
    private static String text(Object value) {
        return value instanceof String text ? text : Json.text(object(value));
    }

    private static Vector vector(String file, String token, List<Map<String, Object>> nearest, Optional<Long> at) {
        Optional<Jws> jws = Jws.parse(token);
        Object algorithm = jws.map(found -> found.unverifiedHeader().get("alg")).orElse("");
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        for (Map<String, Object> each : nearest) {
            Map<String, Object> jwk = new LinkedHashMap<>(each);
            if (algorithm instanceof String name && !name.isEmpty()) jwk.putIfAbsent("alg", name);
            key(jwk).ifPresent(found -> keys.putIfAbsent(found.keyId(), found));
        }
        List<VerificationKey> atMost = List.copyOf(keys.values());
        return new Vector(
                file,
                token,
                JwkSet.of(atMost.subList(0, Math.min(JwkSet.MAXIMUM_KEYS, atMost.size()))),
                at.map(Instant::ofEpochSecond)
                        .orElseGet(() -> jws.flatMap(SeenVectorsTest::lastSecond)
                                .orElse(Instant.parse("2026-01-01T00:00:00Z"))));
    }

    private static Optional<VerificationKey> key(Map<String, Object> jwk) {
        try {
            return Optional.of(
                    jwk.containsKey("k") || jwk.containsKey("d") || jwk.containsKey("priv")
                            ? PrivateJwk.parse(jwk).verificationKey()
                            : Jwk.parse(jwk));
        } catch (InvalidJwkException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> lastSecond(Jws jws) {
        try {
            Object exp = Json.parseObject(jws.unverifiedPayload()).get("exp");
            return exp instanceof Long seconds && seconds > 0 && seconds < 4_000_000_000L
                    ? Optional.of(Instant.ofEpochSecond(seconds - 1))
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /// The keys that stand in an object, or in one right below it, but not those of its cases.
    private static void jwks(Map<String, Object> members, int depth, List<Map<String, Object>> found) {
        if (members.containsKey("kty")) {
            found.add(members);
            return;
        }
        if (depth == 0) return;
        for (Object value : members.values()) {
            if (value instanceof Map<?, ?>) jwks(object(value), depth - 1, found);
        }
        if (members.get("keys") instanceof List<?> list) {
            for (Object each : list) if (each instanceof Map<?, ?>) jwks(object(each), 0, found);
        }
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
