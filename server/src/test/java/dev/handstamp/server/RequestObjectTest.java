package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Signed authorization requests (RFC 9101, OpenID Connect Core §6).
class RequestObjectTest {

    private static final String TYPE = "oauth-authz-req+jwt";
    private static final PrivateJwk KEY = PrivateJwk.generate(Algorithm.ES256);
    private static final PrivateJwk OTHER_KEY = PrivateJwk.generate(Algorithm.ES256);

    private static RunningServer server;
    private static WebClient client;

    private final TestBrowser browser = new TestBrowser(server);

    @BeforeAll
    static void start() {
        server = RunningServer.start(Map.of("outbound.addresses", "any"));
        client = signing(Map.of(), KEY);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"RS256", "PS256", "ES256", "EDDSA"})
    @DisplayName("RFC 9101 §6.3: what the client has signed is what it asks, and nothing beside it counts")
    void a_signed_request_is_answered(Algorithm algorithm) {
        PrivateJwk key = PrivateJwk.generate(algorithm);
        WebClient signing = signing(Map.of(), key);
        String object = sign(key, claims(signing, "scope", "openid", "nonce", "signed", "max_age", 3600L));

        Map<String, String> answer = TestBrowser.answer(browser.authorize(address(
                signing,
                "request",
                object,
                "state",
                "changed",
                "nonce",
                "changed",
                "redirect_uri",
                "https://evil.example/cb",
                "response_mode",
                "form_post")));

        assertThat(answer).containsEntry("state", "a state & more").containsEntry("iss", server.issuer());
        String idToken = signing.redeem(answer.get("code")).string("id_token");
        assertThat(RunningServer.claims(idToken)).containsEntry("nonce", "signed");
    }

    @Test
    @DisplayName("RFC 9126 §3: a signed request can be pushed")
    void a_signed_request_can_be_pushed() {
        String object = sign(KEY, claims(client, "scope", "openid"));
        Reply pushed = push(client, "request", object, "state", "changed");
        assertThat(pushed.status()).isEqualTo(201);
        Map<String, String> answer =
                TestBrowser.answer(browser.authorize(address(client, "request_uri", pushed.string("request_uri"))));
        assertThat(answer).containsEntry("state", "a state & more").containsKey("code");
        assertThat(push(client, "request", sign(OTHER_KEY, claims(client))).outcome())
                .isEqualTo("400 invalid_request_object");
        assertThat(push(client, "request", sign(KEY, claims(client, "redirect_uri", "https://evil.example/cb")))
                        .outcome())
                .isEqualTo("400 invalid_request");
    }

    @Test
    void a_signed_request_goes_on_after_it_was_posted_and_may_hold_an_object_of_claims() {
        Map<String, Object> wanted = Map.of("id_token", Map.of("email", Map.of("essential", true)));
        String object = sign(KEY, claims(client, "scope", "openid", "claims", wanted));
        browser.post("/authorize", "client_id", client.id(), "request", object);
        assertThat(browser.isAt("/login")).isTrue();
        Map<String, String> answer = TestBrowser.answer(browser.authorize(browser.at()));
        String idToken = client.redeem(answer.get("code")).string("id_token");
        assertThat(RunningServer.claims(idToken)).containsEntry("email", "vera@example.org");
    }

    @Test
    @DisplayName("RFC 9101 §10.5: a client that signs its requests is answered no other")
    void a_client_can_do_without_unsigned_requests() {
        WebClient strict = signing(Map.of("require_signed_request_object", true), KEY);
        assertThat(TestBrowser.answer(browser.open(strict.request())))
                .containsEntry("error", "invalid_request")
                .containsEntry("state", "a state & more");
        List<String> plain = new ArrayList<>();
        strict.parameters(WebClient.CALLBACK).forEach((name, value) -> {
            plain.add(name);
            plain.add(value);
        });
        assertThat(push(strict, plain.toArray(String[]::new)).outcome()).isEqualTo("400 invalid_request");
        assertThat(TestBrowser.answer(browser.authorize(address(strict, "request", sign(KEY, claims(strict))))))
                .containsKey("code");
    }

    @Test
    @DisplayName("RFC 9101 §4, §10.8: every claim has to be right, and no other JWT is taken for a request")
    void what_is_wrong_with_an_object_is_told_to_the_client() {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> wrong = new LinkedHashMap<>();
        wrong.put("iss", "somebody");
        wrong.put("aud", "https://other.example");
        wrong.put("client_id", "somebody");
        wrong.put("sub", client.id());
        wrong.put("request", "x.y.z");
        wrong.put("request_uri", "https://app.example.com/request");
        wrong.put("response_type", "token");
        wrong.put("exp", now - 120);
        wrong.put("nbf", now + 120);
        wrong.put("iat", "now");
        wrong.forEach((name, value) -> refused(sign(KEY, claims(client, name, value)), name));
        refused(sign(KEY, claims(client, "exp", now + 7200)), "good for too long");
        refused(sign(KEY, claims(client, "nbf", now - 7200)), "begun too long ago");
        for (String name : List.of("iss", "aud", "client_id", "exp")) {
            Map<String, Object> claims = claims(client);
            claims.remove(name);
            refused(sign(KEY, claims), "without " + name);
        }
        refused(new JwsSigner(KEY, "dpop+jwt").sign(bytes(claims(client))), "another type");
        assertThat(TestBrowser.answer(browser.authorize(
                        address(client, "request", new JwsSigner(KEY, "JWT").sign(bytes(claims(client)))))))
                .containsKey("code");
        assertThat(TestBrowser.answer(browser.authorize(address(
                        client, "request", sign(KEY, claims(client, "aud", List.of(server.issuer())))))))
                .containsKey("code");
    }

    @Test
    @DisplayName("RFC 9101 §10.2: unsigned, wrongly signed and encrypted objects are refused")
    void only_the_clients_own_signature_counts() {
        String good = sign(KEY, claims(client));
        String[] parts = good.split("\\.");
        refused(sign(OTHER_KEY, claims(client)), "another key");
        refused(good.substring(0, good.length() - 4) + "AAAA", "a changed signature");
        refused(encoded("{\"alg\":\"none\"}") + "." + parts[1] + ".", "alg none");
        refused(encoded("{\"alg\":\"none\"}") + "." + parts[1] + "." + parts[2], "alg none with a signature");
        refused(encoded("{\"alg\":\"HS256\"}") + "." + parts[1] + "." + parts[2], "an HMAC");
        refused(good + ".x.y", "encrypted");
        refused("rubbish", "rubbish");
        refused("x".repeat(7_000), "long");
        refusedFor(signing(Map.of("request_object_signing_alg", "PS256"), KEY), "another algorithm than registered");
        refusedFor(WebClient.trusted(server), "a client without keys");
    }

    @Test
    @DisplayName("O-01: an object that is not good is no way to another address")
    void nothing_is_sent_to_an_address_that_is_not_registered() {
        String bad = sign(OTHER_KEY, claims(client));
        Reply reply = browser.open(address(client, "request", bad, "redirect_uri", "https://evil.example/cb"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("Location")).isEmpty();
        Reply inside = browser.open(
                address(client, "request", sign(KEY, claims(client, "redirect_uri", "https://evil.example/cb"))));
        assertThat(inside.status()).isEqualTo(400);
        assertThat(inside.header("Location")).isEmpty();
        assertThat(browser.open("/authorize?client_id=nobody&request=" + bad).status())
                .isEqualTo(400);
        assertThat(browser.open("/authorize?request=" + bad).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/other", "?x=1", "#fragment"})
    @DisplayName("K-02: nothing is fetched but an address that the client has registered, letter by letter")
    void an_address_that_is_not_registered_is_never_asked(String more) {
        try (Documents documents = new Documents("x")) {
            WebClient registered = more.isEmpty()
                    ? signing(Map.of(), KEY)
                    : signing(Map.of("request_uris", List.of(documents.address())), KEY);
            Reply reply = browser.open(address(registered, "request_uri", documents.address() + more));
            assertThat(TestBrowser.answer(reply))
                    .containsEntry("error", "invalid_request_uri")
                    .containsEntry("iss", server.issuer());
            assertThat(documents.asked()).isZero();
        }
    }

    @Test
    @DisplayName("K-02: a registered address inside is not asked either, unless the operator allows it")
    void an_address_inside_is_never_asked() {
        try (RunningServer strict = RunningServer.start();
                Documents documents = new Documents("x")) {
            WebClient registered =
                    WebClient.with(strict, registration(Map.of("request_uris", List.of(documents.address())), KEY));
            Reply reply = new TestBrowser(strict).open(address(registered, "request_uri", documents.address()));
            assertThat(TestBrowser.answer(reply)).containsEntry("error", "invalid_request_uri");
            assertThat(reply.text() + reply.header("Location")).doesNotContain("127.0.0.1:" + documents.port());
            assertThat(documents.asked()).isZero();
        }
    }

    @Test
    @DisplayName("OpenID Connect Core §6.2: an object is fetched from a registered address, and need not end")
    void an_object_is_fetched() {
        try (Documents documents = new Documents("")) {
            PrivateJwk key = PrivateJwk.generate(Algorithm.RS256);
            WebClient registered = signing(
                    Map.of("request_uris", List.of(documents.address()), "request_object_signing_alg", "RS256"), key);
            Map<String, Object> claims = claims(registered, "scope", "openid");
            claims.remove("exp");
            documents.serve(sign(key, claims));
            Reply login = browser.open(address(
                    registered, "request_uri", documents.address(), "response_type", "code", "scope", "openid"));
            assertThat(browser.isAt("/login")).isTrue();
            assertThat(TestBrowser.answer(browser.signIn(login)))
                    .containsKey("code")
                    .containsEntry("state", "a state & more");
            assertThat(documents.asked()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("OpenID Connect Core §6.2: a fragment is part of the address that is registered, and is not sent")
    void a_fragment_belongs_to_the_registered_address() {
        try (Documents documents = new Documents("")) {
            String address = documents.address() + "#a-digest-for-caches";
            WebClient client = signing(Map.of("request_uris", List.of(address)), KEY);
            documents.serve(sign(KEY, claims(client)));
            assertThat(TestBrowser.answer(browser.authorize(address(client, "request_uri", address))))
                    .containsKey("code");
            assertThat(TestBrowser.answer(browser.open(address(client, "request_uri", documents.address() + "#x"))))
                    .containsEntry("error", "invalid_request_uri");
            assertThat(documents.asked()).isPositive();
        }
    }

    @Test
    void a_slow_site_takes_two_places_and_no_more() {
        Set<String> errors = ConcurrentHashMap.newKeySet();
        try (ClientSite slow = new ClientSite();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            WebClient stuck = signing(Map.of("request_uris", List.of(slow.url("/request.jwt"))), KEY);
            slow.shut();
            for (int i = 0; i < 3; i++) {
                threads.execute(() -> {
                    Reply reply = new TestBrowser(server).open(address(stuck, "request_uri", slow.url("/request.jwt")));
                    String error = TestBrowser.answer(reply).get("error");
                    errors.add(error);
                    if (error.equals("temporarily_unavailable")) slow.open();
                });
            }
        }
        assertThat(errors).contains("temporarily_unavailable");
    }

    @Test
    @DisplayName("One network has so many objects fetched in a minute, and no other one waits for that")
    void a_network_has_objects_fetched_at_a_pace() {
        Map<String, String> settings = Map.of("outbound.addresses", "any", "trusted-proxies", "127.0.0.1");
        try (RunningServer behind = RunningServer.start(settings);
                Documents documents = new Documents("x")) {
            WebClient registered =
                    WebClient.with(behind, registration(Map.of("request_uris", List.of(documents.address())), KEY));
            String path = address(registered, "request_uri", documents.address());
            for (int i = 0; i < 300; i++) {
                assertThat(errorFrom(behind, "203.0.113.7", path)).isEqualTo("invalid_request_object");
            }
            assertThat(errorFrom(behind, "203.0.113.7", path)).isEqualTo("temporarily_unavailable");
            assertThat(documents.asked()).isEqualTo(300);
            assertThat(errorFrom(behind, "203.0.113.8", path)).isEqualTo("invalid_request_object");
        }
    }

    private static String errorFrom(RunningServer at, String address, String path) {
        Reply reply = at.call("GET", path).header("X-Forwarded-For", address).send();
        return TestBrowser.answer(reply).getOrDefault("error", "");
    }

    @Test
    void what_cannot_be_fetched_is_told_without_why() {
        try (Documents documents = new Documents("")) {
            WebClient registered = signing(Map.of("request_uris", List.of(documents.address())), KEY);
            documents.fail(404);
            Reply missing = browser.open(address(registered, "request_uri", documents.address()));
            assertThat(TestBrowser.answer(missing)).containsEntry("error", "invalid_request_uri");
            documents.serve("x".repeat(70_000));
            Reply huge = browser.open(address(registered, "request_uri", documents.address()));
            assertThat(TestBrowser.answer(huge))
                    .containsEntry("error", "invalid_request_uri")
                    .containsEntry("error_description", "There is no request object at this request_uri.");
            Reply both = browser.open(address(registered, "request_uri", documents.address(), "request", "x.y.z"));
            assertThat(TestBrowser.answer(both)).containsEntry("error", "invalid_request");
        }
    }

    private void refused(String object, String why) {
        Reply reply = browser.open(address(client, "request", object, "response_type", "code", "state", "outside"));
        assertThat(TestBrowser.answer(reply))
                .as(why)
                .containsEntry("error", "invalid_request_object")
                .containsEntry("state", "outside")
                .containsEntry("iss", server.issuer());
    }

    private void refusedFor(WebClient other, String why) {
        Reply reply = browser.open(address(other, "request", sign(KEY, claims(other))));
        assertThat(TestBrowser.answer(reply)).as(why).containsEntry("error", "invalid_request_object");
    }

    private static WebClient signing(Map<String, Object> more, PrivateJwk key) {
        return WebClient.with(server, registration(more, key));
    }

    private static Map<String, Object> registration(Map<String, Object> more, PrivateJwk key) {
        Map<String, Object> metadata = new HashMap<>(more);
        metadata.put(
                "jwks", Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson())));
        return metadata;
    }

    /// A good request as claims, with these changed.
    private static Map<String, Object> claims(WebClient of, Object... changed) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>(of.parameters(WebClient.CALLBACK));
        claims.put("iss", of.id());
        claims.put("aud", of.server().issuer());
        claims.put("iat", now);
        claims.put("nbf", now);
        claims.put("exp", now + 60);
        for (int i = 0; i < changed.length; i += 2) claims.put((String) changed[i], changed[i + 1]);
        return claims;
    }

    private static String sign(PrivateJwk key, Map<String, Object> claims) {
        return new JwsSigner(key, TYPE).sign(bytes(claims));
    }

    private static byte[] bytes(Map<String, Object> claims) {
        return Json.text(claims).getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String address(WebClient of, String... parameters) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("client_id", of.id());
        for (int i = 0; i < parameters.length; i += 2) all.put(parameters[i], parameters[i + 1]);
        return "/authorize?" + WebClient.query(all);
    }

    private static Reply push(WebClient of, String... parameters) {
        return server.call("POST", "/par")
                .basic(of.id(), of.secret().orElseThrow())
                .form(parameters)
                .send();
    }

    /// A host on loopback with one document, which counts who asks.
    private static final class Documents implements AutoCloseable {

        private final HttpServer host;
        private final AtomicInteger asked = new AtomicInteger();
        private volatile int status = 200;
        private volatile String document;

        Documents(String document) {
            this.document = document;
            try {
                host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            host.createContext("/", exchange -> {
                asked.incrementAndGet();
                byte[] body = this.document.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            host.start();
        }

        String address() {
            return "http://127.0.0.1:" + port() + "/request.jwt";
        }

        int port() {
            return host.getAddress().getPort();
        }

        int asked() {
            return asked.get();
        }

        void serve(String newDocument) {
            status = 200;
            document = newDocument;
        }

        void fail(int newStatus) {
            status = newStatus;
        }

        @Override
        public void close() {
            host.stop(0);
        }
    }
}
