package dev.handstamp.verifier;

import java.time.Duration;

/// What becomes of tokens while the revocation feed is silent: nobody can say then whether they were taken back.
///
/// What is known to have been taken back is refused under every policy. There is no default: each of the three is
/// right for somebody, and none is harmless.
public sealed interface Silence {

    /// {@return how old the knowledge may be before the policy applies, 2 seconds to 7 days}
    Duration after();

    /// Refuses every token (503, `Retry-After`) once the knowledge is older than this: a revoked token is never
    /// taken for longer, and the API stands still while the issuer is away.
    ///
    /// @param after 2 seconds to 7 days; heartbeats come every second
    /// @return the policy
    /// @throws IllegalArgumentException if it is shorter or longer
    static Silence failClosed(Duration after) {
        return new FailClosed(after);
    }

    /// Asks the issuer about each token (RFC 7662) once the knowledge is older than this: nothing revoked is
    /// taken, at the price of a request for each request. What cannot be asked is refused.
    ///
    /// @param after 2 seconds to 7 days; heartbeats come every second
    /// @return the policy
    /// @throws IllegalArgumentException if it is shorter or longer
    static Silence introspect(Duration after) {
        return new Introspect(after);
    }

    /// Takes tokens as they are, and warns in the log, once the knowledge is older than this: the API goes on,
    /// and a token that was revoked in the meantime is taken until it expires.
    ///
    /// @param after 2 seconds to 7 days; heartbeats come every second
    /// @return the policy
    /// @throws IllegalArgumentException if it is shorter or longer
    static Silence accept(Duration after) {
        return new Accept(after);
    }

    /// See [Silence#failClosed(Duration)].
    ///
    /// @param after how old the knowledge may be
    record FailClosed(Duration after) implements Silence {
        /// As long as that.
        ///
        /// @param after 2 seconds to 7 days
        /// @throws IllegalArgumentException if it is shorter or longer
        public FailClosed {
            requireBounded(after);
        }
    }

    /// See [Silence#introspect(Duration)].
    ///
    /// @param after how old the knowledge may be
    record Introspect(Duration after) implements Silence {
        /// As long as that.
        ///
        /// @param after 2 seconds to 7 days
        /// @throws IllegalArgumentException if it is shorter or longer
        public Introspect {
            requireBounded(after);
        }
    }

    /// See [Silence#accept(Duration)].
    ///
    /// @param after how old the knowledge may be
    record Accept(Duration after) implements Silence {
        /// As long as that.
        ///
        /// @param after 2 seconds to 7 days
        /// @throws IllegalArgumentException if it is shorter or longer
        public Accept {
            requireBounded(after);
        }
    }

    /// Heartbeats come every second, so less than two would be silence by design.
    private static void requireBounded(Duration after) {
        if (after.compareTo(Duration.ofSeconds(2)) < 0 || after.compareTo(Duration.ofDays(7)) > 0) {
            throw new IllegalArgumentException("silence must be 2 seconds to 7 days long: " + after);
        }
    }
}
