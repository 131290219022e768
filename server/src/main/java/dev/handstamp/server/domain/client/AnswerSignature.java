package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import java.util.List;
import java.util.Optional;

/// What this server signs with for clients: ID tokens, and answers that a client wants signed.
///
/// Every one is checked with a public key: an HMAC would need the client's secret, which is kept for
/// `client_secret_jwt` alone.
public final class AnswerSignature {

    /// In order of preference, and the first where a client has registered none: every client can check it
    /// (OpenID Connect Core §15.1, JARM §3, RFC 9701 §6).
    public static final List<Algorithm> ALGORITHMS =
            List.of(Algorithm.RS256, Algorithm.PS256, Algorithm.ES256, Algorithm.EDDSA);

    public static final Algorithm DEFAULT = Algorithm.RS256;

    private AnswerSignature() {}

    /// Their names, for metadata and messages.
    public static List<String> names() {
        return ALGORITHMS.stream().map(Algorithm::joseName).toList();
    }

    /// By any of its names: `Ed25519` is `EdDSA` (RFC 9864).
    static boolean isOne(Object value) {
        return named(value).isPresent();
    }

    /// The name that it has in what is signed here, which is what a client is to be told.
    static Object written(Object value) {
        return named(value).map(Algorithm::joseName).orElseThrow();
    }

    private static Optional<Algorithm> named(Object value) {
        return value instanceof String name ? Algorithm.named(name).filter(ALGORITHMS::contains) : Optional.empty();
    }

    static String allowed() {
        return String.join(", ", names());
    }
}
