package dev.handstamp.json;

/// The JSON value `null` (RFC 8259 §3), so that a member that is present and null differs from one that is
/// absent.
public enum JsonNull {
    /// The JSON value `null`.
    NULL;

    @Override
    public String toString() {
        return "null";
    }
}
