package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Decision;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.Visitor;
import java.time.Instant;
import java.util.Optional;

/// Everything that decides what comes next.
///
/// @param askedAt    when the request first came
/// @param secondFactor whether the user has one to show
/// @param hinted     whether the user is the one that the client named; true if it named none
/// @param grantable  the most that this user can give this client at this API; nothing while nobody is signed in
/// @param remembered what the user has allowed the client before, if anything
/// @param decision   what the user has said to this very request, if anything
record Situation(
        AuthorizationRequest request,
        Instant askedAt,
        Optional<Visitor> visitor,
        boolean secondFactor,
        boolean hinted,
        Scopes grantable,
        Optional<Scopes> remembered,
        Optional<Decision> decision,
        Instant now) {}
