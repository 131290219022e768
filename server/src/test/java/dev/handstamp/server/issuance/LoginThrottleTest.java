package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.issuance.LoginThrottle.Admission;
import dev.handstamp.server.issuance.LoginThrottle.Admitted;
import dev.handstamp.server.issuance.LoginThrottle.Crowded;
import dev.handstamp.server.issuance.LoginThrottle.Delayed;
import dev.handstamp.server.issuance.LoginThrottle.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {

    private static final Subject VERA = new Subject(Subject.PREFIX + "vera");
    private static final String HOME = "192.0.2.1";
    private static final String ELSEWHERE = "198.51.100.7";

    private final AtomicLong nanos = new AtomicLong(1_000_000_000_000L);
    private final LoginThrottle throttle =
            new LoginThrottle(new Limits(5, 50, Duration.ofSeconds(1), Duration.ofMinutes(1)), nanos::get);

    @Test
    void the_first_failures_are_free_and_then_each_pause_is_twice_as_long_up_to_a_minute() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 13; i++) {
            pauses.add(fail("vera", ELSEWHERE));
        }

        assertThat(pauses).containsExactly(0L, 0L, 0L, 0L, 0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void an_attempt_during_a_pause_does_not_make_it_longer() {
        failTimes(5, "vera", ELSEWHERE);

        for (int i = 0; i < 20; i++) {
            assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Delayed.class);
            pass(Duration.ofMillis(49));
        }
        pass(Duration.ofMillis(20));

        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Admitted.class);
    }

    @Test
    void only_the_first_attempt_of_a_pause_is_announced() {
        failTimes(5, "vera", ELSEWHERE);

        assertThat(((Delayed) admit("vera", ELSEWHERE)).announce()).isTrue();
        assertThat(((Delayed) admit("vera", ELSEWHERE)).announce()).isFalse();
    }

    @Test
    void a_right_password_clears_the_count_of_its_name() {
        failTimes(4, "vera", ELSEWHERE);

        throttle.succeeded((Admitted) admit("vera", ELSEWHERE));

        failTimes(4, "vera", ELSEWHERE);
        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Admitted.class);
    }

    @Test
    @DisplayName("A-04: a stranger's failures do not slow down a user where the user has signed in before")
    void a_stranger_cannot_lock_a_user_out() {
        failTimes(30, "vera", ELSEWHERE);

        assertThat(throttle.admit("vera", Optional.empty(), at(HOME), true)).isInstanceOf(Admitted.class);
        assertThat(throttle.admit("vera", Optional.empty(), at("203.0.113.9"), false))
                .isInstanceOf(Delayed.class);
    }

    @Test
    void failures_from_one_network_are_counted_over_all_names_and_a_success_does_not_clear_them() {
        for (int i = 0; i < 50; i++) {
            fail("name-" + i, ELSEWHERE);
            if (i == 30)
                throttle.succeeded((Admitted) throttle.admit("mallory", Optional.empty(), at(ELSEWHERE), true));
        }

        assertThat(admit("somebody-else", ELSEWHERE)).isInstanceOf(Delayed.class);
        assertThat(admit("somebody-else", HOME)).isInstanceOf(Admitted.class);
    }

    @Test
    @DisplayName("A-03: whoever has 65,536 IPv6 networks has them count together, as sixteen; others do not")
    void the_networks_of_a_site_count_together() {
        for (int i = 0; i < 16 * 50; i++) {
            fail("name-" + i, "2001:db8:7:" + Integer.toHexString(i) + "::1");
        }

        assertThat(admit("somebody-else", "2001:db8:7:ffff::9")).isInstanceOf(Delayed.class);
        assertThat(admit("somebody-else", "2001:db8:8:ffff::9")).isInstanceOf(Admitted.class);
    }

    @Test
    @DisplayName("A-04: a browser that the user has signed in with counts for itself, wherever it is")
    void a_known_browser_counts_for_itself() {
        failTimes(60, "vera", ELSEWHERE);
        var device = new Secret("what the browser shows").hash();
        for (int i = 0; i < 5; i++) throttle.failed((Admitted) throttle.admit("vera", VERA, device));

        assertThat(throttle.admit("vera", VERA, device)).isInstanceOf(Delayed.class);
        assertThat(throttle.admit("vera", VERA, new Secret("another browser of hers").hash()))
                .isInstanceOf(Admitted.class);
    }

    @Test
    @DisplayName(
            "A-03, A-01: guesses under two names of a user count together, and no pause under one tells of the other")
    void names_of_one_user_count_together_unseen() {
        for (int i = 0; i < 5; i++) failAs("vera");

        assertThat(as("vera")).isInstanceOf(Delayed.class);
        Admission other = as("vera@example.org");
        assertThat(other).isInstanceOf(Admitted.class);
        assertThat(((Admitted) other).isLooked()).isFalse();
        throttle.failed((Admitted) other);
        pass(Duration.ofSeconds(1));
        Admission later = as("vera@example.org");
        assertThat(((Admitted) later).isLooked()).isTrue();
        throttle.succeeded((Admitted) later);
        assertThat(((Admitted) as("vera@example.org")).isLooked()).isTrue();
    }

    @Test
    @DisplayName("A-03: who is called by one name alone is never refused without being told")
    void one_name_alone_is_told_of_every_pause() {
        for (int i = 0; i < 12; i++) {
            Admission admission = as("vera");
            if (admission instanceof Delayed delayed) {
                pass(delayed.retryAfter());
                admission = as("vera");
            }
            assertThat(((Admitted) admission).isLooked()).isTrue();
            throttle.failed((Admitted) admission);
        }
    }

    private void failAs(String name) {
        throttle.failed((Admitted) as(name));
    }

    private Admission as(String name) {
        return throttle.admit(name, Optional.of(VERA), at(ELSEWHERE), false);
    }

    @Test
    @DisplayName("A-03: parallel guesses count: of twenty at once, five are looked at before the pause")
    void parallel_guesses_count() throws Exception {
        List<Callable<Admission>> guesses = new ArrayList<>();
        for (int i = 0; i < 20; i++) guesses.add(this::guess);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Admission> admissions = new ArrayList<>();
            for (Future<Admission> future : threads.invokeAll(guesses)) admissions.add(future.get());

            assertThat(admissions).filteredOn(Admitted.class::isInstance).hasSize(5);
            assertThat(admissions).filteredOn(Delayed.class::isInstance).hasSize(15);
        }
    }

    @Test
    void right_passwords_side_by_side_wait_for_each_other_instead_of_being_refused() throws Exception {
        List<Callable<Admission>> logins = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            logins.add(() -> {
                Admission admission = admit("vera", HOME);
                Thread.sleep(1);
                throttle.succeeded((Admitted) admission);
                return admission;
            });
        }

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Admission> future : threads.invokeAll(logins)) {
                assertThat(future.get()).isInstanceOf(Admitted.class);
            }
        }
    }

    @Test
    void an_attempt_that_nobody_decided_counts_for_nothing() {
        failTimes(4, "vera", ELSEWHERE);

        for (int i = 0; i < 10; i++) throttle.undecided((Admitted) admit("vera", ELSEWHERE));

        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Admitted.class);
    }

    @Test
    void whoever_waits_behind_guesses_that_never_end_is_turned_away() throws Exception {
        for (int i = 0; i < 5; i++) admit("vera", ELSEWHERE);

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Admission> sixth = threads.submit(() -> admit("vera", ELSEWHERE));
            while (!sixth.isDone()) {
                pass(Duration.ofSeconds(1));
                Thread.sleep(5);
            }

            assertThat(sixth.get()).isInstanceOf(Crowded.class);
        }
    }

    @Test
    void failures_are_forgotten_after_a_quarter_of_an_hour() {
        failTimes(12, "vera", ELSEWHERE);
        pass(Duration.ofMinutes(16));

        failTimes(4, "vera", ELSEWHERE);

        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Admitted.class);
    }

    @Test
    @DisplayName("S-11: pauses are measured on a clock that is never set, even where its count turns over")
    void a_pause_lasts_as_long_as_it_says_where_the_clock_turns_over() {
        nanos.set(Long.MAX_VALUE - Duration.ofMillis(500).toNanos());
        failTimes(5, "vera", ELSEWHERE);

        assertThat(((Delayed) admit("vera", ELSEWHERE)).retryAfter()).isEqualTo(Duration.ofSeconds(1));
        pass(Duration.ofMillis(999));
        assertThat(nanos.get()).isNegative();
        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Delayed.class);
        pass(Duration.ofMillis(1));
        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Admitted.class);
    }

    @Test
    void a_million_names_do_not_fill_the_memory() {
        LoginThrottle open =
                new LoginThrottle(new Limits(5, 100_000_000, Duration.ofSeconds(1), Duration.ofMinutes(1)), nanos::get);
        for (int i = 0; i < 1_000_000; i++) {
            open.failed((Admitted) open.admit("name-" + i, Optional.empty(), at(ELSEWHERE), false));
        }

        assertThat(open.size()).isLessThanOrEqualTo(20_000);
    }

    @Test
    @DisplayName("A-03: whoever is not looked at leaves nothing behind that drives the count of a name out")
    void attempts_that_are_refused_drive_no_count_out() {
        failTimes(5, "vera", ELSEWHERE);
        for (int i = 0; i < 50; i++) fail("name-" + i, HOME);

        for (int i = 0; i < 25_000; i++) {
            assertThat(admit("other-" + i, HOME)).isInstanceOf(Delayed.class);
        }

        assertThat(admit("vera", ELSEWHERE)).isInstanceOf(Delayed.class);
        assertThat(throttle.size()).isLessThan(60);
    }

    @Test
    @DisplayName("A-03: nor do the many networks of a site whose guesses are refused")
    void networks_that_are_refused_drive_no_count_out() {
        failTimes(5, "vera", ELSEWHERE);

        for (int i = 0; i < 25_000; i++) {
            assertThat(admit("vera", "2001:db8:7:" + Integer.toHexString(i) + "::1"))
                    .isInstanceOf(Delayed.class);
        }

        assertThat(throttle.size()).isEqualTo(2);
    }

    @Test
    @DisplayName("A-03: neither does whoever is right, or is turned away for want of room")
    void attempts_that_did_not_fail_leave_nothing_behind() {
        for (int i = 0; i < 100; i++) {
            throttle.succeeded((Admitted) admit("name-" + i, ELSEWHERE));
            throttle.undecided((Admitted) admit("other-" + i, HOME));
        }

        assertThat(throttle.size()).isZero();
    }

    private Admission guess() throws InterruptedException {
        Admission admission = admit("vera", ELSEWHERE);
        if (admission instanceof Admitted admitted) {
            Thread.sleep(5);
            throttle.failed(admitted);
        }
        return admission;
    }

    private void failTimes(int times, String name, String network) {
        for (int i = 0; i < times; i++) fail(name, network);
    }

    /// Fails once, after the pause that is due, and answers how many seconds that was.
    private long fail(String name, String network) {
        long pause = 0;
        Admission admission = admit(name, network);
        if (admission instanceof Delayed delayed) {
            pause = delayed.retryAfter().toSeconds();
            pass(delayed.retryAfter());
            admission = admit(name, network);
        }
        throttle.failed((Admitted) admission);
        return pause;
    }

    private Admission admit(String name, String network) {
        return throttle.admit(name, Optional.empty(), at(network), false);
    }

    private static Caller at(String address) {
        return new Caller(address, "", "");
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
