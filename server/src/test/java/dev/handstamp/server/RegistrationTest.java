package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.Invitations;
import dev.handstamp.server.administration.Invitations.NewInvitation;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.jobs.Housekeeping;
import dev.handstamp.server.store.ApiStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Clients that register themselves (RFC 7591) and look after their registration (RFC 7592), over real HTTP.
class RegistrationTest {

    private static final String CALLBACK = "https://app.example.com/cb";

    private static ClientSite site;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        site = new ClientSite();
        server = RunningServer.start(Map.of(
                "registration", "open",
                "registered-clients.per-hour", "1000",
                "outbound.addresses", "any"));
        server.database.inTransaction(tx -> new ApiStore().open(tx, new Audience(RunningServer.ORDERS), true));
    }

    @AfterAll
    static void stop() {
        server.close();
        site.close();
    }

    @Test
    @DisplayName("RFC 7591 §3.2.1: everything that was registered is answered, defaults too, and a secret once")
    void everything_that_was_registered_is_answered() {
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK)));
        assertThat(reply.status()).isEqualTo(201);
        assertThat(reply.header("Cache-Control")).contains("no-store");
        assertThat(reply.json())
                .containsEntry("redirect_uris", List.of(CALLBACK))
                .containsEntry("grant_types", List.of("authorization_code"))
                .containsEntry("response_types", List.of("code"))
                .containsEntry("token_endpoint_auth_method", "client_secret_basic")
                .containsEntry("application_type", "web")
                .containsEntry("client_secret_expires_at", 0L)
                .containsKeys("client_id", "client_secret", "client_id_issued_at", "registration_access_token");
        assertThat(reply.string("scope").split(" "))
                .contains("openid", "offline_access", "orders:read", "orders:write")
                .doesNotContain("stock:read")
                .noneMatch(scope -> scope.startsWith("ssf"));
        String id = reply.string("client_id");
        assertThat(reply.string("registration_client_uri")).isEqualTo(server.issuer() + "/register/" + id);
        assertThat(server.everythingStored())
                .contains(id)
                .doesNotContain(reply.string("client_secret"))
                .doesNotContain(reply.string("registration_access_token"));
        assertThat(server.audit(AuditEvent.Type.CLIENT_REGISTERED))
                .anyMatch(event -> event.target().equals(id));
    }

    @Test
    void a_registered_client_walks_the_whole_way() {
        Reply reply = register(Map.of(
                "redirect_uris",
                List.of(CALLBACK),
                "grant_types",
                List.of("authorization_code", "refresh_token"),
                "client_name",
                "The <Shop> & Co",
                "scope",
                "openid orders:read"));
        String id = reply.string("client_id");
        TestBrowser browser = new TestBrowser(server);
        Reply page = browser.signIn(browser.open(request(id, "resource", RunningServer.ORDERS)));
        assertThat(browser.isAt("/consent"))
                .as("nobody but itself vouches for it")
                .isTrue();
        String code = TestBrowser.answer(browser.allow(page)).get("code");
        Reply tokens = redeem(id, reply.string("client_secret"), code);
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        assertThat(tokens.string("scope")).isEqualTo("openid orders:read");
        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("client_id", id);
        assertThat(server.isActive(tokens.string("access_token"))).isTrue();
        Reply refreshed = server.call("POST", "/token")
                .basic(id, reply.string("client_secret"))
                .form("grant_type", "refresh_token", "refresh_token", tokens.string("refresh_token"))
                .send();
        assertThat(refreshed.status()).isEqualTo(200);

        Reply gone = own(reply, "DELETE").send();
        assertThat(gone.status()).isEqualTo(204);
        assertThat(server.isActive(refreshed.string("access_token"))).isFalse();
        assertThat(own(reply, "GET").send().outcome()).isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("RFC 7592 §2.3: what a backend has got for a client's token goes with the client")
    void what_was_exchanged_goes_with_a_client_that_deletes_itself() {
        String backend = "orders-backend";
        String secret = "the-secret-of-the-orders-backend";
        server.addClient(backend, secret, Set.of(GrantType.TOKEN_EXCHANGE), List.of(RunningServer.STOCK), "stock:read");
        new Exchanges(server.database, InstantSource.system(), Administrator.COMMAND_LINE)
                .add(new NewRule(
                        backend,
                        RunningServer.ORDERS,
                        RunningServer.STOCK,
                        Map.of("orders:read", "stock:read"),
                        false));
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK)));
        String id = reply.string("client_id");
        String code = TestBrowser.answer(
                        new TestBrowser(server).authorize(request(id, "resource", RunningServer.ORDERS)))
                .get("code");
        String subject = redeem(id, reply.string("client_secret"), code).string("access_token");
        String exchanged = server.call("POST", "/token")
                .basic(backend, secret)
                .form(
                        "grant_type",
                        GrantType.TOKEN_EXCHANGE.wireName(),
                        "subject_token",
                        subject,
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:access_token")
                .send()
                .string("access_token");
        assertThat(isActiveAtStock(exchanged)).isTrue();

        assertThat(own(reply, "DELETE").send().status()).isEqualTo(204);

        assertThat(isActiveAtStock(exchanged)).isFalse();
    }

    @Test
    @DisplayName("RFC 8628 §5.4: of a device with an application that nobody knows, its user is told so")
    void a_device_of_a_client_that_nobody_knows_says_so() {
        String id = register(Map.of(
                        "grant_types",
                        List.of(GrantType.DEVICE_CODE.wireName()),
                        "token_endpoint_auth_method",
                        "none",
                        "client_name",
                        "The Lamp",
                        "client_name#de",
                        "Die Lampe"))
                .string("client_id");
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", id)
                .send();
        assertThat(begun.status())
                .as("one API is open: it needs no resource, as at /authorize")
                .isEqualTo(200);
        TestBrowser browser = new TestBrowser(server);
        Reply page = browser.signIn(browser.submit(browser.open("/device"), "user_code", begun.string("user_code")));
        assertThat(page.text()).contains("registered itself as " + id, "Nobody here has reviewed it", "The Lamp");
        Reply german = server.call(
                        "GET", "/device?request=" + TestBrowser.fields(page).get("request"))
                .header("Accept-Language", "de-CH, en;q=0.5")
                .cookie(
                        "__Host-handstamp-session",
                        browser.cookie("__Host-handstamp-session").orElseThrow())
                .send();
        assertThat(german.text()).contains("Die Lampe");
        browser.allow(page);

        Reply tokens = server.call("POST", "/token")
                .form(
                        "grant_type",
                        GrantType.DEVICE_CODE.wireName(),
                        "client_id",
                        id,
                        "device_code",
                        begun.string("device_code"))
                .send();
        assertThat(RunningServer.claims(tokens.string("access_token"))).containsEntry("aud", RunningServer.ORDERS);
    }

    @Test
    void an_api_that_is_not_open_is_out_of_reach() {
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK), "scope", "openid stock:read"));
        assertThat(reply.string("scope")).isEqualTo("openid");
        Reply refused =
                new TestBrowser(server).open(request(reply.string("client_id"), "resource", RunningServer.STOCK));
        assertThat(TestBrowser.answer(refused)).containsEntry("error", "invalid_target");
        assertThat(register(Map.of("redirect_uris", List.of(CALLBACK), "scope", "stock:read ssf.manage"))
                        .outcome())
                .isEqualTo("400 invalid_client_metadata");
    }

    @Test
    void closing_an_api_counts_at_once() {
        String api = "https://api.example/briefly-open";
        server.addApi(api, "a secret", Algorithm.ES256, Duration.ofMinutes(5), "see");
        server.database.inTransaction(tx -> new ApiStore().open(tx, new Audience(api), true));
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK)));
        String path = request(reply.string("client_id"), "resource", api, "scope", "openid see");
        TestBrowser browser = new TestBrowser(server);
        assertThat(TestBrowser.answer(browser.authorize(path))).containsKey("code");
        server.database.inTransaction(tx -> new ApiStore().open(tx, new Audience(api), false));
        assertThat(TestBrowser.answer(browser.open(path))).containsEntry("error", "invalid_target");
    }

    @Test
    @DisplayName("RFC 7591 §3.2.1: what an OpenID client registers comes back member by member, languages too")
    void every_member_comes_back() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        Map<String, Object> asked = new LinkedHashMap<>();
        asked.put("redirect_uris", List.of(CALLBACK, CALLBACK + "?a=b"));
        asked.put("response_types", List.of("code"));
        asked.put("grant_types", List.of("authorization_code", "refresh_token"));
        asked.put("application_type", "web");
        asked.put("contacts", List.of("it@app.example.com"));
        asked.put("client_name", "The app");
        asked.put("client_name#de", "Die App");
        asked.put("logo_uri", "https://app.example.com/logo.png");
        asked.put("client_uri", "https://app.example.com/");
        asked.put("policy_uri", "https://app.example.com/privacy");
        asked.put("policy_uri#de", "https://app.example.com/datenschutz");
        asked.put("tos_uri", "https://app.example.com/terms");
        asked.put("jwks", Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson())));
        asked.put("subject_type", "public");
        asked.put("id_token_signed_response_alg", "RS256");
        asked.put("token_endpoint_auth_method", "private_key_jwt");
        asked.put("token_endpoint_auth_signing_alg", "ES256");
        asked.put("default_max_age", 3600L);
        asked.put("require_auth_time", true);
        asked.put("initiate_login_uri", "https://app.example.com/login");
        asked.put("post_logout_redirect_uris", List.of("https://app.example.com/bye"));
        asked.put("software_id", "4NRB1-0XZABZI9E6-5SM3R");
        asked.put("software_version", "2.1");
        Map<String, Object> more = new HashMap<>(asked);
        more.put("colour", "red");
        more.put("id_token_encrypted_response_alg", "RSA-OAEP");
        Reply reply = register(more);
        assertThat(reply.json()).as(reply.text()).containsAllEntriesOf(asked);
        assertThat(reply.json()).doesNotContainKeys("colour", "id_token_encrypted_response_alg", "client_secret");
        assertThat(own(reply, "GET").send().json()).isEqualTo(reply.json());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {}                                                                             | invalid_redirect_uri
                {"redirect_uris":[]}                                                           | invalid_redirect_uri
                {"redirect_uris":"https://a.example/cb"}                                       | invalid_redirect_uri
                {"redirect_uris":["https://a.example/cb#part"]}                                | invalid_redirect_uri
                {"redirect_uris":["http://a.example/cb"]}                                      | invalid_redirect_uri
                {"redirect_uris":["javascript:alert(1)"]}                                      | invalid_redirect_uri
                {"redirect_uris":["data:text/html,x"]}                                         | invalid_redirect_uri
                {"redirect_uris":["https://u@a.example/cb"]}                                   | invalid_redirect_uri
                {"redirect_uris":["/cb"]}                                                      | invalid_redirect_uri
                {"redirect_uris":[7]}                                                          | invalid_redirect_uri
                {"redirect_uris":["com.example.app:/cb"],"application_type":"web"}             | invalid_redirect_uri
                {"redirect_uris":["https://a.example"],"grant_types":["implicit"]}             | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"grant_types":["refresh_token"]}        | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"grant_types":["client_credentials"]}   | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"response_types":["token"]}             | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"response_types":["code","id_token"]}   | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"client_name":7}                        | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"client_name":"\\u202e Bank"}           | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"client_name":"Bank\\u2028Shop"}        | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"client_name#de":"\\u2067 Bank"}        | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"client_name#de":"\\u200b"}             | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"scope":"a  b"}                         | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"subject_type":"secret"}                | invalid_client_metadata
                {"redirect_uris":["https://a.example","https://b.example"],"subject_type":"pairwise"} | invalid_client_metadata
                {"redirect_uris":["http://127.0.0.1/cb"],"subject_type":"pairwise"}            | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"initiate_login_uri":"http://a.example"} | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"logo_uri":"javascript:alert(1)"}       | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"id_token_signed_response_alg":"none"}  | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"token_endpoint_auth_method":"magic"}   | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"token_endpoint_auth_method":"private_key_jwt"} | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"jwks":{"keys":[{"kty":"oct","k":"AA"}]}} | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"jwks_uri":"ftp://a.example/keys"}      | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"software_statement":"rubbish"}         | invalid_software_statement
                {"redirect_uris":["https://a.example"],"software_statement":"eyJhbGciOiJFUzI1NiJ9.e30.AAAA"} | unapproved_software_statement
                {"redirect_uris":["https://a.example"],"redirect_uris":["https://b.example"]}  | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"token_endpoint_auth_method":"client_secret_jwt","token_endpoint_auth_signing_alg":"ES256"} | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://a.example/keys","token_endpoint_auth_signing_alg":"HS256"} | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"token_endpoint_auth_method":"tls_client_auth","tls_client_auth_san_dns":"a.example"} | invalid_client_metadata
                {"redirect_uris":["https://a.example"],"token_endpoint_auth_method":"self_signed_tls_client_auth","jwks_uri":"https://a.example/keys"} | invalid_client_metadata
                [1]                                                                            | invalid_client_metadata
                """)
    void what_cannot_be_registered_is_refused_by_its_code(String metadata, String code) {
        Reply reply = server.call("POST", "/register").json(metadata).send();
        assertThat(reply.outcome()).as(reply.text()).isEqualTo("400 " + code);
        assertThat(reply.string("error_description")).isNotBlank();
    }

    @Test
    void a_client_whose_name_shows_nothing_is_called_by_its_identifier() {
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK), "client_name", "\u200b\u00a0\u3164"));
        assertThat(reply.json()).doesNotContainKey("client_name");
        TestBrowser browser = new TestBrowser(server);
        assertThat(browser.open(request(reply.string("client_id"))).text())
                .contains("to go on to " + reply.string("client_id"));
    }

    @ParameterizedTest
    @CsvSource({"HS256, true", "HS384, true", "HS512, true", "HS256, false", "HS512, false"})
    @DisplayName("OpenID Connect Core §9: the secret of a client that signs with it is long enough for every HMAC")
    void a_client_signs_with_the_secret_that_it_was_given(String algorithm, boolean named) throws Exception {
        Map<String, Object> metadata = new HashMap<>(
                Map.of("redirect_uris", List.of(CALLBACK), "token_endpoint_auth_method", "client_secret_jwt"));
        if (named) metadata.put("token_endpoint_auth_signing_alg", algorithm);
        Reply reply = register(metadata);
        assertThat(reply.json()).as(reply.text()).containsAllEntriesOf(metadata);
        String secret = reply.string("client_secret");
        assertThat(server.everythingStored()).doesNotContain(secret);
        assertThat(redeemSigned(reply, algorithm, secret).status()).isEqualTo(200);
        assertThat(redeemSigned(reply, algorithm, secret.toUpperCase(Locale.ROOT))
                        .outcome())
                .isEqualTo("401 invalid_client");
        if (named) return;

        // One that signs only from now on is given another secret: of its first one, the server has but the hash.
        Reply before = register(Map.of("redirect_uris", List.of(CALLBACK)));
        metadata.put("client_id", before.string("client_id"));
        Reply after = own(before, "PUT").json(Json.text(metadata)).send();
        assertThat(redeemSigned(after, algorithm, after.string("client_secret")).status())
                .isEqualTo(200);
    }

    @Test
    void a_native_application_needs_no_secret_but_pkce() {
        Reply reply = register(Map.of(
                "redirect_uris",
                List.of("com.example.app:/cb", "http://127.0.0.1/cb"),
                "token_endpoint_auth_method",
                "none"));
        assertThat(reply.json())
                .containsEntry("application_type", "native")
                .doesNotContainKeys("client_secret", "client_secret_expires_at");
        Map<String, String> bare = parameters(reply.string("client_id"));
        bare.remove("code_challenge");
        bare.remove("code_challenge_method");
        bare.put("redirect_uri", "http://127.0.0.1:53211/cb");
        Reply refused = new TestBrowser(server).open("/authorize?" + WebClient.query(bare));
        assertThat(TestBrowser.answer(refused)).containsEntry("error", "invalid_request");
    }

    @Test
    @DisplayName("O-01: a redirect URI with a query is compared as a whole; two registered ones are never guessed from")
    void a_redirect_uri_is_compared_as_a_whole() {
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK + "?a=b", CALLBACK + "?a=c")));
        String id = reply.string("client_id");
        for (String wrong : List.of(CALLBACK, CALLBACK + "?a=b&c=d", CALLBACK + "?a=", "")) {
            Reply page = new TestBrowser(server).open(request(id, "redirect_uri", wrong));
            assertThat(page.status()).as(wrong).isEqualTo(400);
            assertThat(page.header("Location")).isEmpty();
        }
        Reply good = new TestBrowser(server).authorize(request(id, "redirect_uri", CALLBACK + "?a=b"));
        assertThat(good.header("Location").orElseThrow()).startsWith(CALLBACK + "?a=b&code=");
    }

    @Test
    @DisplayName("OpenID Connect Registration §5: the sector's document has to list every redirect URI")
    void the_sector_is_fetched_and_checked() {
        site.put("/sector", "[\"https://a.example.com/cb\",\"https://b.example.com/cb\"]");
        Map<String, Object> pairwise = Map.of(
                "redirect_uris", List.of("https://a.example.com/cb", "https://b.example.com/cb"),
                "subject_type", "pairwise",
                "sector_identifier_uri", site.url("/sector"));
        Reply reply = register(pairwise);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(reply.json()).containsEntry("subject_type", "pairwise");
        for (String rubbish : List.of("[\"https://a.example.com/cb\"]", "{}", "[", "")) {
            site.put("/sector", rubbish);
            assertThat(register(pairwise).outcome()).as(rubbish).isEqualTo("400 invalid_client_metadata");
        }
        site.put(500, "/sector", "[\"https://a.example.com/cb\",\"https://b.example.com/cb\"]");
        assertThat(register(pairwise).outcome()).isEqualTo("400 invalid_client_metadata");
    }

    @Test
    @DisplayName("RFC 7592 §2.2: a registration is replaced as a whole, and users are asked again")
    void a_registration_is_replaced() {
        Reply reply = register(Map.of(
                "redirect_uris",
                List.of(CALLBACK),
                "client_name",
                "Before",
                "policy_uri",
                "https://app.example.com/p"));
        String id = reply.string("client_id");
        TestBrowser browser = new TestBrowser(server);
        assertThat(TestBrowser.answer(browser.authorize(request(id)))).containsKey("code");
        assertThat(TestBrowser.answer(browser.open(request(id)))).containsKey("code");

        String elsewhere = "https://other.example.com/cb";
        Map<String, Object> changed =
                Map.of("client_id", id, "redirect_uris", List.of(elsewhere), "client_name", "After");
        Reply answer = own(reply, "PUT").json(Json.text(changed)).send();
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json())
                .containsAllEntriesOf(changed)
                .containsEntry("registration_access_token", reply.string("registration_access_token"))
                .doesNotContainKeys("policy_uri", "client_secret");
        assertThat(own(reply, "GET").send().json()).isEqualTo(answer.json());
        assertThat(browser.open(request(id)).status()).isEqualTo(400);
        browser.open(request(id, "redirect_uri", elsewhere));
        assertThat(browser.isAt("/consent")).isTrue();
        assertThat(server.audit(AuditEvent.Type.CLIENT_CHANGED))
                .anyMatch(event -> event.target().equals(id));
    }

    @Test
    @DisplayName("O-41: RFC 7592 §2.2: what is the server's to say is refused, and so is a change of the users' sub")
    void a_change_that_cannot_be_is_refused() {
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK)));
        String id = reply.string("client_id");
        Map<String, Object> good = Map.of("client_id", id, "redirect_uris", List.of(CALLBACK));
        Map<String, Object> wrong = new LinkedHashMap<>();
        wrong.put("client_id", "another");
        wrong.put("client_secret", "another");
        wrong.put("client_id_issued_at", 7L);
        wrong.put("client_secret_expires_at", 0L);
        wrong.put("registration_access_token", reply.string("registration_access_token"));
        wrong.put("registration_client_uri", reply.string("registration_client_uri"));
        wrong.put("subject_type", "pairwise");
        wrong.forEach((name, value) -> {
            Map<String, Object> sent = new HashMap<>(good);
            sent.put(name, value);
            assertThat(own(reply, "PUT").json(Json.text(sent)).send().outcome())
                    .as(name)
                    .isEqualTo("400 invalid_client_metadata");
        });
        Map<String, Object> sent = new HashMap<>(good);
        sent.put("client_secret", reply.string("client_secret"));
        assertThat(own(reply, "PUT").json(Json.text(sent)).send().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("O-41: nobody registers as another, with a secret of its own choice, an API, or a way around consent")
    void what_is_the_servers_to_give_cannot_be_registered() {
        Map<String, Object> greedy = new LinkedHashMap<>();
        greedy.put("redirect_uris", List.of(CALLBACK));
        greedy.put("client_id", "shop");
        greedy.put("client_secret", "of its own choice");
        greedy.put("client_id_issued_at", 7L);
        greedy.put("registration_access_token", "of its own choice");
        greedy.put("apis", List.of(RunningServer.STOCK));
        greedy.put("resource", List.of(RunningServer.STOCK));
        greedy.put("origin", "operator");
        greedy.put("consent", false);
        greedy.put("require_pkce", false);
        Reply reply = register(greedy);
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(reply.json())
                .doesNotContainKeys("apis", "resource", "origin", "consent", "require_pkce")
                .doesNotContainValue("of its own choice")
                .doesNotContainEntry("client_id", "shop")
                .doesNotContainEntry("client_id_issued_at", 7L);
        assertThat(server.clientCredentials().status()).isEqualTo(200);

        String id = reply.string("client_id");
        TestBrowser browser = new TestBrowser(server);
        browser.signIn(browser.open(request(id)));
        assertThat(browser.isAt("/consent")).isTrue();
        Reply closed = browser.open(request(id, "resource", RunningServer.STOCK));
        assertThat(TestBrowser.answer(closed)).containsEntry("error", "invalid_target");
        Reply withoutPkce = browser.open(request(id, "code_challenge", "", "code_challenge_method", ""));
        assertThat(TestBrowser.answer(withoutPkce)).containsEntry("error", "invalid_request");
    }

    @Test
    @DisplayName("O-41: a registration is its client's alone, whatever method another client's token comes with")
    void a_registration_is_its_clients_alone() {
        Reply one = register(Map.of("redirect_uris", List.of(CALLBACK)));
        Reply other = register(Map.of("redirect_uris", List.of(CALLBACK)));
        String path = "/register/" + one.string("client_id");
        String foreign = other.string("registration_access_token");
        for (String method : List.of("GET", "PUT", "DELETE")) {
            assertThat(server.call(method, path)
                            .bearer(foreign)
                            .json("{}")
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
            assertThat(server.call(method, path).json("{}").send().outcome()).isEqualTo("401 invalid_token");
            assertThat(server.call(method, "/register/shop")
                            .bearer(foreign)
                            .json("{}")
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
        }
        assertThat(own(one, "GET").send().status()).isEqualTo(200);
    }

    @Test
    @DisplayName("K-01, K-03: addresses inside are refused at the registration, and nothing is sent there")
    void addresses_inside_are_refused() {
        try (RunningServer strict = RunningServer.start(Map.of("registration", "open"))) {
            int before = site.asked("/inside");
            for (String address : List.of(
                    site.url("/inside"),
                    site.url("/inside").replace("http:", "https:"),
                    "https://169.254.169.254/latest",
                    "https://2130706433/x",
                    "https://[::ffff:127.0.0.1]/x",
                    "https://localhost/x")) {
                for (String member : List.of("jwks_uri", "sector_identifier_uri")) {
                    Map<String, Object> metadata = Map.of("redirect_uris", List.of(CALLBACK), member, address);
                    Reply reply = strict.call("POST", "/register")
                            .json(Json.text(metadata))
                            .send();
                    assertThat(reply.outcome()).as(member + " " + address).isEqualTo("400 invalid_client_metadata");
                }
            }
            assertThat(site.asked("/inside")).isEqualTo(before);
            Reply metadata =
                    strict.call("GET", "/.well-known/openid-configuration").send();
            assertThat(metadata.string("registration_endpoint")).isEqualTo(strict.issuer() + "/register");
        }
    }

    @Test
    void one_address_registers_so_many_in_an_hour_and_so_many_may_be_unused() {
        Map<String, String> settings = Map.of("registration", "open", "registered-clients.per-hour", "3");
        String body = Json.text(Map.of("redirect_uris", List.of(CALLBACK)));
        try (RunningServer small = RunningServer.start(settings)) {
            for (int i = 0; i < 3; i++) {
                assertThat(small.call("POST", "/register").json(body).send().status())
                        .isEqualTo(201);
            }
            Reply refused = small.call("POST", "/register").json(body).send();
            assertThat(refused.outcome()).isEqualTo("429 too_many_attempts");
            assertThat(refused.header("Retry-After")).isPresent();
        }
        try (RunningServer small =
                RunningServer.start(Map.of("registration", "open", "registered-clients.unused", "2"))) {
            for (int i = 0; i < 2; i++) {
                assertThat(small.call("POST", "/register").json(body).send().status())
                        .isEqualTo(201);
            }
            assertThat(small.call("POST", "/register").json(body).send().outcome())
                    .isEqualTo("429 too_many_attempts");
        }
    }

    @Test
    void a_client_that_nobody_has_let_in_is_forgotten_after_a_week_and_no_other() {
        Reply unused = register(Map.of("redirect_uris", List.of(CALLBACK)));
        Reply used = register(Map.of("redirect_uris", List.of(CALLBACK)));
        assertThat(TestBrowser.answer(new TestBrowser(server).authorize(request(used.string("client_id")))))
                .containsKey("code");
        keepHouse(Duration.ofDays(6));
        assertThat(own(unused, "GET").send().status()).isEqualTo(200);
        keepHouse(Duration.ofDays(8));
        assertThat(own(unused, "GET").send().status()).isEqualTo(401);
        assertThat(own(used, "GET").send().status()).isEqualTo(200);
        assertThat(server.clientCredentials().status()).isEqualTo(200);
    }

    @Test
    void by_default_nobody_registers() {
        try (RunningServer closed = RunningServer.start()) {
            Reply refused = closed.call("POST", "/register").json("{}").send();
            assertThat(refused.outcome()).isEqualTo("403 registration_not_supported");
            assertThat(closed.call("GET", "/.well-known/oauth-authorization-server")
                            .send()
                            .json())
                    .doesNotContainKey("registration_endpoint");
        }
    }

    @Test
    @DisplayName("RFC 7591 §3: with an initial access token, which counts as often as it says, and not after its end")
    void an_invitation_lets_so_many_in() {
        try (RunningServer invited = RunningServer.start(Map.of("registration", "token"))) {
            Invitations invitations = new Invitations(
                    invited.database,
                    new Secrets(new SecureRandom()),
                    InstantSource.system(),
                    Administrator.COMMAND_LINE);
            var wanted = new NewInvitation(List.of(RunningServer.STOCK), List.of("stock:read"), 2, Duration.ofHours(1));
            var made = invitations.add(wanted);
            String token = made.token().value();
            String body = Json.text(Map.of("grant_types", List.of("client_credentials")));
            assertThat(invited.call("POST", "/register").json(body).send().outcome())
                    .isEqualTo("401 invalid_token");
            assertThat(invited.call("POST", "/register")
                            .bearer("guess")
                            .json(body)
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
            assertThat(invited.call("POST", "/register")
                            .bearer(token)
                            .json("{}")
                            .send()
                            .outcome())
                    .as("a refusal uses nothing up")
                    .isEqualTo("400 invalid_redirect_uri");
            Reply first =
                    invited.call("POST", "/register").bearer(token).json(body).send();
            assertThat(first.status()).as(first.text()).isEqualTo(201);
            Reply own = invited.call("POST", "/token")
                    .basic(first.string("client_id"), first.string("client_secret"))
                    .form("grant_type", "client_credentials", "scope", "stock:read")
                    .send();
            assertThat(RunningServer.claims(own.string("access_token"))).containsEntry("aud", RunningServer.STOCK);
            assertThat(invited.call("POST", "/register")
                            .bearer(token)
                            .json(body)
                            .send()
                            .status())
                    .isEqualTo(201);
            assertThat(invited.call("POST", "/register")
                            .bearer(token)
                            .json(body)
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
            assertThat(invited.everythingStored()).doesNotContain(token);

            var brief = invitations.add(new NewInvitation(List.of(), List.of(), 1, Duration.ofHours(1)));
            invited.execute("UPDATE invitation SET expires_at = 1 WHERE invitation_id = '"
                    + brief.invitation().id() + "'");
            assertThat(invited.call("POST", "/register")
                            .bearer(brief.token().value())
                            .json(Json.text(Map.of("redirect_uris", List.of(CALLBACK))))
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
        }
    }

    @Test
    @DisplayName("O-41: clients get by an invitation no more than the administrator still has who has made it")
    void an_invitation_gives_no_more_than_its_inviter_still_has() {
        try (RunningServer invited = RunningServer.start(Map.of("registration", "token"))) {
            Audience own = new Audience(AdminClient.audience(invited));
            invited.addUser("root", "administrator");
            invited.addClient(new Client(
                    new ClientId("clerk"),
                    Set.of(GrantType.CLIENT_CREDENTIALS),
                    Set.of(own),
                    AdminScope.ALL,
                    Optional.empty(),
                    Instant.EPOCH));
            Map<String, String> narrowing = Map.of(
                    invited.user("root").subject().value(),
                    "UPDATE app_user SET roles = '' WHERE username = 'root'",
                    "clerk",
                    "UPDATE client SET scopes = 'admin:users.write' WHERE client_id = 'clerk'");
            List<String> ends = List.of(
                    "UPDATE app_user SET disabled = 1 WHERE username = 'root'",
                    "DELETE FROM client WHERE client_id = 'clerk'",
                    "DELETE FROM app_user WHERE username = 'root'");
            List<Secret> harmless = new ArrayList<>();
            narrowing.forEach((inviter, narrow) -> {
                Secret token = invitation(invited, inviter, own.value(), "admin:users.read");
                harmless.add(invitation(invited, inviter, RunningServer.STOCK, "stock:read"));
                assertThat(registered(invited, token)).isEqualTo("201");
                invited.execute(narrow);
                assertThat(registered(invited, token)).as(inviter).isEqualTo("401 invalid_token");
                assertThat(registered(invited, harmless.getLast())).isEqualTo("201");
            });
            ends.forEach(invited::execute);
            for (Secret token : harmless) assertThat(registered(invited, token)).isEqualTo("401 invalid_token");
        }
    }

    private static Secret invitation(RunningServer server, String inviter, String api, String scope) {
        Administrator administrator = new Administrator(inviter, "", "", "");
        return new Invitations(server.database, new Secrets(new SecureRandom()), InstantSource.system(), administrator)
                .add(new NewInvitation(List.of(api), List.of(scope), 5, Duration.ofHours(1)))
                .token();
    }

    private static String registered(RunningServer server, Secret token) {
        Reply reply = server.call("POST", "/register")
                .bearer(token.value())
                .json(Json.text(Map.of("grant_types", List.of("client_credentials"))))
                .send();
        return reply.status() == 201 ? "201" : reply.outcome();
    }

    @Test
    void an_administrator_invites_clients_and_takes_that_back() {
        try (RunningServer invited = RunningServer.start(Map.of("registration", "token"))) {
            invited.addUser("root", "administrator");
            TestBrowser root = AdminForms.signedIn(invited, "root");
            Reply page = root.open("/admin/client-invitations");
            assertThat(page.text()).contains("No invitation is open.");
            String[] wanted = {"apis", RunningServer.STOCK, "scopes", "stock:read", "uses", "5", "lifetime", "2h"};
            Reply made = AdminForms.act(root, page, "invite", "", wanted);
            Matcher token =
                    Pattern.compile("id=\"secret\" class=\"mono\">([^<]+)<").matcher(made.text());
            assertThat(token.find()).as(made.text()).isTrue();

            String body = Json.text(Map.of("grant_types", List.of("client_credentials")));
            Call register =
                    invited.call("POST", "/register").bearer(token.group(1)).json(body);
            assertThat(register.send().status()).isEqualTo(201);
            Reply after = root.open("/admin/client-invitations");
            assertThat(after.text().replace("<wbr>", ""))
                    .contains(RunningServer.STOCK, "stock:read", "data-name=\"Uses left\">4<")
                    .doesNotContain(token.group(1));
            Matcher id =
                    Pattern.compile("<th scope=\"row\" class=\"mono\">([^<]+)<").matcher(after.text());
            assertThat(id.find()).isTrue();

            assertThat(AdminForms.act(root, after, "withdraw", id.group(1)).text())
                    .contains("Nobody registers with it any more.", "No invitation is open.");
            assertThat(invited.call("POST", "/register")
                            .bearer(token.group(1))
                            .json(body)
                            .send()
                            .outcome())
                    .isEqualTo("401 invalid_token");
            assertThat(invited.audit().toString()).doesNotContain(token.group(1));
        }
    }

    @Test
    @DisplayName("An invitation to read stays one, whatever an open API calls its own scopes")
    void an_invitation_is_not_widened_by_an_open_api() {
        String api = "https://api.example/bills";
        server.addApi(api, "a secret", Algorithm.ES256, Duration.ofMinutes(5), "orders:read", "orders:write");
        server.addRole("accountant", api, "orders:read", "orders:write");
        server.addUser("abel", "accountant");
        var invitations = new Invitations(
                server.database, new Secrets(new SecureRandom()), InstantSource.system(), Administrator.COMMAND_LINE);
        var made = invitations.add(new NewInvitation(List.of(api), List.of("orders:read"), 1, Duration.ofHours(1)));
        Map<String, Object> metadata = new HashMap<>(Map.of(
                "redirect_uris",
                List.of(CALLBACK),
                "grant_types",
                List.of("authorization_code", "client_credentials"),
                "scope",
                "orders:read orders:write"));
        Reply reply = server.call("POST", "/register")
                .bearer(made.token().value())
                .json(Json.text(metadata))
                .send();
        assertThat(reply.string("scope")).as("at the open API").isEqualTo("orders:read orders:write");
        assertThat(inOwnName(reply, api, "orders:read").status()).isEqualTo(200);
        assertThat(inOwnName(reply, api, "orders:write").outcome()).isEqualTo("400 invalid_scope");

        metadata.put("client_id", reply.string("client_id"));
        metadata.put("client_name", "Bills");
        assertThat(own(reply, "PUT").json(Json.text(metadata)).send().status()).isEqualTo(200);
        assertThat(inOwnName(reply, api, "orders:write").outcome()).isEqualTo("400 invalid_scope");

        TestBrowser browser = new TestBrowser(server);
        Reply login =
                browser.open(request(reply.string("client_id"), "resource", api, "scope", "orders:read orders:write"));
        Reply page = browser.submit(login, "username", "abel", "password", RunningServer.PASSWORD);
        String code = TestBrowser.answer(browser.allow(page)).get("code");
        assertThat(redeem(reply.string("client_id"), reply.string("client_secret"), code)
                        .string("scope"))
                .as("in a user's name")
                .isEqualTo("orders:read");

        server.database.inTransaction(tx -> new ApiStore().open(tx, new Audience(api), true));
        assertThat(inOwnName(reply, api, "orders:write").outcome())
                .as("open is to users' clients")
                .isEqualTo("400 invalid_scope");
    }

    private static Reply inOwnName(Reply registration, String api, String scope) {
        return server.call("POST", "/token")
                .basic(registration.string("client_id"), registration.string("client_secret"))
                .form("grant_type", "client_credentials", "resource", api, "scope", scope)
                .send();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {"grant_types":[DEVICE],"subject_type":"pairwise","sector_identifier_uri":"SECTOR"}
                {"grant_types":[DEVICE],"sector_identifier_uri":"SECTOR"}
                {"grant_types":["authorization_code",DEVICE],"redirect_uris":["https://victim.example/cb"],"subject_type":"pairwise","sector_identifier_uri":"SECTOR"}
                {"grant_types":["authorization_code",DEVICE],"redirect_uris":["https://victim.example/cb"],"subject_type":"pairwise"}
                """)
    @DisplayName(
            "OpenID Connect Core §8.1: nobody joins another's sector with a grant that needs none of its addresses")
    void a_sector_cannot_be_joined_without_its_addresses(String metadata) {
        site.put("/victim", "[\"https://victim.example/cb\"]");
        String body = metadata.replace("DEVICE", "\"urn:ietf:params:oauth:grant-type:device_code\"")
                .replace("SECTOR", site.url("/victim"));
        Reply reply = server.call("POST", "/register").json(body).send();
        assertThat(reply.outcome()).as(reply.text()).isEqualTo("400 invalid_client_metadata");
    }

    @Test
    void a_registration_that_stays_the_same_is_no_news_and_changes_have_a_pace() {
        Reply reply = register(Map.of("redirect_uris", List.of(CALLBACK)));
        String id = reply.string("client_id");
        String same = Json.text(Map.of("client_id", id, "redirect_uris", List.of(CALLBACK)));
        assertThat(own(reply, "PUT").json(same).send().json())
                .isEqualTo(own(reply, "GET").send().json());
        assertThat(server.audit(AuditEvent.Type.CLIENT_CHANGED))
                .noneMatch(event -> event.target().equals(id));
        Reply last = reply;
        for (int i = 1; i <= 60; i++) last = own(reply, "PUT").json(same).send();
        assertThat(last.outcome()).isEqualTo("429 too_many_attempts");
        assertThat(last.header("Retry-After")).isPresent();
        assertThat(own(reply, "GET").send().status()).isEqualTo(200);
        Reply other = register(Map.of("redirect_uris", List.of(CALLBACK)));
        String change = Json.text(Map.of("client_id", other.string("client_id"), "redirect_uris", List.of(CALLBACK)));
        assertThat(own(other, "PUT").json(change).send().status()).isEqualTo(200);
    }

    @Test
    void so_many_sector_documents_are_fetched_at_once() {
        Set<String> answers = ConcurrentHashMap.newKeySet();
        try (ClientSite slow = new ClientSite();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            slow.shut();
            Map<String, Object> metadata =
                    Map.of("redirect_uris", List.of(CALLBACK), "sector_identifier_uri", slow.url("/sector"));
            for (int i = 0; i < 12; i++) {
                threads.execute(() -> {
                    String text = register(metadata).text();
                    answers.add(text);
                    if (text.contains("Too many documents")) slow.open();
                });
            }
        }
        assertThat(answers).anyMatch(text -> text.contains("Too many documents"));
    }

    @Test
    void a_confidential_client_can_do_without_pkce_where_a_setting_says_so() {
        Map<String, String> settings = Map.of("registration", "open", "registered-clients.pkce", "of-public-clients");
        try (RunningServer lenient = RunningServer.start(settings)) {
            Reply reply = lenient.call("POST", "/register")
                    .json(Json.text(Map.of("redirect_uris", List.of(CALLBACK))))
                    .send();
            Map<String, String> bare = parameters(reply.string("client_id"));
            bare.remove("code_challenge");
            bare.remove("code_challenge_method");
            Reply answer = new TestBrowser(lenient).authorize("/authorize?" + WebClient.query(bare));
            assertThat(TestBrowser.answer(answer)).containsKey("code");
        }
    }

    private static void keepHouse(Duration later) {
        InstantSource clock = InstantSource.fixed(Instant.now().plus(later));
        new Housekeeping(server.database, Duration.ofDays(4000), clock).run();
    }

    @Test
    @DisplayName("A key whose members are numbers is refused; what nobody knows of a key is not kept")
    void a_key_with_numbers_is_refused() {
        String poison = "7".repeat(61) + "e9";
        for (String key : List.of(
                "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":" + poison + "}",
                "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"AQAB\",\"kid\":1}",
                "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"AQAB\",\"x5c\":[1]}")) {
            assertThat(registerWith(key).outcome()).as(key).isEqualTo("400 invalid_client_metadata");
        }
        Reply reply =
                registerWith("{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"AQAB\",\"ext\":true,\"since\":" + poison + "}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        assertThat(reply.json())
                .containsEntry("jwks", Map.of("keys", List.of(Map.of("kty", "RSA", "e", "AQAB", "n", "AQAB"))));
        assertThat(server.logIn().status()).isEqualTo(200);
    }

    private static Reply registerWith(String key) {
        return server.call("POST", "/register")
                .json("{\"redirect_uris\":[\"" + CALLBACK + "\"],\"jwks\":{\"keys\":[" + key + "]}}")
                .send();
    }

    private static Reply register(Map<String, Object> metadata) {
        return server.call("POST", "/register").json(Json.text(metadata)).send();
    }

    /// A call of a client for its own registration.
    private static Call own(Reply registration, String method) {
        String path = URI.create(registration.string("registration_client_uri")).getPath();
        return server.call(method, path).bearer(registration.string("registration_access_token"));
    }

    private static boolean isActiveAtStock(String token) {
        return server.call("POST", "/introspect")
                .basic(RunningServer.STOCK, RunningServer.STOCK_SECRET)
                .form("token", token)
                .send()
                .json()
                .get("active")
                .equals(true);
    }

    private static String request(String client, String... changed) {
        Map<String, String> parameters = parameters(client);
        for (int i = 0; i < changed.length; i += 2) parameters.put(changed[i], changed[i + 1]);
        parameters.values().removeIf(String::isEmpty);
        return "/authorize?" + WebClient.query(parameters);
    }

    private static Map<String, String> parameters(String client) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", client);
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("scope", "openid orders:read");
        parameters.put("code_challenge", Sha256.base64Url(WebClient.VERIFIER));
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    /// Presents a new code with an assertion that is signed with this secret.
    private static Reply redeemSigned(Reply registration, String algorithm, String secret) throws Exception {
        String id = registration.string("client_id");
        String code = TestBrowser.answer(new TestBrowser(server).authorize(request(id)))
                .get("code");
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims =
                Map.of("iss", id, "sub", id, "aud", server.issuer(), "exp", now + 60, "jti", code, "iat", now);
        String encoded =
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret.getBytes(StandardCharsets.US_ASCII));
        PrivateJwk key = PrivateJwk.parse(Map.of("kty", "oct", "alg", algorithm, "k", encoded));
        return server.call("POST", "/token")
                .form(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        CALLBACK,
                        "code_verifier",
                        WebClient.VERIFIER,
                        "client_assertion_type",
                        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                        "client_assertion",
                        new JwsSigner(key, "JWT").sign(Json.write(claims)))
                .send();
    }

    private static Reply redeem(String client, String secret, String code) {
        return server.call("POST", "/token")
                .basic(client, secret)
                .form(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        CALLBACK,
                        "code_verifier",
                        WebClient.VERIFIER)
                .send();
    }
}
