package dev.handstamp.server.domain.grant;

import java.util.List;

/// How a client wants its user to be authenticated: authentication context class references, the most wanted first.
///
/// @param values    empty if the client takes whatever there is
/// @param essential whether it takes nothing but one of them; else they are a wish, and the ID token says what came of
///                  it
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics">OpenID Connect Core §5.5.1.1</a>
public record RequestedAcr(List<String> values, boolean essential) {

    public static final RequestedAcr ANY = new RequestedAcr(List.of(), false);

    public RequestedAcr {
        values = List.copyOf(values);
    }

    /// A wish, as `acr_values` and `default_acr_values` are.
    public static RequestedAcr wished(List<String> values) {
        return new RequestedAcr(values, false);
    }

    /// Whether the client refuses every one of these.
    public boolean refusesAll(List<String> possible) {
        return essential && !values.isEmpty() && possible.stream().noneMatch(values::contains);
    }
}
