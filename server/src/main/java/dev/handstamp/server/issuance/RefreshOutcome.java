package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.session.AssuranceLevel;
import java.util.Optional;

/// What became of a refresh.
public sealed interface RefreshOutcome {

    /// It was good, and is spent.
    ///
    /// @param idToken for a client that asks who the user is
    record Refreshed(Earned earned, Optional<String> idToken) implements RefreshOutcome {}

    /// Spent, expired, unknown, another client's, or its grant has ended: nobody is told which (RFC 6749 §5.2).
    record NotGood() implements RefreshOutcome {}

    /// More was asked for than was granted, or nothing of it is left. The token was not spent.
    record ScopeRefused() implements RefreshOutcome {}

    /// The user has signed in below the level that is required by now. The token was not spent: where the requirement
    /// goes, it is good again.
    record LevelRefused(AssuranceLevel required) implements RefreshOutcome {}

    /// Another API was named than the grant is for. The token was not spent.
    record TargetRefused() implements RefreshOutcome {}
}
