package dev.handstamp.server.crypto;

/// The password is the right one.
///
/// @param needsRenewal whether the stored hash is weaker than what would be made today
public record Matches(boolean needsRenewal) implements Verdict {}
