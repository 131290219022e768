package dev.handstamp.jwt;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The members of a JOSE header that we look at; keys and addresses of keys in it (`jwk`, `jku`, `x5c`, `x5u`) are
/// not among them (RFC 8725 §3.10).
record JoseHeader(
        Algorithm algorithm,
        @Nullable String keyId,
        @Nullable String type) {

    private static final int MAXIMUM_KEY_ID_LENGTH = 512;

    /// Tells why a header is refused, or answers null when [#of] may read it.
    static @Nullable Rejected problemOf(Map<String, Object> members) {
        if (!(members.get("alg") instanceof String alg)) {
            return new Rejected(Reason.MALFORMED, "alg is missing or not text");
        }
        Object kid = members.get("kid");
        if (kid != null && !(kid instanceof String text && !text.isEmpty() && text.length() <= MAXIMUM_KEY_ID_LENGTH)) {
            return new Rejected(Reason.MALFORMED, "kid is not text of 1 to " + MAXIMUM_KEY_ID_LENGTH + " characters");
        }
        Object typ = members.get("typ");
        if (typ != null && !(typ instanceof String)) {
            return new Rejected(Reason.MALFORMED, "typ is not text");
        }
        // Each would change what the bytes mean: RFC 7515 §4.1.11, RFC 7797, RFC 7516 §4.1.3.
        for (String name : new String[] {"crit", "b64", "zip"}) {
            if (members.containsKey(name)) {
                return new Rejected(Reason.UNSUPPORTED_HEADER, name);
            }
        }
        if (Algorithm.named(alg).isEmpty()) {
            return new Rejected(Reason.UNSUPPORTED_ALGORITHM, "alg is " + alg);
        }
        return null;
    }

    static JoseHeader of(Map<String, Object> members) {
        Optional<Algorithm> algorithm = Algorithm.named(String.valueOf(members.get("alg")));
        var type = (String) members.get("typ");
        return new JoseHeader(
                algorithm.orElseThrow(), (String) members.get("kid"), type == null ? null : mediaType(type));
    }

    /// A media type without its case and without the `application/` that may be left out (RFC 7515 §4.1.9).
    static String mediaType(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        boolean prefixed = lower.startsWith("application/") && lower.indexOf('/', "application/".length()) < 0;
        return prefixed ? lower.substring("application/".length()) : lower;
    }
}
