package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.store.ClientSecretStore;
import dev.handstamp.server.store.ClientStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Clients that sign with the secret that they share with the server (`client_secret_jwt`).
class ClientSecretJwtTest {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static RunningServer server;
    private static Clients clients;

    /// A client and the only copy of its secret.
    private record Known(String id, String secret) {}

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        clients = new Clients(
                server.database,
                server::keyEncryption,
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @DisplayName("A client whose registration cannot be read is left out, stops nobody else, and can be deleted")
    void a_client_that_cannot_be_read_stops_nobody() {
        server.addClient("broken", RunningServer.SHOP_SECRET, Set.of(GrantType.CLIENT_CREDENTIALS), List.of(), "x");
        String poison = "{\"jwks\":{\"keys\":[{\"kty\":\"RSA\",\"n\":7." + "7".repeat(60)
                + "E+69}]},\"userinfo_signed_response_alg\":\"ES256\"}";
        server.execute("UPDATE client SET metadata = '" + poison + "' WHERE client_id = 'broken'");
        server.addRole("counts", RunningServer.ORDERS, "orders:read"); // The configuration is read anew.

        assertThat(server.logIn().status()).isEqualTo(200);
        assertThat(server.clientCredentials().status()).isEqualTo(200);
        assertThat(server.call("POST", "/token")
                        .basic("broken", RunningServer.SHOP_SECRET)
                        .form("grant_type", "client_credentials")
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        Set<Algorithm> algorithms = server.database.read(tx -> new ClientStore().answerSignatures(tx));
        assertThat(algorithms).isEmpty();

        Clients.Deleted deleted = clients.delete("broken");
        assertThat(deleted.client()).isEmpty();
        assertThat(clients.list()).isNotEmpty().noneMatch(client -> client.id().equals(deleted.id()));
        boolean exists = server.database.read(tx -> new ClientStore().exists(tx, deleted.id()));
        assertThat(exists).isFalse();
    }

    @Test
    @DisplayName("OpenID Connect Core §9: an HMAC made with the secret is as good as the secret, and counts once")
    void a_signature_with_the_secret_is_as_good_as_the_secret() {
        Known client = client(Map.of());
        String assertion = sign(client, Algorithm.HS256, client.secret);
        assertThat(ask(client, assertion).status()).isEqualTo(200);
        assertThat(ask(client, assertion).outcome()).isEqualTo("401 invalid_client");
    }

    @Test
    @DisplayName("O-17: no other secret, no other algorithm, no key of one's own, and not the secret itself")
    void nothing_else_is() {
        Known client = client(Map.of());
        Known other = client(Map.of());
        assertThat(ask(client, sign(client, Algorithm.HS256, other.secret)).outcome())
                .isEqualTo("401 invalid_client");
        String own = new JwsSigner(PrivateJwk.generate(Algorithm.ES256), "JWT").sign(claims(client));
        assertThat(ask(client, own).outcome()).isEqualTo("401 invalid_client");
        assertThat(server.call("POST", "/token")
                        .basic(client.id, client.secret)
                        .form("grant_type", "client_credentials")
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("POST", "/token")
                        .form(
                                "grant_type",
                                "client_credentials",
                                "client_id",
                                client.id,
                                "client_secret",
                                client.secret)
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        WebClient basic = WebClient.confidential(server);
        Known byBasic = new Known(basic.id(), basic.secret().orElseThrow());
        assertThat(ask(byBasic, sign(byBasic, Algorithm.HS256, byBasic.secret)).outcome())
                .isEqualTo("401 invalid_client");
    }

    @Test
    void an_algorithm_that_was_registered_is_the_only_one() {
        String secret = "a-longer-secret-0123456789-that-even-HS512-is-content-with-because-it-has-64-bytes";
        Known client = client(Map.of("token_endpoint_auth_signing_alg", "HS512"), Optional.of(secret));
        assertThat(ask(client, sign(client, Algorithm.HS512, secret)).status()).isEqualTo(200);
        assertThat(ask(client, sign(client, Algorithm.HS256, secret)).outcome()).isEqualTo("401 invalid_client");
    }

    @Test
    void a_chosen_secret_has_to_be_long_enough_for_the_algorithm_that_was_registered() {
        String secret = "a-secret-0123456789-of-fewer-than-64-characters";
        assertThatThrownBy(() -> client(Map.of("token_endpoint_auth_signing_alg", "HS512"), Optional.of(secret)))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("HS512");
    }

    @Test
    @DisplayName("S-05: the secret is stored encrypted, for its client alone, and goes with it")
    void the_secret_is_encrypted_at_rest() {
        Known client = client(Map.of());
        assertThat(server.everythingStored()).doesNotContain(client.secret);
        Known other = client(Map.of());
        server.execute("UPDATE client_secret SET secret_sealed = (SELECT secret_sealed FROM client_secret"
                + " WHERE client_id = '" + other.id + "') WHERE client_id = '" + client.id + "'");
        assertThat(ask(client, sign(client, Algorithm.HS256, other.secret)).outcome())
                .isEqualTo("401 invalid_client");
        clients.delete(client.id);
        Optional<String> left = server.database.read(tx -> new ClientSecretStore().find(tx, new ClientId(client.id)));
        assertThat(left).isEmpty();
    }

    private static Known client(Map<String, Object> more) {
        return client(more, Optional.empty());
    }

    private static Known client(Map<String, Object> more, Optional<String> secret) {
        Map<String, Object> metadata = new HashMap<>(more);
        metadata.put("token_endpoint_auth_method", "client_secret_jwt");
        var added = clients.add(new NewClient(
                "signs-" + UUID.randomUUID(),
                List.of("client_credentials"),
                List.of(RunningServer.ORDERS),
                List.of("orders:read"),
                secret.map(Secret::new),
                false,
                NewRedirection.NONE,
                metadata));
        return new Known(
                added.client().id().value(), added.secret().orElseThrow().value());
    }

    private static Reply ask(Known client, String assertion) {
        return server.call("POST", "/token")
                .form(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        client.id,
                        "client_assertion_type",
                        TYPE,
                        "client_assertion",
                        assertion)
                .send();
    }

    private static String sign(Known client, Algorithm algorithm, String secret) {
        try {
            String encoded =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
            PrivateJwk key = PrivateJwk.parse(Map.of("kty", "oct", "alg", algorithm.joseName(), "k", encoded));
            return new JwsSigner(key, "JWT").sign(claims(client));
        } catch (InvalidJwkException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] claims(Known client) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", client.id);
        claims.put("sub", client.id);
        claims.put("aud", server.issuer());
        claims.put("iat", now);
        claims.put("exp", now + 60);
        claims.put("jti", UUID.randomUUID().toString());
        return Json.write(claims);
    }
}
