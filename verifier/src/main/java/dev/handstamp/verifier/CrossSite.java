package dev.handstamp.verifier;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Refuses what another site makes a browser send with our cookie.
///
/// Only for requests whose token came from the cookie: a header is never added by a browser on its own. A safe
/// method (RFC 9110 §9.2.1) passes. For any other the browser must say that the request is ours: `Sec-Fetch-Site:
/// same-origin` or `none` (typed or bookmarked by the user), or, from a browser that does not send it, an `Origin`
/// equal to the API's own. A request that says neither is refused.
public final class CrossSite {

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private CrossSite() {}

    /// Answers the challenge to send, or empty when the request is ours.
    ///
    /// @param method the request method, as sent
    /// @param secFetchSite every value of the header `Sec-Fetch-Site`
    /// @param origin every value of the header `Origin`
    /// @param ownOrigin where browsers reach this API, such as `https://api.example`
    /// @return [Challenge#crossSite()], or empty
    public static Optional<Challenge> refusal(
            String method, List<String> secFetchSite, List<String> origin, String ownOrigin) {
        if (SAFE_METHODS.contains(method)) return Optional.empty();
        boolean ours = secFetchSite.isEmpty() ? isOwn(origin, ownOrigin) : isSameOrigin(secFetchSite);
        return ours ? Optional.empty() : Optional.of(Challenge.crossSite());
    }

    private static boolean isSameOrigin(List<String> secFetchSite) {
        return secFetchSite.size() == 1
                && (secFetchSite.get(0).equals("same-origin")
                        || secFetchSite.get(0).equals("none"));
    }

    private static boolean isOwn(List<String> origin, String ownOrigin) {
        if (origin.size() != 1) return false;
        Optional<Origin> own = Origin.parse(ownOrigin);
        return own.isPresent() && own.equals(Origin.parse(origin.get(0)));
    }
}
