package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import java.time.Duration;
import java.util.Optional;

/// What became of a login.
public sealed interface LoginOutcome {

    /// The user is in.
    ///
    /// @param device what the browser is known by from here on, if it is one
    record LoggedIn(Earned earned, Optional<Secret> device) implements LoginOutcome {}

    /// The password is right, and a second factor has to follow.
    ///
    /// @param step what is shown with it
    record NeedsSecondFactor(Secret step) implements LoginOutcome {}

    /// The API takes only users who show a second factor, and this one has none.
    record SecondFactorMissing() implements LoginOutcome {}

    /// The name is unknown, the password is wrong or the user is disabled: nobody is told which.
    record WrongCredentials() implements LoginOutcome {}

    /// A scope was asked for that the API does not know, or none that the user has.
    record ScopeRefused() implements LoginOutcome {}

    /// Too many failures; the password was not looked at.
    record Throttled(Duration retryAfter) implements LoginOutcome {}

    /// No room to hash; the password was not looked at.
    record Busy(Duration retryAfter) implements LoginOutcome {}
}
