package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What an API says of itself, so that a client finds out where to get a token and for what (RFC 9728).
///
/// Serve [#json()] at [#path()], to everybody, and hand this to [Doorkeeper#metadata]: each challenge then says where
/// it stands.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9728#section-2">RFC 9728 §2, protected resource metadata</a>
public final class ResourceMetadata {

    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final URI resource;
    private final Map<String, Object> members;

    private ResourceMetadata(URI resource, Map<String, Object> members) {
        this.resource = resource;
        this.members = members;
    }

    /// Begins with the API's identifier, which is the audience of its tokens.
    ///
    /// @param resource an https address (http on loopback) without fragment
    /// @return a builder
    /// @throws IllegalArgumentException if it is anything else
    public static Builder of(String resource) {
        return new Builder(address(resource));
    }

    /// {@return the document in UTF-8, to be served as `application/json`}
    public byte[] json() {
        return Json.write(members);
    }

    /// Tells where the document stands below the origin of the API: the well-known part goes before the path of
    /// the identifier (RFC 9728 §3.1).
    ///
    /// @return an absolute path, such as `/.well-known/oauth-protected-resource/orders`
    public String path() {
        String path = resource.getRawPath();
        return WELL_KNOWN + (path == null || path.equals("/") ? "" : path);
    }

    /// {@return where the document stands, in full}
    public URI address() {
        String query = resource.getRawQuery() == null ? "" : "?" + resource.getRawQuery();
        return URI.create(resource.getScheme() + "://" + resource.getRawAuthority() + path() + query);
    }

    @Override
    public String toString() {
        return Json.text(members);
    }

    private static URI address(String text) {
        URI address = URI.create(text);
        boolean isFit =
                Origin.of(address).filter(Origin::isConfidential).isPresent() && address.getRawFragment() == null;
        if (!isFit)
            throw new IllegalArgumentException("must be https (http only on loopback), without fragment: " + text);
        return address;
    }

    /// Collects what to say; what is not said does not appear.
    public static final class Builder {

        private final URI resource;
        private final Map<String, Object> members = new LinkedHashMap<>();

        private Builder(URI resource) {
            this.resource = resource;
            members.put("resource", resource.toString());
            members.put("bearer_methods_supported", List.of("header"));
        }

        /// The issuers whose tokens are taken.
        ///
        /// @param issuers their identifiers, each exactly as it stands in `iss`
        /// @return this builder
        /// @throws IllegalArgumentException if one is not https (or http on loopback)
        public Builder authorizationServers(String... issuers) {
            List<String> checked = new ArrayList<>();
            for (String issuer : issuers)
                checked.add(Issuer.of(issuer, Set.of()).identifier());
            return put("authorization_servers", checked);
        }

        /// The scopes that doors of this API ask for.
        ///
        /// @param scopes those that a client may ask for; not all have to be named
        /// @return this builder
        /// @throws IllegalArgumentException if one is not a scope token of RFC 6749 §3.3
        public Builder scopes(String... scopes) {
            for (String scope : scopes) Text.requireScopeToken(scope);
            return put("scopes_supported", List.of(scopes));
        }

        /// Its name, for people.
        ///
        /// @param name in one language, whichever it is
        /// @return this builder
        public Builder name(String name) {
            return put("resource_name", name);
        }

        /// A page for developers.
        ///
        /// @param page its address
        /// @return this builder
        public Builder documentation(URI page) {
            return put("resource_documentation", page.toString());
        }

        /// What proofs of possession may be signed with (RFC 9449).
        ///
        /// @param algorithms those of the [Dpop] demands
        /// @return this builder
        /// @throws IllegalArgumentException for one with a shared secret (RFC 9449 §4.3)
        public Builder dpopAlgorithms(Algorithm... algorithms) {
            if (Stream.of(algorithms).anyMatch(Algorithm::isSymmetric)) {
                throw new IllegalArgumentException("proofs are not signed with shared secrets");
            }
            return put(
                    "dpop_signing_alg_values_supported",
                    Stream.of(algorithms).map(Algorithm::joseName).toList());
        }

        /// Says that tokens must be bound to a key (RFC 9449).
        ///
        /// @return this builder
        public Builder dpopRequired() {
            return put("dpop_bound_access_tokens_required", true);
        }

        /// Says that tokens may be bound to a client certificate (RFC 8705).
        ///
        /// @return this builder
        public Builder certificateBoundTokens() {
            return put("tls_client_certificate_bound_access_tokens", true);
        }

        private Builder put(String name, Object value) {
            members.put(name, value);
            return this;
        }

        /// {@return the document, of what was said so far}
        public ResourceMetadata build() {
            return new ResourceMetadata(resource, new LinkedHashMap<>(members));
        }
    }
}
