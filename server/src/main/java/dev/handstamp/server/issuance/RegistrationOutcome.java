package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.RegistrationProblem;
import java.time.Duration;
import java.util.Optional;

/// What came of registering a client, or of changing its registration.
public sealed interface RegistrationOutcome {

    /// What is registered by now.
    ///
    /// @param secret            what it authenticates with, for the only time; empty if it has none or a known one
    /// @param registrationToken what it looks after its registration with (RFC 7592 §3)
    record Registered(Client client, Optional<Secret> secret, Secret registrationToken)
            implements RegistrationOutcome {}

    /// Nothing is registered, since it cannot be as it was said.
    ///
    /// @param description repeats nothing that was sent
    record Wrong(RegistrationProblem problem, String description) implements RegistrationOutcome {}

    /// Nobody can register here.
    record TurnedOff() implements RegistrationOutcome {}

    /// The token is missing, unknown, used up or over.
    record NotAuthorized() implements RegistrationOutcome {}

    record TooMany(Duration retryAfter) implements RegistrationOutcome {}
}
