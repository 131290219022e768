package dev.handstamp.server;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwkSet;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Metadata, keys, and the management listener.
class DiscoveryTest {

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("RFC 8414 §2: the metadata lists exactly what works")
    void the_metadata_lists_what_works() {
        Reply reply =
                server.call("GET", "/.well-known/oauth-authorization-server").send();

        String issuer = server.issuer();
        List<String> answers = List.of("RS256", "PS256", "ES256", "EdDSA");
        List<String> methods =
                List.of("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt");
        List<String> orNone =
                List.of("client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none");
        List<String> algorithms = Stream.concat(
                        Arrays.stream(Algorithm.values())
                                .filter(Algorithm::isAvailable)
                                .map(Algorithm::joseName),
                        Stream.of("Ed25519"))
                .toList();
        List<String> ofKeys =
                algorithms.stream().filter(name -> !name.startsWith("HS")).toList();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        entry("issuer", issuer),
                        entry("token_endpoint", issuer + "/token"),
                        entry("pushed_authorization_request_endpoint", issuer + "/par"),
                        entry("require_pushed_authorization_requests", false),
                        entry("token_endpoint_auth_signing_alg_values_supported", algorithms),
                        entry("introspection_endpoint_auth_signing_alg_values_supported", algorithms),
                        entry("revocation_endpoint_auth_signing_alg_values_supported", algorithms),
                        entry(
                                "dpop_signing_alg_values_supported",
                                algorithms.stream()
                                        .filter(Set.of("ES256", "EdDSA", "Ed25519", "PS256", "RS256")::contains)
                                        .toList()),
                        entry("client_id_metadata_document_supported", true),
                        entry("jwks_uri", issuer + "/jwks"),
                        entry("introspection_endpoint", issuer + "/introspect"),
                        entry("revocation_endpoint", issuer + "/revoke"),
                        entry("revocation_feed_endpoint", issuer + "/revocations"),
                        entry("authorization_endpoint", issuer + "/authorize"),
                        entry(
                                "scopes_supported",
                                List.of("openid", "profile", "email", "address", "phone", "offline_access")),
                        entry("response_types_supported", List.of("code")),
                        entry(
                                "response_modes_supported",
                                List.of("query", "form_post", "query.jwt", "form_post.jwt", "jwt")),
                        entry("authorization_signing_alg_values_supported", answers),
                        entry("introspection_signing_alg_values_supported", answers),
                        entry("request_parameter_supported", true),
                        entry("request_uri_parameter_supported", true),
                        entry("require_request_uri_registration", true),
                        entry("require_signed_request_object", false),
                        entry("request_object_signing_alg_values_supported", ofKeys),
                        entry("code_challenge_methods_supported", List.of("S256")),
                        entry("authorization_response_iss_parameter_supported", true),
                        entry(
                                "grant_types_supported",
                                List.of(
                                        "authorization_code",
                                        "client_credentials",
                                        "refresh_token",
                                        "urn:ietf:params:oauth:grant-type:device_code",
                                        "urn:ietf:params:oauth:grant-type:token-exchange",
                                        "urn:ietf:params:oauth:grant-type:jwt-bearer")),
                        entry("device_authorization_endpoint", issuer + "/device_authorization"),
                        entry("token_endpoint_auth_methods_supported", orNone),
                        entry("introspection_endpoint_auth_methods_supported", methods),
                        entry("revocation_endpoint_auth_methods_supported", orNone)));
    }

    @Test
    void the_openid_metadata_says_the_same_and_what_it_must_beyond() {
        Map<String, Object> plain = server.call("GET", "/.well-known/oauth-authorization-server")
                .send()
                .json();
        Map<String, Object> openId =
                server.call("GET", "/.well-known/openid-configuration").send().json();

        assertThat(openId).containsAllEntriesOf(plain);
        assertThat(openId)
                .containsEntry("subject_types_supported", List.of("public", "pairwise"))
                .containsEntry("id_token_signing_alg_values_supported", List.of("RS256", "PS256", "ES256", "EdDSA"))
                .containsEntry("userinfo_signing_alg_values_supported", List.of("RS256", "PS256", "ES256", "EdDSA"))
                .containsEntry("userinfo_endpoint", server.issuer() + "/userinfo")
                .containsEntry("acr_values_supported", List.of("aal1", "aal2"))
                .containsEntry("claim_types_supported", List.of("normal"))
                .containsEntry("claims_parameter_supported", true)
                .containsEntry("prompt_values_supported", List.of("none", "login", "consent", "select_account"))
                .containsEntry("end_session_endpoint", server.issuer() + "/logout")
                .containsEntry("backchannel_logout_supported", true)
                .containsEntry("backchannel_logout_session_supported", true)
                .hasSize(plain.size() + 12);
    }

    @Test
    void every_endpoint_of_the_metadata_answers() {
        Map<String, Object> metadata = server.call("GET", "/.well-known/oauth-authorization-server")
                .send()
                .json();

        for (String name : List.of("token_endpoint", "introspection_endpoint", "revocation_endpoint")) {
            String path = URI.create((String) metadata.get(name)).getPath();
            assertThat(server.call("POST", path).form("token", "x").send().outcome())
                    .isEqualTo("401 invalid_client");
        }
    }

    @Test
    @DisplayName("K-08: the key set holds public keys only, and says how long it may be kept")
    void the_key_set_is_public() throws Exception {
        Reply reply = server.call("GET", "/jwks").send();

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Cache-Control")).contains("public, max-age=300");
        assertThat(reply.text()).doesNotContain("\"d\"", "\"p\"", "\"q\"", "\"dp\"", "\"dq\"", "\"qi\"", "\"k\"");
        assertThat(JwkSet.parse(reply.body()).keys()).hasSizeGreaterThanOrEqualTo(2);
        String kid = (String) RunningServer.header(server.clientCredentials().string("access_token"))
                .get("kid");
        assertThat(JwkSet.parse(reply.body()).find(kid)).isPresent();
    }

    @Test
    void an_unchanged_key_set_is_not_sent_again() {
        String tag = server.call("GET", "/jwks").send().header("ETag").orElseThrow();

        Reply same = server.call("GET", "/jwks").header("If-None-Match", tag).send();
        Reply other =
                server.call("GET", "/jwks").header("If-None-Match", "\"x\"").send();

        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("ETag")).contains(tag);
        assertThat(other.status()).isEqualTo(200);
    }

    @Test
    void the_key_set_changes_with_the_keys() throws Exception {
        try (RunningServer turning = RunningServer.start()) {
            String before = turning.call("GET", "/jwks").send().header("ETag").orElseThrow();
            turning.rotateKeys();
            String token = turning.clientCredentials().string("access_token");

            Reply after =
                    turning.call("GET", "/jwks").header("If-None-Match", before).send();

            assertThat(after.status()).isEqualTo(200);
            String kid = (String) RunningServer.header(token).get("kid");
            assertThat(JwkSet.parse(after.body()).find(kid)).isPresent();
        }
    }

    @Test
    void the_management_listener_tells_health_and_metrics() {
        server.clientCredentials();
        server.logIn("vera", "wrong");

        Reply health = server.management("/healthz").send();
        Reply ready = server.management("/readyz").send();
        String metrics = server.management("/metrics").send().text();

        assertThat(health.json()).containsExactly(Map.entry("status", "up"));
        assertThat(ready.json()).containsExactly(Map.entry("status", "up"));
        assertThat(metrics)
                .contains(
                        "handstamp_http_request_duration_seconds_count{method=\"POST\",route=\"/token\",status=\"200\"}")
                .contains("handstamp_access_tokens_issued_total")
                .contains("handstamp_logins_total{outcome=\"failed\"} 1.0")
                .contains("handstamp_refreshes_total{outcome=\"refreshed\"}")
                .contains("handstamp_introspections_total")
                .contains("handstamp_password_hash_queue 0.0")
                .contains("handstamp_store_queue 0.0")
                .contains("handstamp_revocation_rules")
                .contains("handstamp_heap_used_bytes");
    }

    @ParameterizedTest
    @DisplayName("S-04: nothing of the management listener, and nothing else, is on the public one")
    @ValueSource(
            strings = {
                "/healthz",
                "/readyz",
                "/metrics",
                "/actuator/health",
                "/actuator/env",
                "/health/details",
                "/env",
                "/heapdump",
                "/jolokia",
                "/h2-console",
                "/swagger",
                "/debug",
                "/.git/config",
                "/console",
                "/",
                "/token/",
                "/TOKEN",
                "/%74oken",
                "//token",
                "/jwks/../metrics"
            })
    void the_public_listener_shows_nothing_else(String path) {
        Reply reply = server.call("GET", path).send();

        assertThat(reply.status()).isIn(400, 404);
        assertThat(reply.headers().keySet()).noneMatch(name -> name.equalsIgnoreCase("Server"));
        assertThat(reply.text()).doesNotContainIgnoringCase("jetty").doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/introspect", "/session", "/jwks"})
    void the_management_listener_serves_nobodys_tokens(String path) {
        assertThat(server.management(path).send().status()).isEqualTo(404);
    }
}
