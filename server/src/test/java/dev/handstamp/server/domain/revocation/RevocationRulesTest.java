package dev.handstamp.server.domain.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationRulesTest {

    private static final Instant SECOND = Instant.parse("2026-06-01T12:00:00Z");
    private static final String API = "https://api.example";

    private final RevocationRules rules = new RevocationRules();
    private long position;

    @ParameterizedTest
    @CsvSource({"TOKEN,jti", "SESSION,sid", "GRANT,grant", "SUBJECT,usr_vera", "CLIENT,shop", "API,https://api.example"
    })
    void a_token_is_refused_by_an_entry_that_names_it_and_by_no_other(Kind kind, String id) {
        TokenFacts token = issued(SECOND);
        takeBack(kind, "somebody else", SECOND.plusMillis(1));
        assertThat(rules.revoke(token)).isFalse();

        takeBack(kind, id, SECOND.plusMillis(2));

        assertThat(rules.revoke(token)).isTrue();
    }

    @Test
    void everything_can_be_taken_back_at_once() {
        TokenFacts token = issued(SECOND);
        takeBack(Kind.ISSUER, "", SECOND);
        assertThat(rules.revoke(token)).isTrue();
        assertThat(rules.revoke(issued(SECOND))).isFalse();
    }

    @Test
    void in_one_second_what_was_issued_before_is_refused_and_what_is_issued_after_is_not() {
        TokenFacts first = issued(SECOND.plusMillis(100));
        takeBack(Kind.SUBJECT, "usr_vera", SECOND.plusMillis(200));
        TokenFacts second = issued(SECOND.plusMillis(300));
        assertThat(rules.revoke(first)).isTrue();
        assertThat(rules.revoke(second)).isFalse();

        takeBack(Kind.CLIENT, "shop", SECOND.plusMillis(400));
        TokenFacts third = issued(SECOND.plusMillis(500));
        assertThat(rules.revoke(second)).isTrue();
        assertThat(rules.revoke(third)).isFalse();

        takeBack(Kind.SUBJECT, "usr_vera", SECOND.plusMillis(600));
        assertThat(rules.revoke(third)).isTrue();
    }

    @Test
    void a_token_that_was_under_way_when_the_entry_was_made_is_refused() {
        Issuance underWay = issuance(SECOND);
        takeBack(Kind.SUBJECT, "usr_vera", SECOND);
        assertThat(rules.revoke(token(underWay))).isTrue();
    }

    @Test
    @DisplayName("S-11: whichever clock is ahead, the revoker's or the issuer's, what came before is refused and what"
            + " comes after is not")
    void clocks_that_differ_let_nothing_through() {
        TokenFacts fromAhead = issued(SECOND.plus(Duration.ofMinutes(1)));
        takeBack(Kind.SUBJECT, "usr_vera", SECOND);
        assertThat(rules.revoke(fromAhead)).isTrue();

        takeBack(Kind.SUBJECT, "usr_vera", SECOND.plus(Duration.ofMinutes(2)));
        Issuance after = issuance(SECOND);
        assertThat(after.at()).isEqualTo(SECOND.plus(Duration.ofMinutes(2)));
        assertThat(rules.revoke(token(after))).isFalse();
    }

    @Test
    void a_token_that_does_not_say_when_it_was_issued_is_refused_by_any_entry_about_it() {
        TokenFacts silent = token(new Issuance(SECOND.plusSeconds(60), 0));
        assertThat(rules.revoke(silent)).isFalse();
        takeBack(Kind.API, API, SECOND);
        assertThat(rules.revoke(silent)).isTrue();
    }

    @Test
    void an_older_entry_that_is_read_again_does_not_narrow_a_newer_one() {
        takeBack(Kind.SUBJECT, "usr_vera", SECOND.plusSeconds(5));
        TokenFacts between = token(new Issuance(SECOND.plusSeconds(3), 0));
        rules.add(new Revocation(0, SECOND, Kind.SUBJECT, "usr_vera", "", Set.of(), SECOND, SECOND.plusSeconds(1)));
        assertThat(rules.revoke(between)).isTrue();
        rules.forget(SECOND.plusSeconds(60));
        assertThat(rules.size()).isOne();
        rules.forget(SECOND.plusSeconds(66));
        assertThat(rules.size()).isZero();
    }

    /// The rule as it is written down, over a plain list of everything that was ever taken back.
    private static boolean isRevoked(List<Revocation> all, TokenFacts token) {
        return all.stream().anyMatch(entry -> switch (entry.kind()) {
            case TOKEN -> entry.id().equals(token.jwtId());
            case SESSION -> entry.id().equals(token.session());
            case GRANT -> entry.id().equals(token.grant());
            case SUBJECT -> entry.id().equals(token.subject()) && isOlder(token, entry);
            case CLIENT -> entry.id().equals(token.client()) && isOlder(token, entry);
            case API -> token.audience().iterator().next().equals(entry.id()) && isOlder(token, entry);
            case ISSUER -> isOlder(token, entry);
        });
    }

    private static boolean isOlder(TokenFacts token, Revocation entry) {
        return token.issuance().position() < entry.position()
                || token.issuance().at().getEpochSecond() < entry.issuedBefore().getEpochSecond();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void random_sequences_come_to_the_same_as_a_plain_list_of_everything(long seed) {
        Random random = new Random(seed);
        List<Revocation> all = new ArrayList<>();
        List<TokenFacts> tokens = new ArrayList<>();
        Instant now = SECOND;
        for (int step = 0; step < 600; step++) {
            now = now.plusMillis(random.nextInt(900)).minusMillis(random.nextInt(200));
            if (random.nextInt(3) == 0) {
                Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
                // Another node's clock may be off by a while.
                Instant at = now.plusMillis(random.nextInt(6_000) - 3_000);
                Set<Audience> audiences = random.nextBoolean() ? Set.of() : Set.of(new Audience(API));
                Instant forgetAt = at.plusSeconds(300);
                var entry = new Revocation(++position, at, kind, name(kind, random), "", audiences, at, forgetAt);
                all.add(entry);
                rules.add(entry);
            } else {
                tokens.add(randomToken(random, now));
            }
            if (step % 20 == 0) rules.forget(now); // Nothing is old enough yet.
            for (TokenFacts token : tokens) assertThat(rules.revoke(token)).isEqualTo(isRevoked(all, token));
        }
        RevocationRules told = new RevocationRules();
        for (Revocation entry : rules.since(-1, new Audience(API))) told.add(entry);
        for (TokenFacts token : tokens) assertThat(told.revoke(token)).isEqualTo(isRevoked(all, token));
        assertThat(rules.size()).isLessThanOrEqualTo(all.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void what_came_since_a_position_makes_up_for_whatever_was_missed(long seed) {
        Random random = new Random(seed);
        List<Revocation> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            Instant at = SECOND.plusMillis(random.nextInt(60_000));
            var entry = new Revocation(++position, at, kind, name(kind, random), "", Set.of(), at, at.plusSeconds(300));
            all.add(entry);
            rules.add(entry);
        }
        List<TokenFacts> tokens = new ArrayList<>();
        for (int i = 0; i < 200; i++) tokens.add(randomToken(random, SECOND.plusMillis(random.nextInt(60_000))));
        for (int known = 0; known <= all.size(); known += 20) {
            RevocationRules returned = new RevocationRules();
            all.subList(0, known).forEach(returned::add);
            rules.since(known, new Audience(API)).forEach(returned::add);
            for (TokenFacts token : tokens) assertThat(returned.revoke(token)).isEqualTo(isRevoked(all, token));
        }
    }

    @Test
    void an_api_hears_nothing_of_what_is_only_for_others() {
        Audience other = new Audience("https://api.example/other");
        rules.add(new Revocation(1, SECOND, Kind.SESSION, "sid", "", Set.of(other), SECOND, SECOND.plusSeconds(60)));
        assertThat(rules.since(-1, new Audience(API))).isEmpty();
        assertThat(rules.since(-1, other)).hasSize(1);
        rules.add(new Revocation(2, SECOND, Kind.SESSION, "sid", "", Set.of(), SECOND, SECOND.plusSeconds(60)));
        assertThat(rules.since(-1, new Audience(API)))
                .extracting(Revocation::position)
                .containsExactly(2L);
    }

    private static String name(Kind kind, Random random) {
        return switch (kind) {
            case API -> API;
            case ISSUER -> "";
            default -> kind + "-" + random.nextInt(kind == Kind.TOKEN ? 40 : 4);
        };
    }

    private TokenFacts randomToken(Random random, Instant now) {
        String subject = name(Kind.SUBJECT, random);
        String client = name(Kind.CLIENT, random);
        Issuance issuance = random.nextInt(10) == 0
                ? new Issuance(now, 0) // A token that does not say what its issuer knew.
                : rules.issuance(subject, client, API, now);
        return new TokenFacts(
                name(Kind.TOKEN, random),
                name(Kind.SESSION, random),
                name(Kind.GRANT, random),
                subject,
                client,
                List.of(API),
                new Issuance(Instant.ofEpochSecond(issuance.at().getEpochSecond()), issuance.position()));
    }

    private void takeBack(Kind kind, String id, Instant at) {
        rules.add(new Revocation(++position, at, kind, id, "", Set.of(), at, at.plusSeconds(60)));
    }

    private Issuance issuance(Instant now) {
        return rules.issuance("usr_vera", "shop", API, now);
    }

    private TokenFacts issued(Instant now) {
        return token(issuance(now));
    }

    /// As it is read from a token, whose `iat` has whole seconds.
    private static TokenFacts token(Issuance issuance) {
        Issuance read = new Issuance(Instant.ofEpochSecond(issuance.at().getEpochSecond()), issuance.position());
        return new TokenFacts("jti", "sid", "grant", "usr_vera", "shop", List.of(API), read);
    }
}
