package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.testing.TestIssuer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourceMetadataTest {

    @ParameterizedTest
    @CsvSource({
        "https://api.example, https://api.example/.well-known/oauth-protected-resource",
        "https://api.example/, https://api.example/.well-known/oauth-protected-resource",
        "https://api.example/orders, https://api.example/.well-known/oauth-protected-resource/orders",
        "https://api.example:8443/a/b, https://api.example:8443/.well-known/oauth-protected-resource/a/b",
        "https://api.example/a?k=v, https://api.example/.well-known/oauth-protected-resource/a?k=v",
        "http://localhost:8080, http://localhost:8080/.well-known/oauth-protected-resource"
    })
    void the_well_known_part_goes_between_host_and_path(String resource, String address) {
        assertThat(ResourceMetadata.of(resource).build().address()).isEqualTo(URI.create(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://api.example", "https://api.example#x", "api.example", "https://x@api.example", "urn:a"})
    void an_identifier_that_is_not_an_https_address_is_refused(String resource) {
        assertThatThrownBy(() -> ResourceMetadata.of(resource)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_document_says_what_was_said_and_nothing_else() throws Exception {
        ResourceMetadata metadata = ResourceMetadata.of("https://api.example/orders")
                .authorizationServers("https://login.example")
                .scopes("orders:read", "orders:write")
                .name("Orders")
                .dpopAlgorithms(Algorithm.ES256, Algorithm.EDDSA)
                .dpopRequired()
                .certificateBoundTokens()
                .documentation(URI.create("https://docs.example/orders"))
                .build();

        assertThat(Json.parseObject(metadata.json()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "resource",
                        "https://api.example/orders",
                        "authorization_servers",
                        List.of("https://login.example"),
                        "bearer_methods_supported",
                        List.of("header"),
                        "scopes_supported",
                        List.of("orders:read", "orders:write"),
                        "resource_name",
                        "Orders",
                        "resource_documentation",
                        "https://docs.example/orders",
                        "dpop_signing_alg_values_supported",
                        List.of("ES256", "EdDSA"),
                        "dpop_bound_access_tokens_required",
                        true,
                        "tls_client_certificate_bound_access_tokens",
                        true));
        assertThatThrownBy(() -> ResourceMetadata.of("https://api.example").authorizationServers("http://evil.example"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ResourceMetadata.of("https://api.example").dpopAlgorithms(Algorithm.HS256))
                .hasMessageContaining("shared secrets");
    }

    @Test
    void each_challenge_says_where_it_stands() {
        try (TestIssuer issuer = TestIssuer.start();
                TokenVerifier verifier = TokenVerifier.builder()
                        .issuer(issuer.issuer())
                        .audience("https://api.example/orders")
                        .build()) {
            Doorkeeper doorkeeper = Doorkeeper.of(verifier)
                    .metadata(ResourceMetadata.of("https://api.example/orders").build());

            var refused = (Admission.Refused) doorkeeper.admit(new ApiRequest("GET", null, name -> List.of()));

            assertThat(refused.challenge().authenticate())
                    .contains("Bearer realm=\"api\", resource_metadata=\""
                            + "https://api.example/.well-known/oauth-protected-resource/orders\"");
        }
    }
}
