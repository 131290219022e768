package dev.handstamp.server.domain.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What a user has proved in a browser, and when: never empty. The level, the methods and the time that clients and
/// APIs are told all come from here.
public record Proofs(Map<AuthenticationMethod, Instant> at) {

    // RFC 8176 §2
    private static final String PRESENT = "user";
    private static final String SEVERAL = "mfa";

    public Proofs {
        if (at.isEmpty()) throw new IllegalArgumentException("nothing is proved");
        at = Collections.unmodifiableMap(new EnumMap<>(at));
    }

    public static Proofs of(AuthenticationMethod method, Instant at) {
        return new Proofs(Map.of(method, at));
    }

    /// These, and one more.
    public Proofs and(AuthenticationMethod method, Instant when) {
        Map<AuthenticationMethod, Instant> more = new EnumMap<>(at);
        more.put(method, when);
        return new Proofs(more);
    }

    public AssuranceLevel level() {
        return AssuranceLevel.of(at.keySet());
    }

    /// When all of this was last certain: the time of the oldest proof.
    public Instant authenticatedAt() {
        return at.values().stream().min(Instant::compareTo).orElseThrow();
    }

    /// What tokens tell of it.
    public AuthenticationContext context() {
        return context(level());
    }

    /// The same for who asked for a level that this reaches: it looks for that very word.
    public AuthenticationContext context(AssuranceLevel asked) {
        if (!level().isAtLeast(asked)) throw new IllegalArgumentException(asked + " is not proved");
        List<String> methods = new ArrayList<>();
        for (AuthenticationMethod method : at.keySet()) methods.add(method.wireName());
        if (at.keySet().stream().anyMatch(AuthenticationMethod::isPasskey)) methods.add(PRESENT);
        if (methods.size() > 1) methods.add(SEVERAL);
        return new AuthenticationContext(authenticatedAt(), asked.wireName(), methods);
    }
}
