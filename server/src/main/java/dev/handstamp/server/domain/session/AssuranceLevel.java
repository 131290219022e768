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

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean isAtLeast(AssuranceLevel other) {
        return compareTo(other) >= 0;
    }

    static AssuranceLevel of(Set<AuthenticationMethod> proved) {
        if (proved.stream().anyMatch(AuthenticationMethod::isPasskey)) return AAL2;
        // Whoever reads the mailbox can set the password: what is mailed counts for as much as that, and for no more.
        boolean first = proved.contains(AuthenticationMethod.PASSWORD) || proved.contains(AuthenticationMethod.MAIL);
        return first && proved.contains(AuthenticationMethod.ONE_TIME_PASSWORD) ? AAL2 : AAL1;
    }

    public static Optional<AssuranceLevel> named(String wireName) {
        return Arrays.stream(values())
                .filter(level -> level.wireName().equals(wireName))
                .findFirst();
    }
}
