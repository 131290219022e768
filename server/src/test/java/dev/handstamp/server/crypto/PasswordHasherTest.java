package dev.handstamp.server.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.domain.user.PasswordHash;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PasswordHasherTest {

    private final PasswordHasher hasher = new PasswordHasher(2, 64, new Secrets(new SecureRandom()));

    @AfterEach
    void close() {
        hasher.close();
    }

    @Test
    void a_password_is_known_again_and_another_is_not() {
        PasswordHash hash = hashed("correct horse");
        assertThat(hasher.verify(hash, "correct horse")).isEqualTo(new Matches(false));
        assertThat(hasher.verify(hash, "correct horsf")).isEqualTo(new Differs());
    }

    @Test
    void a_hash_says_how_it_was_made_and_is_salted() {
        PasswordHash first = hashed("secret");
        assertThat(first.value())
                .matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(hashed("secret")).isNotEqualTo(first);
        assertThat(first.toString()).doesNotContain("$");
    }

    /// Test vectors of the Argon2 reference implementation.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
            })
    void a_hash_made_elsewhere_with_other_parameters_matches_and_is_due_for_renewal(String phc) {
        assertThat(hasher.verify(new PasswordHash(phc), "password")).isEqualTo(new Matches(true));
        assertThat(hasher.verify(new PasswordHash(phc), "passwore")).isEqualTo(new Differs());
    }

    /// Of "pässword", made by glibc's and libxcrypt's `crypt`, by OpenSSL, and by the Argon2 reference implementation
    /// (its own password); the last is the sample of Firebase's description of its scrypt.
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = ' ',
            value = {
                "pässword $6$saltstring$CSTM8ggie.dU5m6eoS07/LZ2D/r4hrX.jxMSo1fYZexnehwOFJu1o2u1p.BZSnrxIhERrHnuxI8ONbt/kSPvF0",
                "pässword $5$rounds=10000$saltstringsaltst$5Uo6g/7gvpk/iZnVRJHZBWMI3evQwuvhIlcpyPx5oI6",
                "pässword $2b$06$N9qo8uLOickgx2ZMRZoMyelwg9NK0Zy9KUYl7p8O46j126mCb.WeS",
                "pässword $2y$05$N9qo8uLOickgx2ZMRZoMyeIJV4XueG.cv1v0tIUSB.MaFue0R9/se",
                "pässword $pbkdf2-sha1$i=27500$c2FsdHNhbHQ$ZPOTQszNO9arvuLKiBjy/xOe8FWzReEbHW+U8zHpvVx0AxBLZkkzeqiFiF8zeEKXT96u4GM9pRfhBtaCC3ZVHA",
                "pässword $pbkdf2-sha256$i=27500$c2FsdHNhbHQ$BbQ3PUmr/sA17xlUiqvrUtjtU0ZjHTRXD9pPFcGByJ0S7WHVgAFtF3sAGqkQdRtOubOPhTPHl4Rb5f12teEwRQ",
                "pässword $pbkdf2-sha512$i=27500$c2FsdHNhbHQ$sBRjd4ao1+a44g4jRUgLPyRWM+M0OiRY7+g+AJV8dAO9O0ipylbvwcPajxSw9W2NXIJbOTzd4bSz5Z9RP3Tgpw",
                "pässword $scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ$YaauMXG6vL+pJyUO4Srp5vvXWUY5S70sXscUvorNRwtSvRS9wGbStOvy7hpLUHl1EuPPKGW/CqhMrT9gJWLHPQ",
                "password $argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA",
                "user1password $firebase-scrypt$ln=14,r=8,ss=Bw,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA$42xEC+ixf3L2lw$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ"
            })
    void a_hash_that_a_user_brought_along_matches_and_is_due_for_renewal(String password, String stored) {
        PasswordHash hash = new PasswordHash(stored);
        assertThat(PasswordHasher.canVerify(hash)).isTrue();
        assertThat(hasher.verify(hash, password)).isEqualTo(new Matches(true));
        assertThat(hasher.verify(hash, password + "x")).isEqualTo(new Differs());
        assertThat(hasher.verify(hash, password.substring(1))).isEqualTo(new Differs());
    }

    @Test
    void bcrypt_counts_seventy_two_bytes_as_it_did_where_the_hash_was_made() {
        PasswordHash hash = new PasswordHash("$2a$05$N9qo8uLOickgx2ZMRZoMyej2j0Zkw2E5XohszjUUJVaz5JPjerhg6");
        assertThat(hasher.verify(hash, "x".repeat(80))).isEqualTo(new Matches(true));
        assertThat(hasher.verify(hash, "x".repeat(72))).isEqualTo(new Matches(true));
        assertThat(hasher.verify(hash, "x".repeat(71))).isEqualTo(new Differs());
    }

    @Test
    void whoever_has_no_password_has_none_that_is_right() {
        for (String password : List.of("", "$none$", "none", "secret")) {
            assertThat(hasher.verify(PasswordHash.NONE, password)).isEqualTo(new Differs());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1",
                "$2x$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
                "$2b$16$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
                "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhW",
                "$5$rounds=9999999$saltstring$5Uo6g/7gvpk/iZnVRJHZBWMI3evQwuvhIlcpyPx5oI6",
                "$6$saltstring$5Uo6g/7gvpk/iZnVRJHZBWMI3evQwuvhIlcpyPx5oI6",
                "$pbkdf2-md5$i=27500$c2FsdHNhbHQ$ZPOTQszNO9arvuLKiBjy/xOe8FU",
                "$pbkdf2-sha256$i=9000000$c2FsdHNhbHQ$ZPOTQszNO9arvuLKiBjy/xOe8FU",
                "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHQ$YaauMXG6vL+pJyUO4Srp5vvXWUY5S70sXscUvorNRws",
                "$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=8,t=2,p=2$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc\n"
            })
    void a_stored_hash_of_another_kind_is_breakage_and_is_not_shown(String stored) {
        assertThatThrownBy(() -> hasher.verify(new PasswordHash(stored), "password"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a stored password hash is of no known form");
        assertThat(PasswordHasher.canVerify(new PasswordHash(stored))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " pass",
                "pass ",
                "Pass",
                "pas\0s",
                "pass\0",
                "pass\n",
                "pa\u0301ss",
                "p\u00e1ss",
                "pass\uD83D\uDE00"
            })
    void a_password_counts_exactly_as_received(String password) {
        assertThat(hasher.verify(hashed(password), password)).isEqualTo(new Matches(false));
        assertThat(hasher.verify(hashed("pass"), password)).isEqualTo(new Differs());
    }

    @Test
    void composed_and_decomposed_letters_are_different_passwords() {
        assertThat(hasher.verify(hashed("caf\u00e9"), "cafe\u0301")).isEqualTo(new Differs());
    }

    @Test
    void the_seventy_third_byte_counts_and_so_does_the_last_one_allowed() {
        String start = "x".repeat(72);
        assertThat(hasher.verify(hashed(start + "a"), start + "b")).isEqualTo(new Differs());
        assertThat(hasher.verify(hashed(start + "a"), start)).isEqualTo(new Differs());
        String longest = "x".repeat(1023);
        assertThat(hasher.verify(hashed(longest + "a"), longest + "a")).isEqualTo(new Matches(false));
        assertThat(hasher.verify(hashed(longest + "a"), longest + "b")).isEqualTo(new Differs());
    }

    @Test
    void a_password_that_is_empty_too_long_or_no_text_costs_nothing() {
        PasswordHash hash = hashed("pass");
        long before = hasher.work();
        for (String password :
                List.of("", "x".repeat(1025), "\u20ac".repeat(342), "x".repeat(10_000_000), "pass\uD800")) {
            assertThat(hasher.hash(password)).isEqualTo(new UnacceptablePassword());
            assertThat(hasher.verify(hash, password)).isEqualTo(new Differs());
            assertThat(hasher.verifyNobody(password)).isEqualTo(new Differs());
        }
        assertThat(hasher.work()).isEqualTo(before);
    }

    @Test
    void an_unknown_user_costs_exactly_the_work_of_a_known_one() {
        PasswordHash hash = hashed("pass");
        long known = workOf(() -> hasher.verify(hash, "wrong"));
        long right = workOf(() -> hasher.verify(hash, "pass"));
        long unknown = workOf(() -> assertThat(hasher.verifyNobody("pass")).isEqualTo(new Differs()));
        assertThat(known).isEqualTo(19_456 * 2);
        assertThat(right).isEqualTo(known);
        assertThat(unknown).isEqualTo(known);
    }

    @Test
    void when_the_queue_is_full_the_answer_is_busy_and_no_work_is_done() throws Exception {
        try (PasswordHasher small = new PasswordHasher(1, 2, new Secrets(new SecureRandom()));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Verdict>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) answers.add(callers.submit(() -> small.verifyNobody("pass")));
            int busy = 0;
            for (Future<Verdict> answer : answers) {
                if (answer.get() instanceof Busy(Duration retryAfter)) {
                    assertThat(retryAfter).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(60));
                    busy++;
                }
            }
            assertThat(busy).isPositive().isLessThan(40);
            assertThat(small.work()).isEqualTo((40L - busy) * 19_456 * 2);
            assertThat(small.verifyNobody("pass")).isEqualTo(new Differs());
        }
    }

    @Test
    void a_closed_hasher_is_busy() {
        PasswordHasher closed = new PasswordHasher(1, 1, new Secrets(new SecureRandom()));
        closed.close();
        assertThat(closed.hash("pass")).isInstanceOf(Busy.class);
        assertThat(closed.verifyNobody("pass")).isInstanceOf(Busy.class);
    }

    @Test
    void the_memory_of_a_hash_is_free_again_when_nobody_has_come_for_a_while() throws InterruptedException {
        try (PasswordHasher own = new PasswordHasher(
                2, 8, HashingCost.RECOMMENDED, Duration.ofMillis(20), new Secrets(new SecureRandom()))) {
            System.gc();
            long before = usedMebibytes();
            own.hash("correct horse");
            Instant end = Instant.now().plusSeconds(60);
            while (usedMebibytes() > before + 10) {
                assertThat(Instant.now()).isBefore(end);
                Thread.sleep(10);
            }
        }
    }

    private static long usedMebibytes() {
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    }

    private PasswordHash hashed(String password) {
        return ((Hashed) hasher.hash(password)).hash();
    }

    private long workOf(Runnable step) {
        long before = hasher.work();
        step.run();
        return hasher.work() - before;
    }
}
