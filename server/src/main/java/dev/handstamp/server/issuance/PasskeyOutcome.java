package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Secret;

/// What became of a passkey that was presented.
public sealed interface PasskeyOutcome {

    /// The browser is signed in.
    ///
    /// @param cookie what the browser shows from now on
    /// @param device what it is known by, when nobody is signed in
    record SignedIn(Secret cookie, Secret device) implements PasskeyOutcome {}

    /// No user has it: it was removed here, and is still kept there.
    record Unknown() implements PasskeyOutcome {}

    /// It took too long, or was asked by another page: begin again.
    record StartAgain() implements PasskeyOutcome {}

    /// It opens nothing: nobody is told why.
    record Refused() implements PasskeyOutcome {}
}
