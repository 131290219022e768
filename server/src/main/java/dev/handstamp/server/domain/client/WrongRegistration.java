package dev.handstamp.server.domain.client;

/// A client that cannot be as it says.
///
/// @param description what to mend; repeats nothing that was sent
public record WrongRegistration(RegistrationProblem problem, String description) implements RegistrationResult {}
