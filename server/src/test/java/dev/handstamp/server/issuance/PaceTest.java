package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final AtomicLong time = new AtomicLong(-5);
    private final Pace pace = new Pace(3, Duration.ofMinutes(1), time::get);

    @Test
    void lets_so_many_through_and_says_when_to_come_again() {
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded("a")).isEmpty();
        time.addAndGet(Duration.ofSeconds(20).toNanos());
        assertThat(pace.exceeded("a")).contains(Duration.ofSeconds(40));
        assertThat(pace.exceeded("b")).isEmpty();
        time.addAndGet(Duration.ofSeconds(40).toNanos());
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded("a")).isEmpty();
        assertThat(pace.exceeded("a")).contains(Duration.ofMinutes(1));
    }

    @Test
    void an_ipv6_network_counts_by_itself_and_with_its_site_as_sixteen() {
        for (int i = 0; i < 3; i++)
            assertThat(pace.exceeded(at("2001:db8:7:0:" + i + "::1"))).isEmpty();
        assertThat(pace.exceeded(at("2001:db8:7::ffff"))).isPresent();
        for (int i = 1; i < 16; i++) {
            String network = "2001:db8:7:" + Integer.toHexString(i) + "::";
            for (int j = 0; j < 3; j++)
                assertThat(pace.exceeded(at(network + j))).isEmpty();
        }
        assertThat(pace.exceeded(at("2001:db8:7:ffff::1"))).isPresent();
        assertThat(pace.exceeded(at("2001:db8:8::1"))).isEmpty();
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded(at("192.0.2.1"))).isEmpty();
        assertThat(pace.exceeded(at("192.0.2.1"))).isPresent();
        assertThat(pace.exceeded(at("192.0.2.2"))).isEmpty();
    }

    private static Caller at(String address) {
        return new Caller(address, "", "");
    }

    @Test
    void whoever_came_long_ago_is_forgotten_first() {
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded("a")).isEmpty();
        for (int i = 0; i < 20_000; i++) assertThat(pace.exceeded("other " + i)).isEmpty();
        assertThat(pace.exceeded("a")).isEmpty();
    }

    @Test
    void the_networks_of_a_site_that_is_over_drive_no_count_out() {
        for (int i = 0; i < 3; i++) assertThat(pace.exceeded(at("192.0.2.1"))).isEmpty();
        for (int i = 0; i < 48; i++) {
            assertThat(pace.exceeded(at(network(i)))).isEmpty();
        }

        for (int i = 48; i < 20_000; i++) {
            assertThat(pace.exceeded(at(network(i)))).isPresent();
        }

        assertThat(pace.exceeded(at("192.0.2.1"))).isPresent();
    }

    private static String network(int number) {
        return "2001:db8:7:" + Integer.toHexString(number) + "::1";
    }
}
