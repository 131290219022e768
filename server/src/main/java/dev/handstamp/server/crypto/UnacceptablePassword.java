package dev.handstamp.server.crypto;

/// The password is empty, longer than [PasswordHasher#LONGEST_PASSWORD] bytes, or not text that UTF-8 can carry.
public record UnacceptablePassword() implements Hashing {}
