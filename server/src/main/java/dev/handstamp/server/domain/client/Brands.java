package dev.handstamp.server.domain.client;

import java.util.Map;
import java.util.Optional;

/// The brands that there are: the server's, and those of clients.
public record Brands(Brand server, Map<ClientId, Brand> ofClients) {

    public static final Brands NONE = new Brands(Brand.NONE, Map.of());

    public Brands {
        ofClients = Map.copyOf(ofClients);
    }

    /// What pages wear that lead to this client.
    public Brand of(ClientId client) {
        return ofClients.getOrDefault(client, Brand.NONE).or(server);
    }

    /// The logo of this digest, if some brand has it.
    public Optional<Brand.Logo> logo(String digest) {
        if (server.logo().filter(logo -> logo.digest().equals(digest)).isPresent()) return server.logo();
        return ofClients.values().stream()
                .flatMap(brand -> brand.logo().stream())
                .filter(logo -> logo.digest().equals(digest))
                .findFirst();
    }
}
