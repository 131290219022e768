package dev.handstamp.server.domain.session;

import java.util.Arrays;
import java.util.Optional;

/// How an authenticator application makes its codes (RFC 6238 §4).
///
/// @param period the time step, in seconds
public record TotpParameters(Algorithm algorithm, int digits, int period) {

    /// The hash function under the HMAC (RFC 6238 §1.2).
    public enum Algorithm {
        SHA1,
        SHA256,
        SHA512;

        public static Optional<Algorithm> named(String name) {
            return Arrays.stream(values())
                    .filter(each -> each.name().equals(name))
                    .findFirst();
        }
    }

    /// What every application does, and the only thing that is set up here.
    public static final TotpParameters USUAL = new TotpParameters(Algorithm.SHA1, 6, 30);

    public static final int FEWEST_DIGITS = 6; // RFC 4226 §5.3
    public static final int MOST_DIGITS = 8;
    public static final int SHORTEST_PERIOD = 15;
    public static final int LONGEST_PERIOD = 300;

    /// Empty for what no code is checked by here.
    public static Optional<TotpParameters> of(Algorithm algorithm, long digits, long period) {
        boolean fits = digits >= FEWEST_DIGITS
                && digits <= MOST_DIGITS
                && period >= SHORTEST_PERIOD
                && period <= LONGEST_PERIOD;
        return fits
                ? Optional.of(new TotpParameters(algorithm, Math.toIntExact(digits), Math.toIntExact(period)))
                : Optional.empty();
    }
}
