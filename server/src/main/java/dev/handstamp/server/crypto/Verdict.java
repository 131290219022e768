package dev.handstamp.server.crypto;

/// What became of a password that was presented.
public sealed interface Verdict permits Matches, Differs, Busy {}
