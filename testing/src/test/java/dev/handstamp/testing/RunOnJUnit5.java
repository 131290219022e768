package dev.handstamp.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What [JUnit5Test] runs in a process of its own; with this build's JUnit it would prove nothing.
class RunOnJUnit5 {

    @RegisterExtension
    static final HandstampExtension handstamp = new HandstampExtension();

    @RegisterExtension
    final HandstampExtension ownOfEachTest = new HandstampExtension();

    @Test
    void a_token_is_given() {
        assertEquals(3, handstamp.token().sign().split("\\.").length);
        assertTrue(ownOfEachTest.issuer().startsWith("http://127.0.0.1:"));
    }

    @Test
    void the_clock_turns() {
        handstamp.clock().turn(Duration.ofDays(2));
        assertTrue(handstamp.clock().instant().isAfter(Instant.now().plus(Duration.ofDays(1))));
    }
}
