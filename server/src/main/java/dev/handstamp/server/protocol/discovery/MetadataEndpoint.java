package dev.handstamp.server.protocol.discovery;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What this server can do: exactly that.
///
/// There is no authorization endpoint yet and no ID token is issued, so the members about them are empty lists where
/// their specification requires the member, and absent where it does not.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-2">RFC 8414 §2, authorization server metadata</a>
/// @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect Discovery 1.0 §3</a>
public final class MetadataEndpoint implements Endpoint {

    private static final List<String> AUTHENTICATION = List.of("client_secret_basic", "client_secret_post");

    private final byte[] json;

    private MetadataEndpoint(Map<String, ?> metadata) {
        this.json = Json.write(metadata);
    }

    public static MetadataEndpoint ofAuthorizationServer(String issuer) {
        return new MetadataEndpoint(common(issuer));
    }

    /// APIs look here for `issuer` and `jwks_uri`, whether or not anybody logs in with OpenID Connect.
    public static MetadataEndpoint ofOpenIdProvider(String issuer) {
        Map<String, Object> metadata = common(issuer);
        metadata.put("subject_types_supported", List.of("public"));
        metadata.put("id_token_signing_alg_values_supported", List.of());
        return new MetadataEndpoint(metadata);
    }

    @Override
    public Response handle(Request request) {
        return Response.json(200, json).header("Cache-Control", "public, max-age=300");
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }

    private static Map<String, Object> common(String issuer) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer);
        metadata.put("token_endpoint", issuer + "/token");
        metadata.put("jwks_uri", issuer + "/jwks");
        metadata.put("introspection_endpoint", issuer + "/introspect");
        metadata.put("revocation_endpoint", issuer + "/revoke");
        metadata.put("revocation_feed_endpoint", issuer + "/revocations");
        metadata.put("response_types_supported", List.of());
        metadata.put(
                "grant_types_supported",
                Arrays.stream(GrantType.values()).map(GrantType::wireName).toList());
        metadata.put("token_endpoint_auth_methods_supported", AUTHENTICATION);
        metadata.put("introspection_endpoint_auth_methods_supported", AUTHENTICATION);
        metadata.put("revocation_endpoint_auth_methods_supported", AUTHENTICATION);
        return metadata;
    }
}
