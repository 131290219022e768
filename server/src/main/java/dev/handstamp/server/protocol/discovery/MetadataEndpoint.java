package dev.handstamp.server.protocol.discovery;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.AnswerSignature;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.CodeChallenge;
import dev.handstamp.server.domain.grant.Prompt;
import dev.handstamp.server.domain.grant.ResponseMode;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.protocol.MutualTls;
import dev.handstamp.server.protocol.Possession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What this server can do: exactly that.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-2">RFC 8414 §2, authorization server metadata</a>
/// @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect Discovery 1.0 §3</a>
public final class MetadataEndpoint implements Endpoint {

    /// What is offered only where a setting says so.
    ///
    /// @param registration whether clients can register by themselves (RFC 7591)
    /// @param documents    whether a client can be described by a document at its identifier
    /// @param mutualTls    how clients can connect with certificates, if they can
    public record Offers(boolean registration, boolean documents, Optional<MutualTls> mutualTls) {}

    private final byte[] json;

    private MetadataEndpoint(Map<String, ?> metadata) {
        this.json = Json.write(metadata);
    }

    public static MetadataEndpoint ofAuthorizationServer(String issuer, Offers offers) {
        return new MetadataEndpoint(common(issuer, offers));
    }

    /// APIs look here for `issuer` and `jwks_uri`, whether or not anybody logs in with OpenID Connect.
    public static MetadataEndpoint ofOpenIdProvider(String issuer, Offers offers) {
        Map<String, Object> metadata = common(issuer, offers);
        metadata.put("subject_types_supported", List.of("public", "pairwise"));
        metadata.put("id_token_signing_alg_values_supported", AnswerSignature.names());
        metadata.put("userinfo_signing_alg_values_supported", AnswerSignature.names());
        metadata.put("userinfo_endpoint", issuer + "/userinfo");
        offers.mutualTls().flatMap(MutualTls::base).ifPresent(base -> {
            Map<String, String> aliases = aliases(base);
            aliases.put("userinfo_endpoint", base + "/userinfo");
            metadata.put("mtls_endpoint_aliases", aliases);
        });
        metadata.put("end_session_endpoint", issuer + "/logout");
        metadata.put("backchannel_logout_supported", true); // OpenID Connect Back-Channel Logout 1.0 §2.1
        metadata.put("backchannel_logout_session_supported", true);
        metadata.put("acr_values_supported", IdTokens.LEVELS);
        metadata.put("claim_types_supported", List.of("normal"));
        metadata.put("claims_supported", claims());
        metadata.put("claims_parameter_supported", true);
        metadata.put(
                "prompt_values_supported",
                Arrays.stream(Prompt.values()).map(Prompt::wireName).toList());
        return new MetadataEndpoint(metadata);
    }

    @Override
    public Response handle(Request request) {
        return Response.json(200, json)
                .header("Cache-Control", "public, max-age=300")
                .header("Access-Control-Allow-Origin", "*"); // Everybody may know it, scripts of any page too.
    }

    @Override
    public boolean isNonBlocking() {
        return true;
    }

    private static List<String> claims() {
        List<String> claims = new ArrayList<>(List.of("iss", "auth_time", "acr", "amr", "sid"));
        for (IdentityScope scope : IdentityScope.values()) claims.addAll(scope.claims());
        return claims;
    }

    /// With which a client's own key can sign: `Ed25519` is the newer name of EdDSA (RFC 9864).
    private static List<String> signatureAlgorithms() {
        return named(algorithm -> !algorithm.isSymmetric());
    }

    /// With which a client can sign an assertion: by its own key, or by the secret that it shares with this server.
    private static List<String> assertionAlgorithms() {
        return named(_ -> true);
    }

    private static List<String> named(Predicate<Algorithm> meant) {
        Stream<String> names = Arrays.stream(Algorithm.values())
                .filter(algorithm -> algorithm.isAvailable() && meant.test(algorithm))
                .map(Algorithm::joseName);
        return Stream.concat(names, Stream.of("Ed25519")).toList();
    }

    private static Map<String, Object> common(String issuer, Offers offers) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer);
        metadata.put("authorization_endpoint", issuer + "/authorize");
        metadata.put("pushed_authorization_request_endpoint", issuer + "/par"); // RFC 9126
        metadata.put("require_pushed_authorization_requests", false);
        metadata.put("device_authorization_endpoint", issuer + "/device_authorization"); // RFC 8628 §4
        metadata.put("token_endpoint", issuer + "/token");
        if (offers.registration) metadata.put("registration_endpoint", issuer + "/register"); // RFC 7591 §3
        metadata.put("client_id_metadata_document_supported", offers.documents);
        metadata.put("jwks_uri", issuer + "/jwks");
        metadata.put("introspection_endpoint", issuer + "/introspect");
        metadata.put("revocation_endpoint", issuer + "/revoke");
        metadata.put("revocation_feed_endpoint", issuer + "/revocations");
        metadata.put(
                "scopes_supported",
                Arrays.stream(IdentityScope.values())
                        .map(IdentityScope::wireName)
                        .toList());
        metadata.put("response_types_supported", List.of("code"));
        metadata.put("response_modes_supported", ResponseMode.names());
        metadata.put("authorization_signing_alg_values_supported", AnswerSignature.names()); // JARM §4
        metadata.put("request_parameter_supported", true); // RFC 9101
        metadata.put("request_uri_parameter_supported", true);
        metadata.put("require_request_uri_registration", true);
        metadata.put("require_signed_request_object", false);
        metadata.put("request_object_signing_alg_values_supported", signatureAlgorithms());
        metadata.put("code_challenge_methods_supported", List.of(CodeChallenge.METHOD)); // RFC 7636
        metadata.put("authorization_response_iss_parameter_supported", true); // RFC 9207
        metadata.put(
                "grant_types_supported",
                Arrays.stream(GrantType.values()).map(GrantType::wireName).toList());
        metadata.put("dpop_signing_alg_values_supported", Possession.ALGORITHMS); // RFC 9449 §5.1
        List<String> orNone = MutualTls.methods(offers.mutualTls()).stream()
                .map(ClientAuthenticationMethod::wireName)
                .toList();
        List<String> authentication = orNone.stream()
                .filter(name -> !name.equals(ClientAuthenticationMethod.NONE.wireName()))
                .toList();
        metadata.put("token_endpoint_auth_methods_supported", orNone);
        metadata.put("token_endpoint_auth_signing_alg_values_supported", assertionAlgorithms());
        metadata.put("introspection_endpoint_auth_methods_supported", authentication);
        metadata.put("introspection_endpoint_auth_signing_alg_values_supported", assertionAlgorithms());
        metadata.put("introspection_signing_alg_values_supported", AnswerSignature.names()); // RFC 9701 §7
        metadata.put("revocation_endpoint_auth_methods_supported", orNone);
        metadata.put("revocation_endpoint_auth_signing_alg_values_supported", assertionAlgorithms());
        Optional<MutualTls> mutualTls = offers.mutualTls();
        if (mutualTls.isPresent()) {
            metadata.put("tls_client_certificate_bound_access_tokens", true); // RFC 8705 §3.3
            mutualTls.get().base().ifPresent(base -> metadata.put("mtls_endpoint_aliases", aliases(base)));
        }
        return metadata;
    }

    /// RFC 8705 §5.
    private static Map<String, String> aliases(String base) {
        Map<String, String> aliases = new LinkedHashMap<>();
        aliases.put("token_endpoint", base + "/token");
        aliases.put("pushed_authorization_request_endpoint", base + "/par");
        aliases.put("device_authorization_endpoint", base + "/device_authorization");
        aliases.put("introspection_endpoint", base + "/introspect");
        aliases.put("revocation_endpoint", base + "/revoke");
        return aliases;
    }
}
