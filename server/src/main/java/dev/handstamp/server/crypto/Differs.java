package dev.handstamp.server.crypto;

/// The password is wrong, or there is no such user: which of the two is not told.
public record Differs() implements Verdict {}
