package dev.handstamp.server.domain.session;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// How sure it is who the user is, by what the user has proved: the values of `acr` (NIST SP 800-63B §2). The order is
/// that of assurance.
public enum AssuranceLevel {
    /// One factor.
    AAL1,
    /// Two factors: something owned, and something known or the user's own body.
    AAL2;

    private static final Set<AuthenticationMethod> TWO_FACTORS =
            Set.of(AuthenticationMethod.PASSWORD, AuthenticationMethod.ONE_TIME_PASSWORD);

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isAtLeast(AssuranceLevel other) {
        return compareTo(other) >= 0;
    }

    static AssuranceLevel of(Set<AuthenticationMethod> proved) {
        if (proved.stream().anyMatch(AuthenticationMethod::isPasskey)) return AAL2;
        return proved.containsAll(TWO_FACTORS) ? AAL2 : AAL1;
    }

    public static Optional<AssuranceLevel> named(String wireName) {
        return Arrays.stream(values())
                .filter(level -> level.wireName().equals(wireName))
                .findFirst();
    }
}
