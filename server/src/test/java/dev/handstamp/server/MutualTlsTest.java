package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.map;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Sha256;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that connect with certificates (RFC 8705), over real TLS and behind a proxy that ends it.
class MutualTlsTest {

    private static final String SUBJECT = "CN=shop.example, O=Shop, C=DE";
    private static final Map<String, Object> BOUND = Map.of("tls_client_certificate_bound_access_tokens", true);

    @TempDir
    private static Path folder;

    private static TestCertificates certificates;
    private static RunningServer server;
    private static RunningServer behindProxy;

    @BeforeAll
    static void start() throws Exception {
        String names = "SAN=dns:shop.example,uri:https://shop.example/client,ip:192.0.2.7,email:shop@example.org";
        certificates = new TestCertificates(folder)
                .make("server", "CN=localhost", "-ext", "SAN=dns:localhost")
                .make("authority", "CN=Authority", "-ext", "bc:c")
                .make("client", SUBJECT, "-signer", "authority", "-ext", names, "-ext", "EKU=clientAuth")
                .make("other", "CN=other.example", "-signer", "authority")
                .make("expired", SUBJECT, "-signer", "authority", "-startdate", "-10d", "-validity", "5")
                .make("forServers", SUBJECT, "-signer", "authority", "-ext", "EKU=serverAuth")
                .make("self", SUBJECT, "-ext", names);
        String authorities = certificates.certificateFile("authority").toString();
        server = RunningServer.start(Map.of(
                "host",
                "127.0.0.1",
                "tls.certificate",
                certificates.certificateFile("server").toString(),
                "tls.private-key",
                certificates.keyFile("server").toString(),
                "mtls.port",
                "0",
                "mtls.client-authorities",
                authorities));
        behindProxy = RunningServer.start(Map.of(
                "trusted-proxies", "127.0.0.1",
                "mtls.certificate-header", "Client-Cert",
                "mtls.client-authorities", authorities,
                "outbound.addresses", "any",
                "registration", "open"));
    }

    @AfterAll
    static void stop() {
        behindProxy.close();
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "tls_client_auth_subject_dn, 'C=DE,O=Shop,CN=shop.example', false",
        "tls_client_auth_subject_dn, 'CN=shop.example,O=Shop,C=DE', true",
        "tls_client_auth_subject_dn, 'cn=SHOP.example, o=shop, c=de', true",
        "tls_client_auth_subject_dn, 'CN=other', false",
        "tls_client_auth_subject_dn, 'no name', false",
        "tls_client_auth_san_dns, shop.example, true",
        "tls_client_auth_san_dns, example, false",
        "tls_client_auth_san_uri, https://shop.example/client, true",
        "tls_client_auth_san_uri, https://shop.example/, false",
        "tls_client_auth_san_ip, 192.0.2.7, true",
        "tls_client_auth_san_ip, 192.0.2.8, false",
        "tls_client_auth_san_email, shop@example.org, true",
        "tls_client_auth_san_email, shop.example, false"
    })
    @DisplayName(
            "RFC 8705 §2.1.2: a certificate of a known authority counts for the one name that the client registered")
    void a_client_is_known_by_a_name_in_its_certificate(String member, String name, boolean isKnown) throws Exception {
        String client = client(server, "tls_client_auth", Map.of(member, name));
        Reply reply = ask(client, "client");
        assertThat(reply.outcome()).isEqualTo(isKnown ? "200" : "401 invalid_client");
    }

    @Test
    @DisplayName("RFC 8705 §2.1: no other authority, no other usage, not too late, and not without a certificate")
    void the_authority_must_vouch_for_it() throws Exception {
        String client = client(server, "tls_client_auth", Map.of("tls_client_auth_subject_dn", SUBJECT));
        assertThat(ask(client, "client").status()).isEqualTo(200);
        for (String other : List.of("self", "expired", "forServers", "other", "")) {
            assertThat(ask(client, other).outcome()).as(other).isEqualTo("401 invalid_client");
        }
        assertThat(ask(server.issuer(), client, "client").outcome())
                .as("at the port for everybody, where no certificate is asked for")
                .isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName("RFC 8705 §2.2: a self-signed certificate is good if the client registered it, or its key")
    void a_self_signed_certificate_is_known_by_what_was_registered() throws Exception {
        Map<String, Object> key =
                Map.of("kty", "EC", "crv", "P-256", "x", coordinate(0), "y", coordinate(1), "kid", "of the client");
        Map<String, Object> withChain = new HashMap<>(key);
        withChain.put("x5c", List.of(Base64.getEncoder().encodeToString(certificates.der("self"))));
        for (Map<String, Object> each : List.of(key, withChain)) {
            String client =
                    client(server, "self_signed_tls_client_auth", Map.of("jwks", Map.of("keys", List.of(each))));
            assertThat(ask(client, "self").status()).isEqualTo(200);
            for (String other : List.of("client", "")) {
                assertThat(ask(client, other).outcome()).as(other).isEqualTo("401 invalid_client");
            }
        }
    }

    @Test
    @DisplayName("RFC 8705 §2.2.2: a self-signed certificate, or its key, is known at the jwks_uri too")
    void a_self_signed_certificate_is_known_at_an_address() {
        try (ClientSite site = new ClientSite()) {
            Map<String, Object> key = Map.of("kty", "EC", "crv", "P-256", "x", coordinate(0), "y", coordinate(1));
            site.put("/keys", Json.text(Map.of("keys", List.of(key))));
            String client = client(behindProxy, "self_signed_tls_client_auth", Map.of("jwks_uri", site.url("/keys")));
            assertThat(ask(behindProxy, client, sequence("self")).status()).isEqualTo(200);
            assertThat(ask(behindProxy, client, sequence("client")).outcome()).isEqualTo("401 invalid_client");
            assertThat(ask(behindProxy, client, sequence("self")).status()).isEqualTo(200);
            site.put("/none", "{}");
            String without = client(behindProxy, "self_signed_tls_client_auth", Map.of("jwks_uri", site.url("/none")));
            assertThat(ask(behindProxy, without, sequence("self")).outcome()).isEqualTo("401 invalid_client");
        }
    }

    @Test
    void a_client_can_register_itself_with_its_certificate_where_they_are_asked_for() {
        Map<String, Object> metadata = Map.of(
                "redirect_uris",
                List.of(WebClient.CALLBACK),
                "token_endpoint_auth_method",
                "tls_client_auth",
                "tls_client_auth_san_dns",
                "shop.example");
        Reply reply =
                behindProxy.call("POST", "/register").json(Json.text(metadata)).send();
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(reply.json()).containsAllEntriesOf(metadata);
    }

    @Test
    @DisplayName("RFC 8705 §3: a token is bound to the certificate of the connection, and UserInfo asks for it again")
    void tokens_are_bound_to_the_certificate() throws Exception {
        Map<String, Object> metadata = new HashMap<>(BOUND);
        metadata.put("tls_client_auth_subject_dn", SUBJECT);
        String client = client(server, "tls_client_auth", metadata);
        Reply reply = ask(client, "client");
        String thumbprint = Sha256.base64Url(certificates.der("client"));
        assertThat(reply.json()).containsEntry("token_type", "Bearer");
        String token = reply.string("access_token");
        assertThat(RunningServer.claims(token)).containsEntry("cnf", Map.of("x5t#S256", thumbprint));
        String told = post(mtls(), "client", "/introspect", "client_id=" + client + "&token=" + token)
                .text();
        assertThat(Json.parseObject(told.getBytes(StandardCharsets.UTF_8)))
                .containsEntry("active", true)
                .containsEntry("token_type", "Bearer")
                .containsEntry("cnf", Map.of("x5t#S256", thumbprint));
    }

    @Test
    @DisplayName("RFC 8705 §3, §4: a public client's tokens are bound to the certificate that it happens to have")
    void a_public_client_is_bound_too() throws Exception {
        WebClient client = WebClient.of(
                behindProxy,
                WebClient.redirection(true, true, WebClient.CALLBACK),
                BOUND,
                false,
                WebClient.GRANTS,
                RunningServer.ORDERS);
        String code = client.code("scope", "openid");
        assertThat(client.redeem(code).outcome()).isEqualTo("400 invalid_request");
        Reply reply = forwarded(
                client,
                "client",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        WebClient.CALLBACK,
                        "code_verifier",
                        WebClient.VERIFIER));
        String token = reply.string("access_token");
        assertThat(userInfo(token, "client").status()).isEqualTo(200);
        assertThat(userInfo(token, "other").outcome()).isEqualTo("401 invalid_token");
        assertThat(userInfo(token, "").outcome()).isEqualTo("401 invalid_token");

        Map<String, String> refresh =
                Map.of("grant_type", "refresh_token", "refresh_token", reply.string("refresh_token"));
        assertThat(forwarded(client, "other", refresh).outcome()).isEqualTo("400 invalid_grant");
        assertThat(forwarded(client, "client", refresh).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9440: a proxy hands the certificate on, as a byte sequence, as escaped PEM or as base64")
    void a_proxy_hands_the_certificate_on() {
        String client = client(behindProxy, "tls_client_auth", Map.of("tls_client_auth_subject_dn", SUBJECT));
        String base64 = Base64.getEncoder().encodeToString(certificates.der("client"));
        for (String value : List.of(
                ":" + base64 + ":",
                base64,
                escaped(certificates.pem("client")),
                base64 + "," + Base64.getEncoder().encodeToString(certificates.der("authority")))) {
            assertThat(ask(behindProxy, client, value).status()).as(value).isEqualTo(200);
        }
        for (String value : List.of("", ":", "::", "rubbish", ":rubbish!:", "%", "-----BEGIN", base64.substring(9))) {
            assertThat(ask(behindProxy, client, value).outcome()).as(value).isEqualTo("401 invalid_client");
        }
    }

    @Test
    void nobody_elses_word_is_taken_for_a_certificate() {
        try (RunningServer open = RunningServer.start(Map.of(
                "trusted-proxies", "192.0.2.1", "host", "127.0.0.1", "mtls.certificate-header", "Client-Cert"))) {
            String key = "self_signed_tls_client_auth";
            Map<String, Object> jwk = Map.of("kty", "EC", "crv", "P-256", "x", coordinate(0), "y", coordinate(1));
            String client = client(open, key, Map.of("jwks", Map.of("keys", List.of(jwk))));
            String value = ":" + Base64.getEncoder().encodeToString(certificates.der("self")) + ":";
            assertThat(ask(open, client, value).outcome()).isEqualTo("401 invalid_client");
            String known = client(behindProxy, key, Map.of("jwks", Map.of("keys", List.of(jwk))));
            assertThat(ask(behindProxy, known, value).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("RFC 8705 §3.3, §5: the metadata says what works here, and where")
    void the_metadata_says_where() throws Exception {
        Map<String, Object> metadata = metadata("oauth-authorization-server");
        assertThat(metadata).containsEntry("tls_client_certificate_bound_access_tokens", true);
        assertThat(metadata.get("mtls_endpoint_aliases"))
                .asInstanceOf(map(String.class, Object.class))
                .containsEntry("token_endpoint", mtls() + "/token")
                .containsKey("pushed_authorization_request_endpoint")
                .doesNotContainKey("userinfo_endpoint");
        assertThat(metadata("openid-configuration").get("mtls_endpoint_aliases"))
                .asInstanceOf(map(String.class, Object.class))
                .containsEntry("token_endpoint", mtls() + "/token")
                .containsEntry("userinfo_endpoint", mtls() + "/userinfo");
        assertThat(metadata.get("token_endpoint_auth_methods_supported"))
                .asInstanceOf(LIST)
                .contains("tls_client_auth", "self_signed_tls_client_auth");
        assertThat(behindProxy
                        .call("GET", "/.well-known/oauth-authorization-server")
                        .send()
                        .json())
                .containsEntry("tls_client_certificate_bound_access_tokens", true)
                .doesNotContainKey("mtls_endpoint_aliases");
    }

    @Test
    @DisplayName("FAPI 2.0 §5.3.2.1: a certificate authenticates and binds, without any proof beside it")
    void a_certificate_is_enough_for_fapi() throws Exception {
        Map<String, Object> metadata = new HashMap<>(BOUND);
        metadata.put("tls_client_auth_subject_dn", SUBJECT);
        metadata.put("fapi_profile", "fapi2_security_profile");
        String client = client(server, "tls_client_auth", metadata);
        assertThat(RunningServer.claims(ask(client, "client").string("access_token")))
                .containsKey("cnf");
        metadata.remove("tls_client_certificate_bound_access_tokens");
        String unbound = client(server, "tls_client_auth", metadata);
        assertThat(ask(unbound, "client").outcome()).isEqualTo("400 invalid_dpop_proof");
    }

    private static Map<String, Object> metadata(String document) throws Exception {
        URI address = URI.create(server.issuer() + "/.well-known/" + document);
        return Json.parseObject(send(HttpRequest.newBuilder(address), "").body());
    }

    private static String mtls() {
        return "https://localhost:" + server.handstamp.certificatePort().orElseThrow();
    }

    private static Reply ask(String client, String certificate) throws Exception {
        return ask(mtls(), client, certificate);
    }

    private static Reply ask(String origin, String client, String certificate) throws Exception {
        return post(origin, certificate, "/token", "grant_type=client_credentials&client_id=" + client);
    }

    private static Reply post(String origin, String certificate, String path, String form) throws Exception {
        return send(
                HttpRequest.newBuilder(URI.create(origin + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form)),
                certificate);
    }

    private static Reply send(HttpRequest.Builder request, String certificate) throws Exception {
        try (HttpClient client = certificates.client("server", certificate)) {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers().map(), response.body());
        }
    }

    /// With what a proxy hands on.
    private static Reply ask(RunningServer node, String client, String header) {
        return node.call("POST", "/token")
                .header("Client-Cert", header)
                .form("grant_type", "client_credentials", "client_id", client)
                .send();
    }

    private static Reply forwarded(WebClient client, String certificate, Map<String, String> form) {
        Map<String, String> all = new HashMap<>(form);
        all.put("client_id", client.id());
        return behindProxy
                .call("POST", "/token")
                .header("Client-Cert", sequence(certificate))
                .form(all.entrySet().stream()
                        .flatMap(entry -> List.of(entry.getKey(), entry.getValue()).stream())
                        .toArray(String[]::new))
                .send();
    }

    private static Reply userInfo(String token, String certificate) {
        Call call = behindProxy.call("GET", "/userinfo").bearer(token);
        if (!certificate.isEmpty()) call.header("Client-Cert", sequence(certificate));
        return call.send();
    }

    private static String sequence(String certificate) {
        return ":" + Base64.getEncoder().encodeToString(certificates.der(certificate)) + ":";
    }

    private static String escaped(String pem) {
        return URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// A coordinate of the public key of `self`: its certificate ends the key in 04, x and y.
    private static String coordinate(int index) {
        byte[] point = certificates.publicPoint("self");
        byte[] coordinate = java.util.Arrays.copyOfRange(point, 1 + 32 * index, 33 + 32 * index);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(coordinate);
    }

    private static String client(RunningServer node, String method, Map<String, Object> more) {
        Map<String, Object> metadata = new HashMap<>(more);
        metadata.put("token_endpoint_auth_method", method);
        String id = "tls-" + UUID.randomUUID();
        node.addClient(id, metadata);
        return id;
    }
}
