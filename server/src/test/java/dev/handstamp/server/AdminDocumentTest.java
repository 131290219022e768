package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.handstamp.json.Json;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.domain.client.GrantType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The document of the admin API holds for the real answers: every operation is called as the document says, and every
/// answer is checked against its schemas by a library of others.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminDocumentTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Set<String> called = new TreeSet<>();
    private RunningServer server;
    private Mailbox mailbox;
    private AdminClient root;
    private JsonNode document;

    @BeforeAll
    void start() throws IOException {
        mailbox = new Mailbox();
        server = RunningServer.start(mailbox.settings());
        root = AdminClient.root(server);
        Reply reply = server.call("GET", "/admin/api/openapi.json").send();
        assertThat(reply.header("Content-Type")).hasValue("application/json");
        document = MAPPER.readTree(reply.body());
    }

    @AfterAll
    void stop() {
        server.close();
        mailbox.close();
    }

    /// Calls an operation by its identifier.
    ///
    /// @param path    with the variables filled in and the query; its template has to be the operation's
    private Reply call(String id, String path, Object... members) {
        JsonNode operation = null;
        String method = "";
        String template = "";
        for (var paths : document.get("paths").properties()) {
            for (var methods : paths.getValue().properties()) {
                if (!methods.getValue().get("operationId").asText().equals(id)) continue;
                operation = methods.getValue();
                method = methods.getKey().toUpperCase(Locale.ROOT);
                template = paths.getKey();
            }
        }
        assertThat(operation).as(id).isNotNull();
        assertThat(path.replaceFirst("\\?.*", "")).matches(template.replaceAll("\\{\\w+}", "[^/]+"));
        Call call = root.call(method, path);
        if (operation.path("parameters").toString().contains("If-Match")) call.header("If-Match", "*");
        if (operation.has("requestBody")) {
            String body = Json.text(AdminClient.object(members));
            boolean isMeant = body.length() < 65_536 || (id.contains("Brand") && body.length() < 147_456);
            if (isMeant) check(operation.at("/requestBody/content/application~1json/schema"), body, id + " request");
            call.json(body);
        }
        Reply reply = call.send();
        called.add(id);
        check(operation, reply, id);
        return reply;
    }

    private void check(JsonNode operation, Reply reply, String id) {
        JsonNode response = operation.path("responses").get(Integer.toString(reply.status()));
        assertThat(response)
                .as("%s answers %s %s", id, reply.status(), reply.text())
                .isNotNull();
        JsonNode content = response.get("content");
        if (content == null) {
            assertThat(reply.body()).as(id).isEmpty();
            return;
        }
        String type = reply.header("Content-Type").orElse("none");
        assertThat(content.has(type)).as("%s answers %s", id, type).isTrue();
        check(content.get(type).get("schema"), reply.text(), id + " " + reply.text());
        if (response.has("headers")) assertThat(reply.header("ETag")).as(id).isPresent();
    }

    private void check(JsonNode schema, String json, String what) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.get("components"));
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        JsonSchema compiled = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        whole,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
        try {
            assertThat(compiled.validate(MAPPER.readTree(json))).as(what).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(what, e);
        }
    }

    private static void done(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isBetween(200, 204);
    }

    @Test
    @DisplayName("S-13: every operation answers as the document says, and what it changes is on record")
    void every_operation_answers_as_the_document_says() throws Exception {
        users();
        clients();
        clientInvitations();
        apisAndRoles();
        brands();
        trust();
        rest();

        Set<String> all = new TreeSet<>();
        document.get("paths")
                .forEach(methods -> methods.forEach(
                        operation -> all.add(operation.get("operationId").asText())));
        assertThat(called).isEqualTo(all);
        assertThatEverythingIsOnRecord();
    }

    private void assertThatEverythingIsOnRecord() {
        String who = server.user("root").subject().value();
        for (Type type : List.of(
                Type.USER_CREATED,
                Type.USER_CHANGED,
                Type.USER_DISABLED,
                Type.USER_ENABLED,
                Type.USER_DELETED,
                Type.PASSWORD_CHANGED,
                Type.PASSWORD_RESET_SENT,
                Type.USER_INVITED,
                Type.USER_UNINVITED,
                Type.CLIENTS_INVITED,
                Type.INVITATION_DELETED,
                Type.SESSION_REVOKED,
                Type.GRANT_REVOKED,
                Type.TOTP_REMOVED,
                Type.CLIENT_CREATED,
                Type.CLIENT_CHANGED,
                Type.CLIENT_DELETED,
                Type.API_CREATED,
                Type.API_CHANGED,
                Type.API_DELETED,
                Type.ROLE_CREATED,
                Type.ROLE_CHANGED,
                Type.ROLE_DELETED,
                Type.BRAND_CHANGED,
                Type.EXCHANGE_ALLOWED,
                Type.EXCHANGE_CHANGED,
                Type.EXCHANGE_WITHDRAWN,
                Type.ISSUER_CREATED,
                Type.ISSUER_CHANGED,
                Type.ISSUER_DELETED,
                Type.KEY_ACTIVATED,
                Type.KEY_RETIRED,
                Type.EVERYTHING_REVOKED)) {
            assertThat(server.audit(type)).as(type.name()).anySatisfy(event -> {
                assertThat(event.actor()).isEqualTo(who);
                assertThat(event.client()).isEqualTo("first-party");
                assertThat(event.address()).isEqualTo("127.0.0.1");
                assertThat(event.requestId()).isNotEmpty();
                if (type != Type.EVERYTHING_REVOKED) assertThat(event.target()).isNotEmpty();
            });
        }
    }

    private void users() throws Exception {
        Reply created = call(
                "createUser",
                "/users",
                "username",
                "Ada",
                "password",
                RunningServer.PASSWORD,
                "name",
                "Ada Ames",
                "email",
                "ada@example.org",
                "roles",
                List.of("buyer"),
                "attributes",
                Map.of("age", 34L, "vip", true, "code", "007"));
        assertThat(created.status()).isEqualTo(201);
        String ada = created.string("sub");
        assertThat(created.header("Location")).hasValue("/admin/api/v1/users/" + ada);
        assertThat(created.json().get("attributes")).isEqualTo(Map.of("age", 34L, "vip", true, "code", "007"));
        assertThat(call("setPassword", "/users/ada/password", "password", "x".repeat(70_000))
                        .status())
                .isEqualTo(413);
        done(call("getUser", "/users/ada"));
        done(call("listUsers", "/users?query=ames&limit=10"));
        done(call("changeUser", "/users/" + ada, "name", "Ada Byron", "attributes", AdminClient.object("vip", null)));

        done(call("sendReset", "/users/ada/reset"));
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("ada@example.org");
        Reply invited = call("inviteUser", "/invitations", "email", "new@example.org", "roles", List.of("buyer"));
        assertThat(invited.status()).as(invited.text()).isEqualTo(202);
        assertThat(Mailbox.recipient(mailbox.next())).isEqualTo("new@example.org");
        assertThat(call("inviteUser", "/invitations", "email", "nobody").status())
                .isEqualTo(400);
        assertThat(AdminClient.items(call("listInvitations", "/invitations?limit=10")))
                .extracting(each -> each.get("invitation_id"))
                .containsExactly(invited.string("invitation_id"));
        done(call("withdrawInvitation", "/invitations/" + invited.string("invitation_id")));
        done(call("withdrawInvitation", "/invitations/" + invited.string("invitation_id")));
        assertThat(AdminClient.items(call("listInvitations", "/invitations"))).isEmpty();

        Reply login = server.logIn("ada", RunningServer.PASSWORD);
        assertThat(AdminClient.items(call("listUserSessions", "/users/ada/sessions")))
                .hasSize(1);
        List<Map<String, Object>> sessions = AdminClient.items(call("listSessions", "/sessions?limit=100"));
        String session = sessions.stream()
                .filter(each -> each.get("sub").equals(ada))
                .map(each -> each.get("sid").toString())
                .findFirst()
                .orElseThrow();
        List<Map<String, Object>> grants = AdminClient.items(call("listUserGrants", "/users/ada/grants"));
        assertThat(grants).hasSize(1);
        assertThat(server.isActive(login.string("access_token"))).isTrue();
        done(call("revokeUserGrant", "/users/ada/grants/" + grants.getFirst().get("grant_id")));
        assertThat(server.isActive(login.string("access_token"))).isFalse();
        done(call("endSession", "/sessions/" + session));
        done(call("endSession", "/sessions/" + session)); // Idempotent.

        server.logInAtShop();
        assertThat(call("withdrawApplication", "/users/vera/applications/shop").number("ended"))
                .isOne();
        assertThat(call("endUserSessions", "/users/vera/sessions").number("ended"))
                .isOne();

        server.execute("INSERT INTO totp (subject, sealed_secret, last_step, created_at)" + " VALUES ('" + ada
                + "', 'none', 0, 1767225600000000)");
        assertThat(call("getUserFactors", "/users/ada/factors").string("totp_since"))
                .isEqualTo("2026-01-01T00:00:00Z");
        done(call("removeTotp", "/users/ada/factors/totp"));
        done(call("removeTotp", "/users/ada/factors/totp"));
        done(call("removePasskey", "/users/ada/factors/passkeys/pk_none"));

        done(call("setPassword", "/users/ada/password", "password", "another horse battery"));
        assertThat(call("disableUser", "/users/ada/disable").json()).containsEntry("disabled", true);
        assertThat(call("enableUser", "/users/ada/enable").json()).containsEntry("disabled", false);
        done(call("deleteUser", "/users/ada"));
        done(call("deleteUser", "/users/ada"));
        assertThat(call("getUser", "/users/ada").status()).isEqualTo(404);
    }

    private void clients() {
        Reply created = call(
                "createClient",
                "/clients",
                "client_id",
                "console",
                "grants",
                List.of("authorization_code", "refresh_token", "client_credentials"),
                "apis",
                List.of(RunningServer.ORDERS, AdminClient.audience(server)),
                "scopes",
                List.of("orders:read", "admin:users.read"),
                "name",
                "Console",
                "redirect_uris",
                List.of("https://console.example/back"),
                "metadata",
                Map.of("client_uri", "https://console.example/"));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.string("client_secret")).hasSizeGreaterThan(30);
        done(call("listClients", "/clients"));
        done(call("getClient", "/clients/console"));
        Reply changed = call("changeClient", "/clients/console", "asks_consent", false, "new_secret", true);
        assertThat(changed.string("client_secret")).isNotEqualTo(created.string("client_secret"));
        assertThat(server.call("POST", "/token")
                        .basic("console", changed.string("client_secret"))
                        .form("grant_type", "client_credentials", "resource", RunningServer.ORDERS)
                        .send()
                        .outcome())
                .isEqualTo("200");
        done(call("deleteClient", "/clients/console"));
        done(call("deleteClient", "/clients/console"));
    }

    private void apisAndRoles() {
        String menu = "https://api.example/menu?a=b/c";
        Reply created = call(
                "createApi",
                "/apis",
                "audience",
                menu,
                "scopes",
                List.of("menu:read", "menu:write"),
                "algorithm",
                "HS256",
                "token_lifetime",
                60L,
                "words",
                Map.of("menu:read", Map.of("", "See the menu", "de", "Die Karte sehen")));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.json()).containsKeys("secret", "shared_secrets");
        String path = "/apis/" + AdminClient.segment(menu);
        assertThat(created.header("Location")).hasValue("/admin/api/v1" + path);
        done(call("listApis", "/apis"));
        done(call("getApi", path));
        done(call("changeApi", path, "open", true, "claims", List.of("age")));

        done(call("createRole", "/roles", "name", "cook"));
        assertThat(call("createRole", "/roles", "name", "cook").status()).isEqualTo(409);
        done(call("setRoleScopes", "/roles/cook" + path, "scopes", List.of("menu:read")));
        assertThat(call("getRole", "/roles/cook").json().get("scopes")).isEqualTo(Map.of(menu, List.of("menu:read")));
        done(call("listRoles", "/roles"));
        assertThat(call("countHolders", "/roles/buyer/holders").number("users")).isEqualTo(1);
        assertThat(call("countHolders", "/roles/cook/holders").number("users")).isZero();
        assertThat(call("countHolders", "/roles/nobody/holders").status()).isEqualTo(404);
        done(call("deleteRole", "/roles/cook"));
        done(call("deleteRole", "/roles/cook"));
        done(call("deleteApi", path));
        done(call("deleteApi", path));
    }

    private void brands() {
        String logo = Base64.getEncoder()
                .encodeToString("<svg xmlns=\"http://www.w3.org/2000/svg\"/>".getBytes(StandardCharsets.UTF_8));
        Reply changed = call(
                "changeBrand",
                "/brand",
                "name",
                "Nightclub",
                "logo",
                logo,
                "accent",
                "#4636a3",
                "accent_dark",
                "#b3a8fa");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(server.call("GET", changed.string("logo")).send().status()).isEqualTo(200);
        assertThat(call("getBrand", "/brand").json()).containsEntry("name", "Nightclub");
        assertThat(call("changeBrand", "/brand", "accent", "#ffff00").string("detail"))
                .contains("cannot be read well");
        assertThat(call("changeBrand", "/brand", "logo", "no base64!").status()).isEqualTo(400);
        byte[] large = new byte[100 * 1024];
        assertThat(call("changeBrand", "/brand", "logo", Base64.getEncoder().encodeToString(large))
                        .string("detail"))
                .as("it is read")
                .contains("PNG, a WebP or an SVG");
        assertThat(call("changeBrand", "/brand", "logo", "x".repeat(150_000)).status())
                .isEqualTo(413);

        done(call("changeBrandOfClient", "/clients/shop/brand", "name", "Shop"));
        assertThat(call("getBrandOfClient", "/clients/shop/brand").json()).containsEntry("client_id", "shop");
        assertThat(call("getBrandOfClient", "/clients/nobody/brand").status()).isEqualTo(404);
        assertThat(AdminClient.items(call("listBrands", "/brands"))).hasSize(2);
        done(call("deleteBrandOfClient", "/clients/shop/brand"));
        done(call("deleteBrandOfClient", "/clients/shop/brand"));
        done(call("deleteBrandOfClient", "/clients/nobody/brand"));
        done(call("deleteBrand", "/brand"));
        done(call("deleteBrand", "/brand"));
    }

    private void trust() {
        server.addClient(
                "backend",
                "the-secret-of-the-backend-is-long",
                Set.of(GrantType.TOKEN_EXCHANGE, GrantType.JWT_BEARER),
                List.of(RunningServer.STOCK),
                "stock:read");
        String rule = "/exchanges/backend/" + AdminClient.segment(RunningServer.ORDERS) + "/"
                + AdminClient.segment(RunningServer.STOCK);
        Map<String, String> scopes = Map.of("orders:read", "stock:read");
        assertThat(call("putExchange", rule, "scopes", scopes).json())
                .containsEntry("path", rule)
                .containsEntry("impersonation", false);
        done(call("putExchange", rule, "impersonation", true));
        assertThat(call("getExchange", rule).json())
                .containsEntry("impersonation", true)
                .containsEntry("scopes", Map.of());
        assertThat(AdminClient.items(call("listExchanges", "/exchanges"))).hasSize(1);
        assertThat(call("putExchange", rule, "scopes", Map.of("fly", "stock:read"))
                        .status())
                .isEqualTo(400);
        done(call("deleteExchange", rule));
        done(call("deleteExchange", rule));
        assertThat(call("getExchange", rule).status()).isEqualTo(404);

        String name = "https://ci.example.org/x";
        Object[] wanted = {
            "issuer",
            name,
            "jwks_uri",
            "https://ci.example.org/keys",
            "clients",
            List.of("backend"),
            "users",
            List.of("vera")
        };
        Reply created = call("createIssuer", "/issuers", wanted);
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String path = created.string("path");
        assertThat(created.header("Location")).hasValue("/admin/api/v1" + path);
        assertThat(call("createIssuer", "/issuers", wanted).status()).isEqualTo(409);
        assertThat(call("changeIssuer", path, "users", List.of("vera", "nick")).json())
                .containsEntry("all_users", false);
        assertThat(call("changeIssuer", path, "all_users", true, "subject", "username")
                        .json())
                .containsEntry("all_users", true)
                .containsEntry("users", List.of());
        assertThat(call("changeIssuer", path, "jwks", Map.of("keys", List.of())).status())
                .isEqualTo(400);
        assertThat(call("getIssuer", path).json()).containsEntry("jwks_uri", "https://ci.example.org/keys");
        assertThat(AdminClient.items(call("listIssuers", "/issuers"))).hasSize(1);
        done(call("deleteIssuer", path));
        done(call("deleteIssuer", path));
    }

    private void rest() {
        done(call("listEvents", "/audit?party=root&limit=5"));
        done(call("listEvents", "/audit?type=login_succeeded&since=2026-01-01T00:00:00Z"));
        done(call("listEvents", "/audit"));
        assertThat(call("listEvents", "/audit?type=nothing").status()).isEqualTo(400);

        Reply keys = call("getKeys", "/keys");
        assertThat(keys.json()).containsKey("next_rotation");
        String current = AdminClient.items(keys).stream()
                .filter(key -> key.get("state").equals("current"))
                .map(key -> key.get("kid").toString())
                .findFirst()
                .orElseThrow();
        done(call("getSystem", "/system"));
        explanations();
        try (Feed feed = Feed.ofOrders(server)) {
            feed.next();
            List<Map<String, Object>> verifiers = AdminClient.items(call("listVerifiers", "/system/verifiers"));
            assertThat(verifiers).hasSize(1);
            assertThat(verifiers.getFirst())
                    .containsEntry("audience", RunningServer.ORDERS)
                    .containsEntry("address", "127.0.0.1");
        }
        assertThat(AdminClient.items(call("listRevocations", "/revocations?after=0&limit=100")))
                .isNotEmpty();

        done(call("rotateKeys", "/keys/rotate", "algorithm", "RS256"));
        done(call("withdrawKey", "/keys/" + current));
        root = AdminClient.as(server, "root"); // That key had signed the token.
        assertThat(call("revokeEverything", "/revocations", "everything", false).status())
                .isEqualTo(400);
        done(call("revokeEverything", "/revocations", "everything", true, "sessions", true));
        assertThat(call("getSystem", "/system").status()).isEqualTo(401);
    }

    private void clientInvitations() {
        Reply made = call(
                "inviteClients",
                "/client-invitations",
                "apis",
                List.of(RunningServer.ORDERS),
                "scopes",
                List.of("orders:read"),
                "uses",
                2,
                "lifetime",
                3600);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(made.string("initial_access_token")).isNotBlank();
        List<Map<String, Object>> all = AdminClient.items(call("listClientInvitations", "/client-invitations"));
        assertThat(all).hasSize(1);
        assertThat(all.getFirst())
                .containsEntry("apis", List.of(RunningServer.ORDERS))
                .containsEntry("scopes", List.of("orders:read"))
                .containsEntry("uses_left", 2L);
        String path = "/client-invitations/" + all.getFirst().get("invitation_id");
        done(call("withdrawClientInvitation", path));
        done(call("withdrawClientInvitation", path));
        assertThat(AdminClient.items(call("listClientInvitations", "/client-invitations")))
                .isEmpty();
        assertThat(call("inviteClients", "/client-invitations", "uses", 2_000_000)
                        .status())
                .isEqualTo(400);
        assertThat(call("inviteClients", "/client-invitations", "apis", List.of("https://no.example"))
                        .status())
                .isEqualTo(400);
    }

    private void explanations() {
        String token = server.logIn().string("access_token");
        Reply good = call("explainToken", "/tokens/explain", "token", "Bearer " + token);
        assertThat(good.json()).containsEntry("active", true);
        assertThat(good.text()).contains("\"check\":\"revocation\",\"outcome\":\"passed\"");
        int dot = token.lastIndexOf('.');
        String other =
                token.substring(0, dot + 1) + (token.charAt(dot + 1) == 'A' ? 'B' : 'A') + token.substring(dot + 2);
        Reply changed = call("explainToken", "/tokens/explain", "token", other);
        assertThat(changed.json()).containsEntry("active", false).containsEntry("reason", "bad_signature");
        assertThat(call("explainToken", "/tokens/explain", "token", " ").status())
                .isEqualTo(400);
        assertThat(server.audit().toString()).doesNotContain(token);
    }
}
