package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.domain.revocation.Issuance;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.revocation.RevocationRules;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import dev.handstamp.testing.TestIssuer;
import dev.handstamp.testing.TokenBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The verifier's set and the server's own rules, side by side: what one refuses, the other does.
class SameRulesTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_795_000_000);

    @Test
    void the_verifier_refuses_exactly_what_the_server_does() {
        try (TestIssuer issuer = TestIssuer.start(() -> NOW)) {
            var policy = TokenPolicy.builder()
                    .issuer(issuer.issuer())
                    .audience("api0", "api1", "api2")
                    .build();
            List<AccessToken> tokens = new ArrayList<>();
            for (int seed = 0; seed < 200; seed++) {
                String text = token(issuer, new Random(seed)).sign();
                tokens.add(((Verified) policy.check(text, issuer.keys(), NOW)).accessToken());
            }
            int refused = 0;
            for (int seed = 0; seed < 300; seed++) {
                var random = new Random(seed);
                var rules = new RevocationRules();
                var set = new RevokedSet();
                int length = random.nextInt(40);
                for (int position = 1; position <= length; position++) {
                    Revocation entry = entry(random, position);
                    rules.add(entry);
                    set.add(told(entry));
                    AccessToken token = tokens.get(random.nextInt(tokens.size()));
                    boolean server = rules.revoke(facts(token));
                    assertThat(set.refuses(token) != null)
                            .as("seed %d, %s", seed, token.claims().toMap())
                            .isEqualTo(server);
                    if (server) refused++;
                }
            }
            assertThat(refused).as("both answers occur").isBetween(500, 5_500);
        }
    }

    private static Revocation entry(Random random, int position) {
        List<Revocation.Kind> kinds = List.of(Revocation.Kind.values());
        Revocation.Kind kind = kinds.get(random.nextInt(random.nextInt(20) == 0 ? 7 : 6));
        String id =
                kind == Revocation.Kind.ISSUER ? "" : (kind == Revocation.Kind.API ? "api" : "id") + random.nextInt(30);
        Instant before = NOW.minusSeconds(10).plusMillis(random.nextInt(20_000));
        return new Revocation(position, NOW, kind, id, "test", Set.of(), before, NOW.plusSeconds(300));
    }

    /// As the feed tells it.
    private static Rule told(Revocation entry) {
        return new Rule(
                Rule.Kind.valueOf(entry.kind().name()),
                entry.id(),
                entry.position(),
                entry.issuedBefore().getEpochSecond(),
                entry.forgetAt().getEpochSecond());
    }

    private static TokenFacts facts(AccessToken token) {
        return new TokenFacts(
                token.jwtId(),
                token.sessionId().orElse(""),
                token.claims().string("grant_id").orElse(""),
                token.subject(),
                token.clientId(),
                token.audience(),
                new Issuance(token.issuedAt(), token.claims().integer("rev").orElseThrow()));
    }

    private static TokenBuilder token(TestIssuer issuer, Random random) {
        TokenBuilder token = issuer.token()
                .claim("jti", "id" + random.nextInt(30))
                .subject("id" + random.nextInt(30))
                .clientId("id" + random.nextInt(30))
                .claim("rev", random.nextInt(40))
                .issuedAt(NOW.minusSeconds(10).plusSeconds(random.nextInt(20)))
                .audience(random.nextBoolean() ? new String[] {"api0"} : new String[] {"api1", "api2"});
        if (random.nextBoolean()) token.sessionId("id" + random.nextInt(30));
        return random.nextBoolean() ? token.claim("grant_id", "id" + random.nextInt(30)) : token;
    }
}
