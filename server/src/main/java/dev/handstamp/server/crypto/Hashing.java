package dev.handstamp.server.crypto;

/// What became of a password that was to be hashed.
public sealed interface Hashing permits Hashed, UnacceptablePassword, Busy {}
