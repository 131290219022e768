package dev.handstamp.jwt;

/// The token is refused.
///
/// @param detail for the log: at most a line of printable ASCII, never the token
public record Rejected(Reason reason, String detail) implements Verification, ProofVerification {

    /// Keeps control characters out of the detail.
    public Rejected {
        detail = Printable.of(detail);
    }

    /// A refusal that needs no detail.
    public Rejected(Reason reason) {
        this(reason, "");
    }
}
