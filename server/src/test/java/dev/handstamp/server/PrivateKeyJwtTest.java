package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that authenticate with a key of their own (RFC 7523 §2.2, `private_key_jwt`).
class PrivateKeyJwtTest {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final PrivateJwk KEY = PrivateJwk.generate(Algorithm.ES256);
    private static final PrivateJwk OTHER_KEY = PrivateJwk.generate(Algorithm.ES256);

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of("outbound.addresses", "any", "log.level", "info"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA"})
    void a_signature_of_the_clients_own_key_is_as_good_as_a_secret(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        String client = client(Map.of(), key);
        assertThat(ask(client, sign(key, claims(client))).status()).isEqualTo(200);
    }

    @Test
    @DisplayName(
            "O-17: the audience is the issuer, or its token endpoint as OpenID Connect has it, alone and never a list")
    void an_assertion_is_for_this_server() {
        String client = client(Map.of(), KEY);
        String issuer = server.issuer();
        for (Object audience : List.of(issuer, issuer + "/token")) {
            assertThat(ask(client, sign(KEY, with(claims(client), "aud", audience)))
                            .status())
                    .as(audience.toString())
                    .isEqualTo(200);
        }
        for (Object audience : List.of(
                "",
                List.of(),
                issuer + "/",
                issuer + "/par",
                List.of(issuer),
                List.of(issuer, issuer + "/token"),
                "https://other.example",
                List.of(issuer, "https://other.example"),
                List.of(issuer, 7L))) {
            refused(client, sign(KEY, with(claims(client), "aud", audience)), audience.toString());
        }
    }

    @Test
    @DisplayName("O-17: whatever else the client has signed is no assertion, and a key in the header is nobody's")
    void the_header_says_that_it_is_one() {
        String client = client(Map.of(), KEY);
        for (String type : List.of("JWT", "jwt", "client-authentication+jwt")) {
            assertThat(ask(client, new JwsSigner(KEY, type).sign(bytes(claims(client))))
                            .status())
                    .as(type)
                    .isEqualTo(200);
        }
        for (String type : List.of("dpop+jwt", "at+jwt", "oauth-authz-req+jwt", "")) {
            refused(client, new JwsSigner(KEY, type).sign(bytes(claims(client))), type);
        }
        Proof stranger = new Proof(OTHER_KEY);
        refused(client, stranger.sign(Map.of("typ", "JWT"), claims(client)), "jwk in the header");
    }

    @Test
    void every_claim_is_needed_and_has_to_be_right() {
        String client = client(Map.of(), KEY);
        for (String name : List.of("iss", "sub", "aud", "exp", "jti")) {
            refused(client, sign(KEY, with(claims(client), name, null)), "without " + name);
        }
        long now = Instant.now().getEpochSecond();
        Map<String, Object> wrong = new LinkedHashMap<>();
        wrong.put("iss", "somebody");
        wrong.put("sub", "somebody");
        wrong.put("exp", now - 70);
        wrong.put("nbf", now + 120);
        wrong.put("iat", now + 120);
        wrong.put("jti", "");
        wrong.forEach((name, value) -> refused(client, sign(KEY, with(claims(client), name, value)), name));
        refused(client, sign(KEY, with(claims(client), "exp", now + 7200)), "too long a life");
        refused(client, sign(KEY, with(claims(client), "exp", "soon")), "exp is text");
        assertThat(ask(client, sign(KEY, with(claims(client), "nbf", now + 8))).status())
                .isEqualTo(200);
    }

    @Test
    void a_signature_of_any_other_key_proves_nothing() {
        String client = client(Map.of(), KEY);
        String good = sign(KEY, claims(client));
        String[] parts = good.split("\\.");
        refused(client, sign(OTHER_KEY, claims(client)), "another key");
        refused(client, good.substring(0, good.length() - 4) + "AAAA", "a changed signature");
        refused(client, parts[0] + "." + parts[1] + ".", "no signature");
        refused(client, "eyJhbGciOiJub25lIn0." + parts[1] + ".", "alg none");
        refused(client, "rubbish", "rubbish");
        assertThat(ask(client, good).status()).isEqualTo(200);
    }

    @Test
    void an_algorithm_that_was_registered_is_the_only_one() {
        PrivateJwk rsa = PrivateJwk.generate(Algorithm.RS256);
        Map<String, Object> open = new HashMap<>(rsa.publicJwk().orElseThrow().toJson());
        open.remove("alg");
        String client = client(Map.of("token_endpoint_auth_signing_alg", "PS256"), Map.of("keys", List.of(open)));
        refused(client, sign(rsa, claims(client)), "RS256 in place of PS256");
        String free = client(Map.of(), Map.of("keys", List.of(open)));
        assertThat(ask(free, sign(rsa, claims(free))).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("S-02: why an assertion is refused stands in the log and not in the answer, and nothing of it does")
    void the_operator_is_told_why() {
        String client = client(Map.of(), KEY);
        String used = sign(KEY, claims(client));
        assertThat(ask(client, used).status()).isEqualTo(200);
        Map<String, String> wrong = new LinkedHashMap<>();
        wrong.put("its jti was used before", used);
        wrong.put("its aud is not the issuer alone", sign(KEY, with(claims(client), "aud", "https://other.example")));
        wrong.put("it has no exp", sign(KEY, with(claims(client), "exp", null)));
        wrong.put("it is no signed JWT of at most 8192 characters", "eyJhbGciOiJub25lIn0.e30.");
        wrong.put("its kid and alg mean none, or several", sign(OTHER_KEY, claims(client)));
        wrong.forEach((reason, assertion) -> {
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
            Reply reply;
            try {
                reply = ask(client, assertion);
            } finally {
                Log.writeTo(System.out);
            }
            assertThat(reply.text()).doesNotContain(reason);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains("client assertion refused", client, reason)
                    .doesNotContain(assertion);
        });
    }

    @Test
    @DisplayName("RFC 7523 §3, item 7: of twenty that present one assertion at once, one gets a token")
    void an_assertion_counts_once() throws Exception {
        String client = client(Map.of(), KEY);
        String assertion = sign(KEY, claims(client));
        List<Integer> answers;
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            answers = many
                    .invokeAll(IntStream.range(0, 20)
                            .<java.util.concurrent.Callable<Integer>>mapToObj(
                                    _ -> () -> ask(client, assertion).status())
                            .toList())
                    .stream()
                    .map(future -> future.resultNow())
                    .toList();
        }
        assertThat(answers).containsOnlyOnce(200).containsOnly(200, 401);
        String neighbour = client(Map.of(), KEY);
        String sameId = (String) claims(client).get("jti");
        assertThat(ask(client, sign(KEY, with(claims(client), "jti", sameId))).status())
                .isEqualTo(200);
        assertThat(ask(neighbour, sign(KEY, with(claims(neighbour), "jti", sameId)))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("O-25: a client cannot authenticate in another way than it registered, nor in two at once")
    void one_way_and_no_other() {
        String client = client(Map.of(), KEY);
        assertThat(server.call("POST", "/token")
                        .form("grant_type", "client_credentials", "client_id", client)
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("POST", "/token")
                        .form("grant_type", "client_credentials", "client_id", client, "client_secret", "guess")
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
        assertThat(call(client, sign(KEY, claims(client)), "client_secret", "x").outcome())
                .isEqualTo("400 invalid_request");
        assertThat(server.call("POST", "/token")
                        .form("grant_type", "client_credentials", "client_assertion", sign(KEY, claims(client)))
                        .send()
                        .outcome())
                .isEqualTo("400 invalid_request");
        String secretClient = WebClient.with(server, Map.of("token_endpoint_auth_method", "client_secret_post"))
                .id();
        assertThat(ask(secretClient, sign(KEY, claims(secretClient))).outcome()).isEqualTo("401 invalid_client");
    }

    @Test
    void the_name_of_the_client_need_not_be_sent_beside_and_must_not_differ() {
        String client = client(Map.of(), KEY);
        String other = client(Map.of(), KEY);
        assertThat(server.call("POST", "/token")
                        .form(
                                "grant_type",
                                "client_credentials",
                                "client_assertion_type",
                                TYPE,
                                "client_assertion",
                                sign(KEY, claims(client)))
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(ask(other, sign(KEY, claims(client))).outcome()).isEqualTo("401 invalid_client");
    }

    @Test
    void it_is_as_good_at_the_other_doors() {
        String client = client(Map.of(), KEY);
        String token = ask(client, sign(KEY, claims(client))).string("access_token");
        Reply reply = server.call("POST", "/introspect")
                .form("token", token, "client_assertion_type", TYPE, "client_assertion", sign(KEY, claims(client)))
                .send();
        assertThat(reply.json()).containsEntry("active", true);
        Reply revoked = server.call("POST", "/revoke")
                .form("token", token, "client_assertion_type", TYPE, "client_assertion", sign(KEY, claims(client)))
                .send();
        assertThat(revoked.status()).isEqualTo(200);
        assertThat(server.isActive(token)).isFalse();
    }

    @Test
    void a_key_may_stand_at_an_address_of_the_client() {
        try (ClientSite site = new ClientSite()) {
            String keys = Json.text(
                    Map.of("keys", List.of(KEY.publicJwk().orElseThrow().toJson())));
            site.put("/keys", keys);
            String client = register(Map.of("jwks_uri", site.url("/keys")));
            assertThat(ask(client, sign(KEY, claims(client))).status()).isEqualTo(200);
            assertThat(ask(client, sign(KEY, claims(client))).status()).isEqualTo(200);
            refused(client, sign(OTHER_KEY, claims(client)), "another key");
            assertThat(site.asked("/keys")).isEqualTo(1);
        }
    }

    private static void refused(String client, String assertion, String why) {
        assertThat(ask(client, assertion).outcome()).as(why).isEqualTo("401 invalid_client");
    }

    private static Reply ask(String client, String assertion) {
        return call(client, assertion, "client_id", client);
    }

    private static Reply call(String client, String assertion, String name, String value) {
        return server.call("POST", "/token")
                .form(
                        "grant_type",
                        "client_credentials",
                        "client_assertion_type",
                        TYPE,
                        "client_assertion",
                        assertion,
                        name,
                        value)
                .send();
    }

    private static Map<String, Object> claims(String client) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", client);
        claims.put("sub", client);
        claims.put("aud", server.issuer());
        claims.put("iat", now);
        claims.put("exp", now + 60);
        claims.put("jti", UUID.randomUUID().toString());
        return claims;
    }

    private static Map<String, Object> with(Map<String, Object> claims, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(claims);
        if (value == null) changed.remove(name);
        else changed.put(name, value);
        return changed;
    }

    private static byte[] bytes(Map<String, Object> claims) {
        return Json.text(claims).getBytes(StandardCharsets.UTF_8);
    }

    private static String sign(PrivateJwk key, Map<String, Object> claims) {
        return new JwsSigner(key, "JWT").sign(bytes(claims));
    }

    private static String client(Map<String, Object> more, PrivateJwk key) {
        return client(more, Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson())));
    }

    private static String client(Map<String, Object> more, Map<String, Object> keys) {
        Map<String, Object> metadata = new HashMap<>(more);
        metadata.put("jwks", keys);
        return register(metadata);
    }

    private static String register(Map<String, Object> more) {
        Map<String, Object> metadata = new HashMap<>(more);
        metadata.put("token_endpoint_auth_method", "private_key_jwt");
        String id = "key-" + UUID.randomUUID();
        server.addClient(id, metadata);
        return id;
    }
}
