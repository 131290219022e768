package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;
import java.time.Duration;

/// What became of a sign-in at the server's own page.
public sealed interface SignInOutcome {

    /// The browser is signed in.
    ///
    /// @param cookie what the browser shows from now on
    /// @param device what it is known by, when nobody is signed in
    record SignedIn(Secret cookie, Secret device) implements SignInOutcome {}

    /// The password is right, and a second factor has to follow.
    ///
    /// @param step what the browser shows with it
    record NeedsSecondFactor(Secret step) implements SignInOutcome {}

    /// Nobody is half way here, or it took too long.
    record StartAgain() implements SignInOutcome {}

    /// The name is unknown, the password is wrong or the user is disabled: nobody is told which.
    record WrongCredentials() implements SignInOutcome {}

    /// Too many failures; the password was not looked at.
    record Throttled(Duration retryAfter) implements SignInOutcome {}

    /// No room to hash; the password was not looked at.
    record Busy(Duration retryAfter) implements SignInOutcome {}
}
