package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Allowed;
import dev.handstamp.server.domain.grant.PendingRequest.Denied;
import dev.handstamp.server.domain.grant.Prompt;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.protocol.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What comes next for an authorization request that is sound.
///
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#Authenticates">OpenID Connect Core §3.1.2.3 and
///     §3.1.2.4</a>
sealed interface NextStep {

    record AskLogin() implements NextStep {}

    /// The user is signed in, and shows one factor more.
    record AskSecondFactor() implements NextStep {}

    /// The user is signed in, and has no factor more: one is set up on the way.
    record AskNewFactor() implements NextStep {}

    /// The user is asked about these scopes.
    record AskConsent(Scopes scopes) implements NextStep {}

    /// The client gets a code.
    ///
    /// @param granted    what the code is good for
    /// @param remembered what the user need not be asked about again; may be nothing
    record IssueCode(Visitor visitor, Scopes granted, Scopes remembered) implements NextStep {}

    record Refuse(ErrorCode code, String description) implements NextStep {}

    static NextStep decide(Situation situation) {
        AuthorizationRequest request = situation.request();
        if (situation.decision().filter(Denied.class::isInstance).isPresent()) {
            return new Refuse(ErrorCode.ACCESS_DENIED, "The user said no.");
        }
        if (request.acr().refusesAll(IdTokens.LEVELS)) {
            return new Refuse(
                    ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS,
                    "acr can be " + String.join(", ", IdTokens.LEVELS) + " here, and the client takes none of them.");
        }
        Optional<Visitor> visitor = situation.visitor();
        if (visitor.isEmpty() || mustSignInAgain(situation, visitor.get())) {
            return request.isSilent()
                    ? new Refuse(ErrorCode.LOGIN_REQUIRED, "The user is not signed in, or not recently enough.")
                    : new AskLogin();
        }
        if (!situation.hinted()) {
            boolean justSignedIn = isAfter(visitor.get(), situation.askedAt());
            return request.isSilent() || justSignedIn
                    ? new Refuse(ErrorCode.LOGIN_REQUIRED, "Another user is signed in than the client named.")
                    : new AskLogin();
        }
        Optional<NextStep> missing = missing(situation, visitor.get());
        if (missing.isPresent()) return missing.get();
        Scopes granted =
                request.scopes().map(situation.grantable()::intersection).orElseGet(() -> unasked(situation));
        if (granted.isEmpty() && request.scopes().isPresent()) {
            return new Refuse(ErrorCode.INVALID_SCOPE, "None of these scopes can be granted by this user.");
        }
        Scopes shown = granted.union(request.claims().scopes());
        if (!needsConsent(situation, visitor.get(), shown)) {
            Scopes remembered = allowed(situation, visitor.get()).orElse(Scopes.NONE);
            return new IssueCode(visitor.get(), granted, remembered);
        }
        return request.isSilent()
                ? new Refuse(ErrorCode.CONSENT_REQUIRED, "The user has not allowed this yet.")
                : new AskConsent(shown);
    }

    /// What the user has to prove besides. A wish counts as needed where it is for an API (RFC 9470 §5): else the
    /// client
    /// would come back with the same challenge for ever. What we do not know is passed over.
    private static Optional<NextStep> missing(Situation situation, Visitor visitor) {
        AuthorizationRequest request = situation.request();
        AssuranceLevel level = visitor.proofs().level();
        AssuranceLevel reachable = situation.secondFactor() ? AssuranceLevel.AAL2 : level;
        List<AssuranceLevel> asked = levels(request);
        Optional<AssuranceLevel> wanted =
                asked.stream().filter(reachable::isAtLeast).findFirst();
        AssuranceLevel required = request.client().levelAt(request.api());
        boolean unreachable = (!asked.isEmpty() && wanted.isEmpty()) || !reachable.isAtLeast(required);
        if (unreachable && request.isSilent()) {
            return Optional.of(
                    new Refuse(ErrorCode.UNMET_AUTHENTICATION_REQUIREMENTS, "The user has no second factor to show."));
        }
        if (unreachable) return Optional.of(new AskNewFactor());
        boolean enough = visitor.isTakenBy(request.client().policy())
                && level.isAtLeast(wanted.orElse(AssuranceLevel.AAL1))
                && level.isAtLeast(required);
        if (enough) return Optional.empty();
        return Optional.of(
                request.isSilent()
                        ? new Refuse(ErrorCode.LOGIN_REQUIRED, "The user has to show a second factor.")
                        : new AskSecondFactor());
    }

    /// Those that the client has asked for and that there are, the most wanted first.
    static List<AssuranceLevel> levels(AuthorizationRequest request) {
        return request.acr().values().stream()
                .flatMap(value -> AssuranceLevel.named(value).stream())
                .toList();
    }

    /// Who names no scope gets those of the API, and nothing about the user.
    private static Scopes unasked(Situation situation) {
        return situation.grantable().intersection(situation.request().api().scopes());
    }

    private static boolean mustSignInAgain(Situation situation, Visitor visitor) {
        AuthorizationRequest request = situation.request();
        boolean tooLongAgo = request.maxAge()
                .filter(age -> situation.now().isAfter(visitor.authenticatedAt().plus(age)))
                .isPresent();
        boolean asked = request.asksFor(Prompt.LOGIN) || request.asksFor(Prompt.SELECT_ACCOUNT);
        return (tooLongAgo || asked) && !isAfter(visitor, situation.askedAt());
    }

    /// A client that anybody can pretend to be is asked about each time (RFC 8252 §8.6): a public one whose address is
    /// not a domain of its own.
    private static boolean needsConsent(Situation situation, Visitor visitor, Scopes shown) {
        AuthorizationRequest request = situation.request();
        if (allowed(situation, visitor)
                .filter(scopes -> scopes.containsAll(shown))
                .isPresent()) return false;
        if (request.asksFor(Prompt.CONSENT)) return true;
        if (!request.client().redirection().asksConsent()) return false;
        boolean certain = !request.client().isPublic() || request.redirectUri().isOwned();
        return !certain
                || situation
                        .remembered()
                        .filter(scopes -> scopes.containsAll(shown))
                        .isEmpty();
    }

    /// What the user has allowed this very request, in this session.
    private static Optional<Scopes> allowed(Situation situation, Visitor visitor) {
        return situation
                .decision()
                .filter(Allowed.class::isInstance)
                .map(Allowed.class::cast)
                .filter(allowed -> allowed.session().equals(visitor.session().id()))
                .map(Allowed::scopes);
    }

    private static boolean isAfter(Visitor visitor, Instant askedAt) {
        return visitor.authenticatedAt().isAfter(askedAt);
    }
}
