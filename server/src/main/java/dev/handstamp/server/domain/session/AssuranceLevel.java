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
    /// Two factors: something known and something owned.
    AAL2;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isAtLeast(AssuranceLevel other) {
        return compareTo(other) >= 0;
    }

    static AssuranceLevel of(Set<AuthenticationMethod> proved) {
        return proved.containsAll(Set.of(AuthenticationMethod.values())) ? AAL2 : AAL1;
    }

    public static Optional<AssuranceLevel> named(String wireName) {
        return Arrays.stream(values())
                .filter(level -> level.wireName().equals(wireName))
                .findFirst();
    }
}
