package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.JwsSigner;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.jobs.Housekeeping;
import dev.handstamp.server.store.ApiStore;
import dev.handstamp.server.store.ClientStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients whose identifier is the address of a document that describes them (OAuth Client ID Metadata Document), as
/// MCP clients come; over real HTTP on both sides.
class ClientDocumentTest {

    private static final String CALLBACK = "http://127.0.0.1/cb";
    private static final String OWNED = "https://app.example/cb";
    private static final String MCP = "https://mcp.example/tools";

    private static ClientSite site;
    private static RunningServer server;

    @BeforeAll
    static void start() {
        site = new ClientSite();
        server = RunningServer.start(Map.of("outbound.addresses", "any"));
        server.addApi(MCP, "the secret of the tools", Algorithm.ES256, Duration.ofMinutes(5), "tools:use");
        server.addRole("helper", MCP, "tools:use");
        server.addUser("mia", "helper");
        server.database.inTransaction(tx -> new ApiStore().open(tx, new Audience(MCP), true));
    }

    @AfterAll
    static void stop() {
        server.close();
        site.close();
    }

    @Test
    void a_client_that_an_operator_has_deleted_does_not_come_back_by_itself() {
        String id = publish(Map.of("client_name", "Tool"));
        TestBrowser browser = new TestBrowser(server);
        assertThat(browser.open(request(id, "resource", MCP)).status()).isEqualTo(200);
        assertThat(browser.isAt("/login")).isTrue();
        Clients clients = new Clients(
                server.database,
                server::keyEncryption,
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
        clients.delete(id);
        int asked = site.asked(path(id));
        for (int i = 0; i < 2; i++) {
            Reply refused = new TestBrowser(server).open(request(id, "resource", MCP));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.text()).contains("not accepted here");
        }
        assertThat(site.asked(path(id)))
                .as("nobody asks for its document any more")
                .isEqualTo(asked);
        assertThat(clients.list()).noneMatch(client -> client.id().value().equals(id));
        assertThat(clients.refused()).extracting(ClientId::value).contains(id);

        clients.readmit(id);
        assertThatThrownBy(() -> clients.readmit(id)).isInstanceOf(Refused.class);
        TestBrowser again = new TestBrowser(server);
        again.open(request(id, "resource", MCP));
        assertThat(again.isAt("/login")).isTrue();
    }

    @Test
    @DisplayName("MCP: metadata, document, resource in both requests, iss, consent with the host, refresh, revocation")
    void a_client_that_nobody_has_registered_walks_the_whole_way() {
        Map<String, Object> metadata = server.call("GET", "/.well-known/oauth-authorization-server")
                .send()
                .json();
        assertThat(metadata)
                .containsEntry("client_id_metadata_document_supported", true)
                .containsEntry("authorization_response_iss_parameter_supported", true);
        assertThat(metadata.get("token_endpoint_auth_methods_supported").toString())
                .contains("none");
        assertThat(metadata.get("code_challenge_methods_supported")).isEqualTo(List.of("S256"));

        String id = publish(
                Map.of("client_name", "Tool <User>", "grant_types", List.of("authorization_code", "refresh_token")));
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.open(request(id, "resource", MCP, "redirect_uri", "http://127.0.0.1:54321/cb"));
        assertThat(login.text()).contains("Tool &lt;User&gt;");
        Reply consent = browser.submit(login, "username", "mia", "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/consent")).isTrue();
        assertThat(consent.text()).contains("id=\"client-host\"").contains("<span class=\"host\">127.0.0.1</span>");
        Map<String, String> answer = TestBrowser.answer(browser.allow(consent));
        assertThat(answer).containsEntry("iss", server.issuer());

        assertThat(redeem(id, answer.get("code"), RunningServer.ORDERS).outcome())
                .isEqualTo("400 invalid_target");
        Reply tokens = redeem(id, answer.get("code"), MCP);
        assertThat(tokens.status()).as(tokens.text()).isEqualTo(200);
        String access = tokens.string("access_token");
        assertThat(RunningServer.claims(access)).containsEntry("aud", MCP).containsEntry("client_id", id);
        Reply refreshed = server.call("POST", "/token")
                .form(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        tokens.string("refresh_token"),
                        "client_id",
                        id,
                        "resource",
                        MCP)
                .send();
        assertThat(refreshed.status()).as(refreshed.text()).isEqualTo(200);
        assertThat(isActive(refreshed.string("access_token"))).isTrue();
        server.call("POST", "/revoke")
                .form("token", refreshed.string("refresh_token"), "client_id", id)
                .send();
        assertThat(isActive(refreshed.string("access_token"))).isFalse();
        assertThat(site.asked(path(id))).as("it is kept").isEqualTo(1);
        assertThat(server.audit(AuditEvent.Type.CLIENT_REGISTERED))
                .anyMatch(event -> event.target().equals(id));
    }

    @Test
    @DisplayName("RFC 9207: an error names the issuer as well")
    void an_error_names_the_issuer_as_well() {
        String id = publish(Map.of());
        Reply refused = new TestBrowser(server).open(request(id, "resource", RunningServer.STOCK));
        assertThat(TestBrowser.answer(refused))
                .containsEntry("error", "invalid_target")
                .containsEntry("iss", server.issuer());
    }

    @Test
    void a_client_with_keys_proves_who_it_is_and_may_push_first() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        String keys = "/keys-" + UUID.randomUUID();
        site.put(
                keys,
                Json.text(Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson()))));
        String id = publish(Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", site.url(keys)));
        Map<String, String> parameters = parameters(id);
        parameters.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        parameters.put("client_assertion", assertion(key, id));
        Reply pushed = server.call("POST", "/par").form(parameters).send();
        assertThat(pushed.status()).as(pushed.text()).isEqualTo(201);
        parameters.put("client_assertion", assertion(PrivateJwk.generate(Algorithm.ES256), id));
        assertThat(server.call("POST", "/par").form(parameters).send().outcome())
                .isEqualTo("401 invalid_client");
        assertThat(server.call("POST", "/par").form(parameters(id)).send().outcome())
                .as("by its name alone")
                .isEqualTo("401 invalid_client");
    }

    @Test
    void a_device_may_come_first_and_its_user_is_told_that_nobody_knows_it() {
        String id = publish(Map.of("grant_types", List.of("authorization_code", GrantType.DEVICE_CODE.wireName())));
        Reply begun = server.call("POST", "/device_authorization")
                .form("client_id", id, "scope", "tools:use")
                .send();
        assertThat(begun.status()).as(begun.text()).isEqualTo(200);
        TestBrowser browser = new TestBrowser(server);
        Reply login = browser.submit(browser.open("/device"), "user_code", begun.string("user_code"));
        Reply page = browser.submit(login, "username", "mia", "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/device")).isTrue();
        assertThat(page.text()).contains("id=\"client-host\"", "<span class=\"host\">127.0.0.1</span>", "tools:use");
        assertThat(server.call("POST", "/device_authorization")
                        .form("client_id", site.url("/nothing-" + UUID.randomUUID()))
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_client");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"redirect_uris\":[\"https://a.example/cb\"]}",
                "{\"client_id\":\"https://other.example/x\",\"redirect_uris\":[\"https://a.example/cb\"]}",
                "{\"client_id\":\"SELF/\",\"redirect_uris\":[\"https://a.example/cb\"]}",
                "{\"client_id\":\"SELF\"}",
                "{\"client_id\":\"SELF\",\"redirect_uris\":[\"https://a.example/cb#x\"]}",
                "{\"client_id\":\"SELF\",\"redirect_uris\":[\"https://a.example/cb\"],\"client_secret\":\"x\"}",
                "{\"client_id\":\"SELF\",\"redirect_uris\":[\"https://a.example/cb\"],\"client_secret_expires_at\":0}",
                "{\"client_id\":\"SELF\",\"redirect_uris\":[\"https://a.example/cb\"],"
                        + "\"token_endpoint_auth_method\":\"client_secret_basic\"}",
                "{\"client_id\":\"SELF\",\"redirect_uris\":[\"https://a.example/cb\"],"
                        + "\"token_endpoint_auth_method\":\"private_key_jwt\"}",
                "{\"client_id\":\"SELF\",\"redirect_uris\":[\"https://a.example/cb\"],"
                        + "\"grant_types\":[\"client_credentials\"]}"
            })
    void a_document_that_cannot_be_is_refused_on_a_page(String document) {
        String path = "/" + UUID.randomUUID();
        site.put(path, document.replace("SELF", site.url(path)));
        refused(site.url(path));
    }

    @Test
    void a_document_that_is_not_there_or_of_another_kind_or_elsewhere_is_refused() {
        refused(site.url("/nothing-" + UUID.randomUUID()));
        String document = "/" + UUID.randomUUID();
        String body = Json.text(Map.of("client_id", site.url(document), "redirect_uris", List.of(CALLBACK)));
        site.put(document, body, "Content-Type", "text/html");
        refused(site.url(document));
        site.put(302, document, body, "Location", site.url("/elsewhere"));
        refused(site.url(document));
        assertThat(site.asked("/elsewhere")).as("no redirect is followed").isZero();
        site.put(document, body + " ".repeat(20_000));
        refused(site.url(document));
        site.put(document, body, "Content-Type", "application/client+json; charset=utf-8");
        assertThat(new TestBrowser(server).open(request(site.url(document))).text())
                .contains("Sign in");
    }

    @Test
    @DisplayName("O-01: redirect URIs are those of the document, as they stand there")
    void redirect_uris_are_those_of_the_document() {
        String id = publish(Map.of());
        for (String wrong : List.of("https://evil.example/cb", "http://127.0.0.1/cb/", "http://127.0.0.2/cb")) {
            Reply page = new TestBrowser(server).open(request(id, "redirect_uri", wrong));
            assertThat(page.status()).as(wrong).isEqualTo(400);
            assertThat(page.header("Location")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example/client.json", "https://app.example", "https://app.example/a/../b",
                "https://app.example/%2e%2E/b", "https://u:p@app.example/b", "https://app.example/b#c",
                "ftp://app.example/b", "https:///b", "https://"
            })
    void an_identifier_of_another_form_is_just_unknown(String id) {
        Reply page = new TestBrowser(server).open(request(id));
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("not known here");
    }

    @Test
    @DisplayName("K-01, K-02, K-03: by default nothing inside is asked for, by no spelling")
    void nothing_inside_is_asked_for() {
        String path = "/" + UUID.randomUUID();
        site.put(path, "{}");
        try (RunningServer strict = RunningServer.start()) {
            for (String id : List.of(
                    site.url(path),
                    site.url(path).replace("http:", "https:"),
                    "https://127.0.0.1/c",
                    "https://[::1]/c",
                    "https://169.254.169.254/latest/meta-data",
                    "https://2130706433/c",
                    "https://0x7f.1/c",
                    "https://[::ffff:127.0.0.1]/c",
                    "https://localhost/c",
                    "https://intranet/c")) {
                Reply page = new TestBrowser(strict).open(request(id));
                assertThat(page.status()).as(id).isEqualTo(400);
                assertThat(page.header("Location")).isEmpty();
            }
        }
        assertThat(site.asked(path)).isZero();
    }

    @Test
    void a_setting_names_the_hosts_or_turns_it_off() {
        String id = publish(Map.of());
        int before = site.asked(path(id));
        for (String hosts : List.of("off", "app.example", "*.0.0.1")) {
            try (RunningServer choosy =
                    RunningServer.start(Map.of("outbound.addresses", "any", "client-documents", hosts))) {
                Reply page = new TestBrowser(choosy).open(request(id));
                boolean allowed = hosts.startsWith("*");
                assertThat(page.status()).as(hosts).isEqualTo(allowed ? 303 : 400);
                assertThat(choosy.call("GET", "/.well-known/openid-configuration")
                                .send()
                                .json())
                        .containsEntry("client_id_metadata_document_supported", !hosts.equals("off"));
            }
        }
        assertThat(site.asked(path(id))).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("What a setting excludes gets nothing more, whatever it has; it may still give it back")
    void a_setting_reaches_what_is_there_already() {
        String id = publish(Map.of("grant_types", List.of("authorization_code", "refresh_token")));
        for (String hosts : List.of("off", "app.example")) {
            RunningServer before = RunningServer.start(Map.of("outbound.addresses", "any"));
            before.database.inTransaction(tx -> new ApiStore().open(tx, new Audience(RunningServer.ORDERS), true));
            TestBrowser browser = new TestBrowser(before);
            String path = request(id, "redirect_uri", OWNED, "resource", RunningServer.ORDERS, "scope", "orders:read");
            String code = TestBrowser.answer(browser.allow(browser.signIn(browser.open(path))))
                    .get("code");
            Reply tokens = before.call("POST", "/token")
                    .form(
                            "grant_type",
                            "authorization_code",
                            "client_id",
                            id,
                            "code",
                            code,
                            "redirect_uri",
                            OWNED,
                            "code_verifier",
                            WebClient.VERIFIER)
                    .send();
            String refresh = tokens.string("refresh_token");
            try (RunningServer after =
                    before.restarted(Map.of("outbound.addresses", "any", "client-documents", hosts))) {
                assertThat(after.call("POST", "/token")
                                .form("grant_type", "refresh_token", "refresh_token", refresh, "client_id", id)
                                .send()
                                .outcome())
                        .as(hosts)
                        .isEqualTo("401 invalid_client");
                assertThat(after.call("POST", "/device_authorization")
                                .form("client_id", id)
                                .send()
                                .outcome())
                        .isEqualTo("401 invalid_client");
                assertThat(after.call("POST", "/revoke")
                                .form("token", refresh, "client_id", id)
                                .send()
                                .status())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("OpenID Connect Core §8.1: a document that changes the sector is refused, as users would be renamed")
    void a_document_keeps_its_sector() {
        Map<String, Object> pairwise = Map.of("redirect_uris", List.of(OWNED), "subject_type", "pairwise");
        String id = publish(pairwise);
        TestBrowser browser = new TestBrowser(server);
        String other = "https://other.example/cb";
        assertThat(browser.open(request(id, "redirect_uri", OWNED)).text()).contains("Sign in");
        for (Map<String, Object> changed : List.<Map<String, Object>>of(
                Map.of("redirect_uris", List.of(other), "subject_type", "pairwise"),
                Map.of("redirect_uris", List.of(other)))) {
            put(id, changed);
            expire(id);
            assertThat(browser.open(request(id, "redirect_uri", other)).status())
                    .isEqualTo(400);
        }
        put(id, pairwise);
        assertThat(browser.open(request(id, "redirect_uri", OWNED)).text()).contains("Sign in");
        String device = publish(Map.of(
                "redirect_uris",
                List.of(OWNED),
                "subject_type",
                "pairwise",
                "grant_types",
                List.of("authorization_code", "urn:ietf:params:oauth:grant-type:device_code")));
        refused(device);
    }

    @Test
    void a_document_is_read_again_when_it_is_no_longer_fresh_and_what_it_says_then_counts() {
        String id = publish(Map.of());
        TestBrowser browser = new TestBrowser(server);
        allow(browser, id);
        put(id, Map.of("redirect_uris", List.of("https://app.example/new")));
        assertThat(TestBrowser.answer(browser.open(request(id, "redirect_uri", OWNED))))
                .as("still fresh")
                .containsKey("code");
        expire(id);
        assertThat(browser.open(request(id, "redirect_uri", OWNED)).status()).isEqualTo(400);
        browser.open(request(id, "redirect_uri", "https://app.example/new"));
        assertThat(browser.isAt("/consent")).as("users are asked anew").isTrue();
        assertThat(site.asked(path(id))).isEqualTo(2);
    }

    @Test
    void while_its_site_is_down_a_client_is_what_it_was_but_not_when_it_is_gone() {
        String id = publish(Map.of());
        TestBrowser browser = new TestBrowser(server);
        allow(browser, id);
        site.put(503, path(id), "busy");
        expire(id);
        assertThat(TestBrowser.answer(browser.open(request(id, "redirect_uri", OWNED))))
                .containsKey("code");
        server.execute("UPDATE client SET fresh_until = 1 WHERE client_id = '" + id + "'");
        assertThat(browser.open(request(id, "redirect_uri", OWNED)).status())
                .as("for a day")
                .isEqualTo(400);
        site.put(404, path(id), "gone");
        expire(id);
        assertThat(browser.open(request(id, "redirect_uri", OWNED)).status()).isEqualTo(400);
    }

    @Test
    void what_nobody_uses_is_forgotten_and_comes_back_by_itself() {
        String unused = publish(Map.of());
        new TestBrowser(server).open(request(unused));
        String used = publish(Map.of());
        allow(new TestBrowser(server), used);
        keepHouse(Duration.ofDays(2));
        assertThat(isStored(unused)).isFalse();
        assertThat(isStored(used)).isTrue();
        keepHouse(Duration.ofDays(100));
        assertThat(isStored(used)).isFalse();
        Reply page = new TestBrowser(server).open(request(used));
        assertThat(page.text()).contains("Sign in");
    }

    private static void refused(String id) {
        Reply page = new TestBrowser(server).open(request(id));
        assertThat(page.status()).as(page.text()).isEqualTo(400);
        assertThat(page.header("Location")).isEmpty();
    }

    private static void allow(TestBrowser browser, String id) {
        Reply page = browser.open(request(id, "redirect_uri", OWNED));
        if (browser.isAt("/login")) page = browser.submit(page, "username", "mia", "password", RunningServer.PASSWORD);
        assertThat(TestBrowser.answer(browser.allow(page))).containsKey("code");
    }

    private static boolean isActive(String token) {
        return server.call("POST", "/introspect")
                .basic(MCP, "the secret of the tools")
                .form("token", token)
                .send()
                .json()
                .get("active")
                .equals(true);
    }

    private static boolean isStored(String id) {
        return server.database
                .read(tx -> new ClientStore().find(tx, new ClientId(id)))
                .isPresent();
    }

    /// As if its freshness had ended a moment ago.
    private static void expire(String id) {
        long now = Instant.now().getEpochSecond() * 1_000_000;
        server.execute("UPDATE client SET fresh_until = " + now + " WHERE client_id = '" + id + "'");
    }

    private static void keepHouse(Duration later) {
        InstantSource clock = InstantSource.fixed(Instant.now().plus(later));
        new Housekeeping(server.database, Duration.ofDays(4000), clock).run();
    }

    private static String publish(Map<String, Object> more) {
        String id = site.url("/client-" + UUID.randomUUID());
        put(id, more);
        return id;
    }

    private static void put(String id, Map<String, Object> more) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("client_id", id);
        document.put("redirect_uris", List.of(CALLBACK, OWNED));
        document.putAll(more);
        site.put(path(id), Json.text(document));
    }

    private static String path(String id) {
        return id.substring(id.lastIndexOf('/'));
    }

    private static String request(String client, String... changed) {
        Map<String, String> parameters = parameters(client);
        for (int i = 0; i < changed.length; i += 2) parameters.put(changed[i], changed[i + 1]);
        return "/authorize?" + WebClient.query(parameters);
    }

    private static Map<String, String> parameters(String client) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", client);
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("scope", "tools:use");
        parameters.put("code_challenge", Sha256.base64Url(WebClient.VERIFIER));
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    private static Reply redeem(String client, String code, String resource) {
        return server.call("POST", "/token")
                .form(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        client,
                        "code",
                        code,
                        "redirect_uri",
                        "http://127.0.0.1:54321/cb",
                        "code_verifier",
                        WebClient.VERIFIER,
                        "resource",
                        resource)
                .send();
    }

    private static String assertion(PrivateJwk key, String client) {
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = Map.of(
                "iss",
                client,
                "sub",
                client,
                "aud",
                server.issuer(),
                "exp",
                now + 60,
                "jti",
                UUID.randomUUID().toString());
        return new JwsSigner(key, "JWT").sign(Json.text(claims).getBytes(StandardCharsets.UTF_8));
    }
}
