package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who signs, and where its metadata stands (RFC 8414 §3, OpenID Connect Discovery §4).
///
/// @param identifier exactly as it stands in `iss`
/// @param trustedOrigins where its endpoints may be: its own origin, and what was allowed explicitly
record Issuer(String identifier, URI address, Set<Origin> trustedOrigins) {

    /// @throws IllegalArgumentException if it is not https (or http on loopback), or carries a query, fragment or
    ///     user name
    static Issuer of(String identifier, Set<Origin> alsoTrusted) {
        URI address = address(identifier);
        Origin origin = Origin.of(address)
                .filter(Origin::isConfidential)
                .filter(found -> address.getRawQuery() == null && address.getRawFragment() == null)
                .orElseThrow(
                        () -> new IllegalArgumentException("the issuer must be an https address without query, fragment"
                                + " and user name (http only on loopback): " + identifier));
        var trusted = new HashSet<>(alsoTrusted);
        trusted.add(origin);
        return new Issuer(identifier, address, Set.copyOf(trusted));
    }

    /// Fetches the metadata: first in the place of RFC 8414 §3.1, then in that of OpenID Connect Discovery.
    Map<String, Object> metadata(IssuerConnection connection, Deadline deadline) throws UnusableAnswerException {
        Map<String, Object> metadata;
        try {
            metadata = fetch(connection, inserted(), deadline);
        } catch (UnusableAnswerException first) {
            if (deadline.isOver()) throw first;
            metadata = fetch(connection, appended(), deadline);
        }
        // RFC 8414 §3.3: it must be identical, or somebody else's keys could be passed off as this issuer's.
        if (!identifier.equals(metadata.get("issuer"))) {
            throw new UnusableAnswerException("the metadata of " + identifier + " names another issuer");
        }
        return metadata;
    }

    /// An endpoint out of the metadata, if it is where this issuer's endpoints may be.
    URI endpoint(Map<String, Object> metadata, String name) throws UnusableAnswerException {
        if (!(metadata.get(name) instanceof String text)) {
            throw new UnusableAnswerException("the metadata of " + identifier + " has no " + name);
        }
        try {
            URI endpoint = new URI(text);
            Optional<Origin> origin = Origin.of(endpoint);
            if (origin.isPresent() && trustedOrigins.contains(origin.get())) return endpoint;
        } catch (URISyntaxException malformed) {
            // Refused below, in the same words.
        }
        throw new UnusableAnswerException(
                "the " + name + " of " + identifier + " is on another origin, which was not allowed explicitly");
    }

    private static Map<String, Object> fetch(IssuerConnection connection, URI address, Deadline deadline)
            throws UnusableAnswerException {
        try {
            return Json.parseObject(connection.get(address, "application/json", deadline.remaining()));
        } catch (JsonException e) {
            throw new UnusableAnswerException(address + " did not answer with a JSON object: " + e.getMessage());
        }
    }

    private URI inserted() {
        return URI.create(root() + "/.well-known/oauth-authorization-server" + path());
    }

    private URI appended() {
        return URI.create(root() + path() + "/.well-known/openid-configuration");
    }

    private String root() {
        return address.getScheme() + "://" + address.getRawAuthority();
    }

    private String path() {
        String path = address.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static URI address(String identifier) {
        try {
            return new URI(identifier);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the issuer is not an address: " + identifier, e);
        }
    }
}
