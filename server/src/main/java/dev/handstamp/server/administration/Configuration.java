package dev.handstamp.server.administration;

import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.user.Role;
import java.util.List;
import java.util.Optional;

/// What a file wants there to be, every part of it found possible by itself. A section that the file does not have is
/// left alone; an entry describes its object whole.
///
/// @param brand what all pages wear; [Brand#NONE] takes it away
public record Configuration(
        Optional<List<WantedApi>> apis,
        Optional<List<WantedRole>> roles,
        Optional<List<WantedClient>> clients,
        Optional<WantedBrand> brand,
        Optional<List<WantedExchange>> exchanges,
        Optional<List<WantedIssuer>> issuers)
        implements ConfigurationRead {

    /// An API to be.
    ///
    /// @param at where it stands in the file, for messages
    record WantedApi(String at, NewApi api) {}

    record WantedRole(String at, Role role) {}

    record WantedClient(String at, NewClient client, WantedBrand brand) {}

    record WantedExchange(String at, NewRule rule) {}

    record WantedIssuer(String at, NewIssuer issuer) {}

    /// A brand to be.
    ///
    /// @param file the logo, where the file names one by its path
    record WantedBrand(String at, Brand brand, Optional<LogoFile> file) {}
}
