package dev.handstamp.jwt;

import java.util.List;
import java.util.Optional;

/// The key types of RFC 7518 §6.1, RFC 8037 §2 and draft-ietf-cose-dilithium (AKP), with the members that make up
/// a key of each.
@SuppressWarnings("ImmutableEnumChecker") // The lists are unmodifiable.
enum KeyType {
    RSA("RSA", List.of("e", "kty", "n"), List.of("d", "p", "q", "dp", "dq", "qi")),
    EC("EC", List.of("crv", "kty", "x", "y"), List.of("d")),
    OKP("OKP", List.of("crv", "kty", "x"), List.of("d")),
    AKP("AKP", List.of("alg", "kty", "pub"), List.of("priv")),
    OCT("oct", List.of("k", "kty"), List.of("k"));

    private final String kty;
    private final List<String> thumbprintMembers;
    private final List<String> privateMembers;

    KeyType(String kty, List<String> thumbprintMembers, List<String> privateMembers) {
        this.kty = kty;
        this.thumbprintMembers = thumbprintMembers;
        this.privateMembers = privateMembers;
    }

    static Optional<KeyType> named(Object kty) {
        for (KeyType type : values()) {
            if (type.kty.equals(kty)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    String kty() {
        return kty;
    }

    /// The members that a thumbprint covers, in its order (RFC 7638 §3.2).
    List<String> thumbprintMembers() {
        return thumbprintMembers;
    }

    List<String> privateMembers() {
        return privateMembers;
    }
}
