package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What operators have let some clients do beyond their registration.
public record Trust(List<ExchangeRule> exchanges, List<AssertionIssuer> issuers) {

    public static final Trust NONE = new Trust(List.of(), List.of());

    public Trust {
        exchanges = List.copyOf(exchanges);
        issuers = List.copyOf(issuers);
    }

    /// Who signs assertions under this name, if anybody trusted does.
    public Optional<AssertionIssuer> issuer(String name) {
        return issuers.stream().filter(issuer -> issuer.name().equals(name)).findFirst();
    }

    /// The rule by which this client exchanges a token for those APIs into one for that API.
    public Optional<ExchangeRule> exchange(ClientId client, Set<Audience> from, Audience to) {
        return exchanges.stream()
                .filter(rule -> rule.client().equals(client))
                .filter(rule -> from.contains(rule.from()) && rule.to().equals(to))
                .findFirst();
    }

    /// The only API that this client can mean when it exchanges a token for those.
    public Optional<Audience> onlyTarget(ClientId client, Set<Audience> from) {
        List<Audience> targets = exchanges.stream()
                .filter(rule -> rule.client().equals(client) && from.contains(rule.from()))
                .map(ExchangeRule::to)
                .distinct()
                .toList();
        return targets.size() == 1 ? Optional.of(targets.getFirst()) : Optional.empty();
    }
}
