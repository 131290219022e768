package dev.handstamp.jwt;

/// The token, or the proof, is refused.
///
/// @param reason why
/// @param detail for the log: at most a line of printable ASCII, never the token; may be empty
public record Rejected(Reason reason, String detail) implements Verification, ProofVerification {

    /// Keeps control characters out of the detail, and cuts it after some 200 characters.
    ///
    /// @param reason why
    /// @param detail any text
    public Rejected {
        detail = Printable.of(detail);
    }

    /// A refusal that needs no detail.
    ///
    /// @param reason why
    public Rejected(Reason reason) {
        this(reason, "");
    }
}
