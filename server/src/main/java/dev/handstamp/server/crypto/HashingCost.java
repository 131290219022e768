package dev.handstamp.server.crypto;

/// What it takes to hash one password with Argon2id in one lane (RFC 9106 §3.1).
///
/// @param memory in KiB
/// @param passes over that memory
public record HashingCost(int memory, int passes) {

    /// OWASP's first recommendation. Every server takes this; there is no setting.
    public static final HashingCost RECOMMENDED = new HashingCost(19_456, 2);
}
