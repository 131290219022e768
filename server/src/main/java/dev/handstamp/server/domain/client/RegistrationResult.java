package dev.handstamp.server.domain.client;

/// What came of reading what a client says of itself.
public sealed interface RegistrationResult permits ClientRegistration, WrongRegistration {}
