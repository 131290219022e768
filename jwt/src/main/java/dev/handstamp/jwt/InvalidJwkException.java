package dev.handstamp.jwt;

/// A key or key set that is malformed, too weak or not for signatures. The message says what is wrong, for a log,
/// and never holds key material; what it quotes of the key's own text is a line of printable ASCII.
public final class InvalidJwkException extends Exception {

    /// A kind of key that is none of ours: a set passes over it (RFC 7517 §5).
    private final boolean unknownKind;

    InvalidJwkException(String problem) {
        this(problem, false);
    }

    private InvalidJwkException(String problem, boolean unknownKind) {
        super(problem);
        this.unknownKind = unknownKind;
    }

    static InvalidJwkException unknownKind(String problem) {
        return new InvalidJwkException(problem, true);
    }

    boolean isUnknownKind() {
        return unknownKind;
    }
}
