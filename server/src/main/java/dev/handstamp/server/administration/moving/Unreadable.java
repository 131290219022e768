package dev.handstamp.server.administration.moving;

/// What cannot be made out.
///
/// @param problem what is wrong, without the value: it may be a password hash
public record Unreadable(long number, String problem) implements UserEntry {}
