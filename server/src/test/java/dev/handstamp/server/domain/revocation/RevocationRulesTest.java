package dev.handstamp.server.domain.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.revocation.Revocation.Kind;
import dev.handstamp.server.domain.revocation.RevocationRules.TokenFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
