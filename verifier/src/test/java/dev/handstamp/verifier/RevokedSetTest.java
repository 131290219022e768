package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verified;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RevokedSetTest {

    private static final List<Rule.Kind> KINDS = List.of(Rule.Kind.values());
    private static final long NOW = 1_795_000_000;

    private final TestIssuer issuer = TestIssuer.start(() -> Instant.ofEpochSecond(NOW));
    private final TokenPolicy policy = TokenPolicy.builder()
            .issuer(issuer.issuer())
            .audience("api0", "api1", "api2")
            .build();

    @AfterEach
    void end() {
        issuer.close();
    }

    @Test
    void it_answers_as_a_plain_list_of_all_rules_does() {
        List<AccessToken> tokens = new ArrayList<>();
        for (int seed = 0; seed < 200; seed++) tokens.add(randomToken(new Random(seed)));
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            var set = new RevokedSet();
            List<Rule> list = new ArrayList<>();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                Rule rule = randomRule(random, i + 1);
                set.add(rule);
                list.add(rule);
                if (random.nextInt(20) == 0) set.forget(NOW + random.nextInt(300)); // None may go yet.
                for (int n = 0; n < 10; n++) {
                    AccessToken token = tokens.get(random.nextInt(tokens.size()));
                    assertThat(set.refuses(token) != null)
                            .as("seed %d, %s, %s", seed, token.claims().toMap(), list)
                            .isEqualTo(list.stream().anyMatch(each -> refuses(each, token)));
                    if (set.refuses(token) != null) {
                        assertThat(set.mayRefuse(Marks.of(token)))
                                .as("seed %d", seed)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void a_million_entries_take_less_than_64_megabytes() {
        var names = new RevokedSet();
        var cutOffs = new RevokedSet();
        long most = 0;
        for (int i = 0; i < 1_000_000; i++) {
            names.add(new Rule(Rule.Kind.SESSION, "session-" + i, i, NOW, NOW + 300));
            cutOffs.add(new Rule(Rule.Kind.SUBJECT, "subject-" + i, i, NOW, NOW + 300));
            most = Math.max(most, Math.max(names.bytes(), cutOffs.bytes()));
        }

        assertThat(names.size()).isEqualTo(1_000_000);
        assertThat(cutOffs.size()).isEqualTo(1_000_000);
        assertThat(most).isLessThan(64_000_000);
        for (int i = 0; i < 1_000_000; i += 997) {
            assertThat(names.refuses(token(issuer.token().audience("api0").sessionId("session-" + i))))
                    .isEqualTo(Rule.Kind.SESSION);
        }
        assertThat(names.refuses(token(issuer.token().audience("api0").sessionId("session-1000000"))))
                .isNull();
        int looks = 0;
        for (int i = 0; i < 1_000; i++) {
            AccessToken good = token(issuer.token().audience("api0").sessionId("another-" + i));
            if (names.mayRefuse(Marks.of(good))) looks++;
        }
        assertThat(looks).as("closer looks at 1,000 good tokens").isLessThan(300);
        names.forget(NOW + 1_000);
        assertThat(names.size()).isZero();
        assertThat(names.bytes()).isLessThan(100_000);
    }

    @Test
    void readers_never_miss_what_was_added_before_they_asked() throws Exception {
        var set = new RevokedSet();
        List<AccessToken> tokens = new ArrayList<>();
        for (int i = 0; i < 2_000; i++)
            tokens.add(token(issuer.token().audience("api0").sessionId("s" + i)));
        List<Marks> marks = tokens.stream().map(Marks::of).toList();
        var added = new AtomicReference<>(0);
        var done = new AtomicBoolean();
        var missed = new AtomicReference<>("");
        var reader = new Thread(() -> {
            var random = new Random(1);
            while (!done.get()) {
                int known = added.get();
                int asked = random.nextInt(tokens.size());
                boolean refused = set.mayRefuse(marks.get(asked)) && set.refuses(tokens.get(asked)) != null;
                if (asked < known && !refused) missed.set("s" + asked + " of " + known);
            }
        });
        reader.start();
        for (int i = 0; i < tokens.size(); i++) {
            set.add(new Rule(Rule.Kind.SESSION, "s" + i, i, NOW, NOW + 300));
            for (int n = 0; n < 20; n++) set.add(new Rule(Rule.Kind.SESSION, "x" + i + "-" + n, i, NOW, NOW - 300));
            added.set(i + 1);
            if (i % 100 == 0) set.forget(NOW);
        }
        done.set(true);
        reader.join();

        assertThat(missed.get()).isEmpty();
        set.forget(NOW);
        assertThat(set.size()).isLessThan(3_000);
    }

    /// The rules of the server, said once more in the plainest way.
    private static boolean refuses(Rule rule, AccessToken token) {
        Object known = token.claims().toMap().get("rev");
        long issued = token.issuedAt().getEpochSecond();
        boolean before = known instanceof Long position
                ? position < rule.position() || issued < rule.issuedBefore()
                : issued <= rule.issuedBefore();
        return switch (rule.kind()) {
            case TOKEN -> token.jwtId().equals(rule.id());
            case SESSION -> rule.id().equals(token.claims().toMap().get("sid"));
            case GRANT -> rule.id().equals(token.claims().toMap().get("grant_id"));
            case SUBJECT -> token.subject().equals(rule.id()) && before;
            case CLIENT -> token.clientId().equals(rule.id()) && before;
            case API -> token.audience().contains(rule.id()) && before;
            default -> before;
        };
    }

    private static Rule randomRule(Random random, long position) {
        Rule.Kind kind = KINDS.get(random.nextInt(random.nextInt(10) == 0 ? 7 : 6));
        String id = kind == Rule.Kind.ISSUER ? "" : (kind == Rule.Kind.API ? "api" : "id") + random.nextInt(12);
        return new Rule(kind, id, position, NOW - 10 + random.nextInt(20), NOW + 300);
    }

    private AccessToken randomToken(Random random) {
        TokenBuilder token = issuer.token()
                .claim("jti", "id" + random.nextInt(30))
                .subject("id" + random.nextInt(30))
                .clientId("id" + random.nextInt(30))
                .issuedAt(Instant.ofEpochSecond(NOW - 10 + random.nextInt(20)))
                .audience(random.nextBoolean() ? new String[] {"api0"} : new String[] {"api1", "api2"});
        if (random.nextBoolean()) token.sessionId("id" + random.nextInt(30));
        if (random.nextBoolean()) token.claim("grant_id", "id" + random.nextInt(30));
        return token(random.nextBoolean() ? token.without("rev") : token.claim("rev", random.nextInt(60)));
    }

    private AccessToken token(TokenBuilder token) {
        String text = token.sign();
        JwkSet keys = issuer.keys();
        return ((Verified) policy.check(text, keys, Instant.ofEpochSecond(NOW))).accessToken();
    }
}
