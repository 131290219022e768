package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.UserInvitationStore;
import dev.handstamp.server.store.UserStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Nobody administers who was not let to, and nobody more than that (O-41, S-08, S-13).
class AdminAttacksTest {

    private static final String USERS = AdminClient.BASE + "/users";

    private static final String TILL = "https://api.example/till";

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String challenge(Reply reply) {
        return reply.header("WWW-Authenticate").orElse("none");
    }

    @Test
    @DisplayName("RFC 6750 §3: who sends no token, or no good one, is told how to authenticate")
    void no_token_and_no_good_token_open_nothing() {
        AdminClient root = AdminClient.root(server);
        Reply none = server.call("GET", USERS).send();
        assertThat(none.outcome()).isEqualTo("401 not_signed_in");
        assertThat(challenge(none)).isEqualTo("Bearer realm=\"handstamp\"");
        assertThat(none.header("Content-Type")).hasValue("application/problem+json");

        Map<String, String> tokens = new TreeMap<>();
        tokens.put("another API's", server.logIn().string("access_token"));
        tokens.put("a client's for another API", server.clientCredentials().string("access_token"));
        tokens.put("cut", root.token().substring(0, root.token().length() - 2));
        tokens.put("an empty one", "");
        tokens.put("two", root.token() + " " + root.token());
        WebClient client = WebClient.with(server, Map.of());
        Reply openId = client.redeem(client.code("scope", "openid"));
        tokens.put("an ID token", openId.string("id_token"));
        tokens.put("one for UserInfo", openId.string("access_token"));
        tokens.forEach((what, token) -> {
            Reply reply = server.call("GET", USERS).bearer(token).send();
            assertThat(reply.outcome()).as(what).isEqualTo("401 invalid_token");
            assertThat(challenge(reply)).as(what).isEqualTo("Bearer realm=\"handstamp\", error=\"invalid_token\"");
        });
        assertThat(server.call("GET", USERS)
                        .cookie("__Host-handstamp", root.token())
                        .send()
                        .outcome())
                .isEqualTo("401 not_signed_in");
        assertThat(server.call("GET", USERS + "?access_token=" + root.token())
                        .send()
                        .outcome())
                .isEqualTo("401 not_signed_in");
        assertThat(root.get("/users").status()).isEqualTo(200);
    }

    @Test
    void what_an_api_signs_with_the_secret_that_it_shares_is_no_administrators_token() {
        AdminClient root = AdminClient.root(server);
        server.addApi(TILL, "the secret of the API till", Algorithm.HS256, Duration.ofMinutes(5), "till:open");
        String forged = server.forgedBy(TILL, root.token(), Map.of());
        assertThat(root.get("/users").status()).isEqualTo(200);
        assertThat(server.call("GET", USERS).bearer(forged).send().outcome()).isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("S-13: who has made somebody an administrator, and who has ended that, stands in the audit log")
    void the_roles_that_somebody_is_given_are_told() {
        AdminClient root = AdminClient.root(server);
        Reply added =
                root.post("/users", "username", "zora", "password", RunningServer.PASSWORD, "roles", List.of("buyer"));
        String path = "/users/" + added.string("sub");
        root.patch(path, "*", "roles", List.of("administrator", "buyer"));
        root.patch(path, "*", "roles", List.of());
        root.patch(path, "*", "name", "Zora Zeit");

        assertThat(server.audit(AuditEvent.Type.USER_CREATED).getLast().details())
                .containsEntry("roles", "buyer");
        assertThat(server.audit(AuditEvent.Type.USER_CHANGED))
                .extracting(event -> event.details().getOrDefault("roles", "the same"))
                .containsExactly("administrator buyer", "", "the same");
    }

    @Test
    void moments_that_no_column_can_tell_break_nothing() {
        AdminClient root = AdminClient.root(server);
        String past = "-999999999-01-01T00:00:00Z";
        String future = "%2B999999999-01-01T00:00:00Z";
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("26:+999999999-01-01T00:00:00Z5".getBytes(StandardCharsets.UTF_8));

        for (String wide : List.of("since=" + past, "until=" + future, "cursor=" + forged)) {
            Reply found = root.get("/audit?limit=5&" + wide);
            assertThat(found.status()).as(wide).isEqualTo(200);
            assertThat(AdminClient.items(found)).as(wide).isNotEmpty();
        }
        for (String empty : List.of("since=" + future, "until=" + past)) {
            Reply found = root.get("/audit?" + empty);
            assertThat(found.status()).as(empty).isEqualTo(200);
            assertThat(AdminClient.items(found)).as(empty).isEmpty();
        }
    }

    @Test
    void a_token_is_refused_from_the_moment_that_it_was_taken_back() {
        AdminClient root = AdminClient.root(server);
        AdminClient other = AdminClient.with(server, "helper", "admin:users.read");
        assertThat(other.get("/users").status()).isEqualTo(200);
        assertThat(root.call("POST", "/users/helper/disable").send().status()).isEqualTo(200);
        assertThat(other.get("/users").outcome()).isEqualTo("401 invalid_token");

        AdminClient third = AdminClient.with(server, "third", "admin:users.read");
        assertThat(root.put(
                                "/roles/role-of-third/apis/" + AdminClient.segment(AdminClient.audience(server)),
                                "scopes",
                                List.of())
                        .status())
                .isEqualTo(200);
        assertThat(third.get("/users").outcome()).isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("RFC 6750 §3.1: too little scope is 403 and names what is needed; each operation has its own")
    void each_operation_needs_its_own_scope() {
        for (AdminScope scope : AdminScope.values()) {
            String[] others = AdminScope.ALL.tokens().stream()
                    .filter(token -> !token.equals(scope.wireName()))
                    .toArray(String[]::new);
            AdminClient lacking = AdminClient.with(server, "no-" + scope.ordinal(), others);
            int refused = 0;
            for (Map.Entry<String, String> operation : operations(scope).entrySet()) {
                Reply reply =
                        lacking.call(operation.getValue(), operation.getKey()).send();
                assertThat(reply.outcome()).as("%s", operation).isEqualTo("403 insufficient_scope");
                assertThat(challenge(reply))
                        .contains("error=\"insufficient_scope\", scope=\"" + scope.wireName() + '"');
                refused++;
            }
            assertThat(refused).as("%s", scope).isPositive();
        }
    }

    /// Paths and methods of what needs a scope.
    private Map<String, String> operations(AdminScope scope) {
        Map<String, String> found = new TreeMap<>();
        Map<?, ?> paths = (Map<?, ?>)
                server.call("GET", "/admin/api/openapi.json").send().json().get("paths");
        paths.forEach((path, methods) -> ((Map<?, ?>) methods).forEach((method, operation) -> {
            if (((Map<?, ?>) operation).get("security").toString().contains(scope.wireName() + "]")) {
                found.put(
                        path.toString().replaceAll("\\{\\w+}", "x"),
                        method.toString().toUpperCase(Locale.ROOT));
            }
        }));
        return found;
    }

    @Test
    @DisplayName("RFC 9449 §7.2: a bound token is good with its holder's proof alone")
    void a_token_that_is_bound_to_a_key_needs_its_proof() {
        Proof proof = Proof.withNewKey();
        server.addClient(
                "robot",
                "the-secret-of-the-robot-which-is-long",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(AdminClient.audience(server)),
                "admin:users.read");
        Reply token = server.call("POST", "/token")
                .basic("robot", "the-secret-of-the-robot-which-is-long")
                .header("DPoP", proof.of(server, "POST", "/token"))
                .form("grant_type", "client_credentials")
                .send();
        String text = token.string("access_token");
        assertThat(token.string("token_type")).isEqualTo("DPoP");

        Reply bare = server.call("GET", USERS).bearer(text).send();
        assertThat(bare.outcome()).isEqualTo("401 invalid_token");
        assertThat(challenge(bare)).startsWith("DPoP ");
        Reply unproved = server.call("GET", USERS)
                .header("Authorization", "DPoP " + text)
                .send();
        assertThat(unproved.status()).isEqualTo(401);
        Reply thief = server.call("GET", USERS)
                .header("Authorization", "DPoP " + text)
                .header("DPoP", Proof.withNewKey().with(text, server, "GET", USERS))
                .send();
        assertThat(thief.status()).isEqualTo(401);
        Reply holder = server.call("GET", USERS)
                .header("Authorization", "DPoP " + text)
                .header("DPoP", proof.with(text, server, "GET", USERS))
                .send();
        assertThat(holder.status()).as(holder.text()).isEqualTo(200);
    }

    @Test
    void bodies_are_bounded_and_what_is_not_known_is_refused_by_its_name() {
        AdminClient root = AdminClient.root(server);
        Reply huge =
                root.post("/users", "username", "x", "password", RunningServer.PASSWORD, "name", "x".repeat(70_000));
        assertThat(huge.status()).isEqualTo(413);

        Map<String, String> wrong = new TreeMap<>();
        wrong.put(
                "{\"username\":\"eve\",\"password\":\"long enough\",\"subject\":\"usr_x\"}", "there is no \"subject\"");
        wrong.put("{\"username\":\"eve\",\"password\":\"long enough\",\"disabled\":false}", "there is no \"disabled\"");
        wrong.put("{\"username\":\"eve\",\"password\":\"long enough\",\"created_at\":1}", "there is no \"created_at\"");
        wrong.put("{\"username\":\"eve\"}", "password is missing");
        wrong.put("{\"username\":7,\"password\":\"long enough\"}", "username must be a text");
        wrong.put(
                "{\"username\":\"eve\",\"password\":\"long enough\",\"roles\":\"administrator\"}",
                "roles must be a list");
        wrong.put("{\"username\":\"eve\",\"password\":\"long enough\",\"roles\":[7]}", "must be a text");
        wrong.put("[]", "one JSON object");
        wrong.put("{\"username\":\"eve\",\"username\":\"eva\",\"password\":\"long enough\"}", "each name once");
        wrong.forEach((body, why) -> {
            Reply reply = root.call("POST", "/users").json(body).send();
            assertThat(reply.outcome()).as(body).isEqualTo("400 invalid_request");
            assertThat(reply.string("detail")).as(body).contains(why);
        });
        assertThat(root.call("POST", "/users").body("text/plain", "{}").send().status())
                .isEqualTo(415);
        assertThat(root.get("/users?quary=x").string("detail")).contains("\"quary\"");
        assertThat(root.get("/users?limit=0").status()).isEqualTo(400);
        assertThat(root.get("/users?limit=201").status()).isEqualTo(400);
        assertThat(root.get("/users?cursor=forged").status()).isEqualTo(400);
        assertThat(root.call("DELETE", "/users/nick").json("{}").send().status())
                .isEqualTo(400);
        assertThat(server.database.<Boolean>read(tx ->
                        new UserStore().findByUsername(tx, new Username("eve")).isPresent()))
                .isFalse();
    }

    @Test
    void paths_and_methods_that_are_not_in_the_table_lead_nowhere() {
        AdminClient root = AdminClient.root(server);
        for (String path : List.of(
                "/",
                "/nothing",
                "/users/",
                "/users/vera/",
                "/users/vera/sessions/x/y",
                "/users/~",
                "/users/~AA",
                "/users/~!")) {
            assertThat(root.get(path).outcome()).as(path).isEqualTo("404 not_found");
        }
        assertThat(root.get("/../v1/users").status()).isIn(400, 404);
        Reply put = root.put("/users");
        assertThat(put.outcome()).isEqualTo("405 method_not_allowed");
        assertThat(put.header("Allow")).hasValue("GET, HEAD, POST");
        Reply preflight = server.call("OPTIONS", USERS)
                .header("Origin", "https://evil.example")
                .send();
        assertThat(preflight.status()).isEqualTo(405);
        Reply foreign = root.call("GET", "/users")
                .header("Origin", "https://evil.example")
                .send();
        assertThat(foreign.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(foreign.header("Cache-Control")).hasValue("no-store");
        assertThat(root.call("HEAD", "/users").send().status()).isEqualTo(200);
    }

    @Test
    void nobody_gives_or_takes_over_more_than_it_has() {
        AdminClient root = AdminClient.root(server);
        AdminClient clerk = AdminClient.with(
                server,
                "clerk",
                "admin:users.read",
                "admin:users.write",
                "admin:roles.read",
                "admin:roles.write",
                "admin:clients.read",
                "admin:clients.write",
                "admin:apis.write");
        String own = AdminClient.audience(server);
        String api = AdminClient.segment(own);

        UserInvitation boss = new UserInvitation(
                "inv_boss",
                new EmailAddress("boss@example.org"),
                "",
                new TreeSet<>(Set.of(new RoleName("administrator"))),
                "cli",
                Instant.now(),
                Instant.now().plusSeconds(600));
        server.database.inTransaction(tx -> {
            new UserInvitationStore().put(tx, boss);
            return boss;
        });

        List<Reply> refused = new ArrayList<>();
        refused.add(clerk.patch("/users/clerk", "*", "roles", List.of("role-of-clerk", "administrator")));
        refused.add(clerk.patch("/users/nick", "*", "roles", List.of("administrator")));
        refused.add(clerk.post(
                "/users", "username", "eve", "password", RunningServer.PASSWORD, "roles", List.of("administrator")));
        refused.add(clerk.put("/users/root/password", "password", "mine from now on"));
        refused.add(clerk.patch("/users/root", "*", "email", "clerk@example.org"));
        refused.add(clerk.patch("/users/root", "*", "roles", List.of()));
        refused.add(clerk.post("/users/root/disable"));
        refused.add(clerk.call("POST", "/users/root/disable").send());
        refused.add(clerk.call("POST", "/users/root/reset").send());
        refused.add(clerk.post("/invitations", "email", "eve@example.org", "roles", List.of("administrator")));
        refused.add(clerk.delete("/invitations/inv_boss"));
        refused.add(clerk.delete("/users/root"));
        refused.add(clerk.delete("/users/root/sessions"));
        refused.add(clerk.delete("/users/root/factors/totp"));
        refused.add(clerk.put(
                "/roles/role-of-clerk/apis/" + api, "scopes", List.of("admin:users.write", "admin:keys.write")));
        refused.add(clerk.put("/roles/buyer/apis/" + api, "scopes", List.of("admin:audit.read")));
        refused.add(clerk.put("/roles/administrator/apis/" + api, "scopes", List.of()));
        refused.add(clerk.delete("/roles/administrator"));
        refused.add(clerk.post(
                "/clients",
                "client_id",
                "mole",
                "grants",
                List.of("client_credentials"),
                "apis",
                List.of(own),
                "scopes",
                List.of("admin:keys.write")));
        refused.add(clerk.patch("/apis/" + api, "*", "token_lifetime", 86_400L));
        refused.removeIf(reply -> reply.status() == 400 && reply.text().contains("takes no body"));
        assertThat(refused).hasSize(19);
        for (Reply reply : refused) {
            assertThat(reply.outcome()).as(reply.text()).isEqualTo("403 insufficient_scope");
            assertThat(challenge(reply)).contains("insufficient_scope");
        }
        root.post(
                "/clients",
                "client_id",
                "robot",
                "grants",
                List.of("client_credentials"),
                "apis",
                List.of(own),
                "scopes",
                List.of("admin:keys.write"));
        assertThat(clerk.patch("/clients/robot", "*", "new_secret", true).outcome())
                .isEqualTo("403 insufficient_scope");
        assertThat(clerk.delete("/clients/robot").outcome()).isEqualTo("403 insufficient_scope");

        assertThat(root.get("/users").status()).as("root is still in").isEqualTo(200);
        assertThat(clerk.patch("/users/nick", "*", "roles", List.of("buyer")).status())
                .isEqualTo(200);
        assertThat(clerk.put(
                                "/roles/role-of-clerk/apis/" + AdminClient.segment(RunningServer.ORDERS),
                                "scopes",
                                List.of("orders:read"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void the_only_administrator_does_not_shut_the_door_from_outside() {
        AdminClient root = AdminClient.root(server);
        String role = "/roles/administrator/apis/" + AdminClient.segment(AdminClient.audience(server));
        List<Reply> refused = List.of(
                root.delete("/users/root"),
                root.call("POST", "/users/root/disable").send(),
                root.patch("/users/root", "*", "roles", List.of()),
                root.delete("/roles/administrator"),
                root.put(role, "scopes", List.of("admin:users.read")));
        for (Reply reply : refused) {
            assertThat(reply.outcome()).as(reply.text()).isEqualTo("409 conflict");
            assertThat(reply.string("detail")).containsPattern("give another user (the|a) role");
        }
        assertThat(root.get("/users").status()).isEqualTo(200);

        assertThat(root.patch("/users/nick", "*", "roles", List.of("administrator"))
                        .status())
                .isEqualTo(200);
        assertThat(root.delete("/users/root").status()).isEqualTo(204);
        assertThat(AdminClient.as(server, "nick").get("/users").status()).isEqualTo(200);
    }

    @Test
    void the_servers_own_api_can_be_neither_deleted_nor_opened_nor_given_a_secret_that_is_shared() {
        AdminClient root = AdminClient.root(server);
        String path = "/apis/" + AdminClient.segment(AdminClient.audience(server));
        assertThat(root.delete(path).outcome()).isEqualTo("409 conflict");
        assertThat(root.patch(path, "*", "open", true).outcome()).isEqualTo("409 conflict");
        assertThat(root.patch(path, "*", "algorithm", "HS256").outcome()).isEqualTo("409 conflict");
        assertThat(root.patch(path, "*", "scopes", List.of("admin:users.read")).outcome())
                .isEqualTo("409 conflict");
        assertThat(root.patch(path, "*", "token_lifetime", 120L).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("O-41: nobody lets others speak for somebody who has more")
    void who_may_speak_for_users_gives_no_more_than_whoever_says_so_has() {
        AdminClient root = AdminClient.root(server);
        AdminClient clerk = AdminClient.with(
                server,
                "clerk",
                "admin:clients.write",
                "admin:exchanges.write",
                "admin:issuers.read",
                "admin:issuers.write",
                "admin:brands.write");
        String own = AdminClient.audience(server);
        List<String> grants = List.of("token-exchange", "jwt-bearer", "client_credentials");
        Map<String, Object> keys = keySet();
        Map<String, Object> others = keySet();
        root.post(
                "/clients",
                "client_id",
                "mole",
                "grants",
                grants,
                "apis",
                List.of(own),
                "scopes",
                List.of("admin:keys.write"));
        root.post(
                "/clients",
                "client_id",
                "ci",
                "grants",
                grants,
                "apis",
                List.of(RunningServer.ORDERS),
                "metadata",
                Map.of("token_endpoint_auth_method", "client_secret_basic", "jwks", keys));
        assertThat(root.post("/issuers", "issuer", "ci", "clients", List.of("ci"), "users", List.of("root"))
                        .status())
                .isEqualTo(201);
        String fromOrders =
                "/exchanges/mole/" + AdminClient.segment(RunningServer.ORDERS) + "/" + AdminClient.segment(own);

        List<Reply> refused = new ArrayList<>();
        refused.add(clerk.put(fromOrders));
        refused.add(root.put(fromOrders));
        assertThat(refused.removeLast().status()).isEqualTo(200);
        refused.add(clerk.delete(fromOrders));
        Object[] ofRoot = {
            "issuer", "https://e.example", "jwks", keys, "clients", List.of("ci"), "users", List.of("root")
        };
        refused.add(clerk.post("/issuers", ofRoot));
        refused.add(clerk.post(
                "/issuers", "issuer", "https://e.example", "jwks", keys, "clients", List.of("ci"), "all_users", true));
        refused.add(clerk.post(
                "/issuers",
                "issuer",
                "https://e.example",
                "jwks",
                keys,
                "clients",
                List.of("mole"),
                "users",
                List.of("nick")));
        refused.add(clerk.patch("/issuers/ci", "*", "jwks", keys));
        refused.add(clerk.patch("/issuers/ci", "*", "users", List.of("nick")));
        refused.add(clerk.delete("/issuers/ci"));
        refused.add(clerk.patch("/clients/ci", "*", "metadata", Map.of("jwks", others)));
        refused.add(clerk.patch("/clients/mole/brand", "*", "name", "Mole"));
        for (Reply reply : refused) {
            assertThat(reply.outcome()).as(reply.text()).isEqualTo("403 insufficient_scope");
        }
        assertThat(root.get("/issuers/ci").json())
                .containsEntry("users", List.of(server.user("root").subject().value()));

        Reply allowed = clerk.post(
                "/issuers",
                "issuer",
                "https://f.example",
                "jwks",
                keys,
                "clients",
                List.of("ci"),
                "users",
                List.of("nick"));
        assertThat(allowed.status()).as(allowed.text()).isEqualTo(201);
        assertThat(clerk.patch(allowed.string("path"), "*", "users", List.of("nick", "root"))
                        .outcome())
                .isEqualTo("403 insufficient_scope");
        assertThat(clerk.patch("/clients/ci", "*", "metadata", Map.of("client_uri", "https://ci.example/"))
                        .status())
                .isEqualTo(200);

        // Who may write clients and no issuers does not become one by a client's keys, nor by its name.
        AdminClient registrar = AdminClient.with(server, "registrar", "admin:clients.write");
        assertThat(registrar
                        .patch("/clients/ci", "*", "metadata", Map.of("jwks", others))
                        .outcome())
                .isEqualTo("403 insufficient_scope");
        assertThat(registrar.delete("/clients/ci").status()).isEqualTo(204);
        assertThat(registrar
                        .post("/clients", "client_id", "ci", "grants", grants, "metadata", Map.of("jwks", keys))
                        .outcome())
                .isEqualTo("403 insufficient_scope");
    }

    private static Map<String, Object> keySet() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        return Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson()));
    }

    @Test
    void a_login_that_names_no_api_never_means_the_servers_own() {
        AdminClient.root(server);
        server.removeApi(RunningServer.STOCK);
        Reply login = server.call("POST", "/session")
                .json(Json.text(Map.of("username", "root", "password", RunningServer.PASSWORD)))
                .send();
        assertThat(login.status()).isEqualTo(200);
        assertThat(server.call("GET", USERS)
                        .bearer(login.string("access_token"))
                        .send()
                        .outcome())
                .isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("RFC 9110 §13.1.1: of two who have seen the same, the second is told that the first was faster")
    void a_lost_update_is_refused() throws Exception {
        AdminClient root = AdminClient.root(server);
        String tag = root.get("/users/nick").header("ETag").orElseThrow();
        assertThat(root.call("PATCH", "/users/nick")
                        .json("{\"name\":\"Nick\"}")
                        .send()
                        .outcome())
                .isEqualTo("428 precondition_required");
        Callable<Reply> change = () -> root.patch(
                "/users/nick", tag, "name", "Nick " + Thread.currentThread().threadId());
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) all.add(threads.submit(change));
            for (Future<Reply> each : all) statuses.add(each.get().status());
        }
        assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
        for (String path : List.of("/clients/shop", "/apis/" + AdminClient.segment(RunningServer.ORDERS))) {
            String seen = root.get(path).header("ETag").orElseThrow();
            String member = path.startsWith("/clients") ? "asks_consent" : "status_list";
            assertThat(root.patch(path, seen, member, !path.startsWith("/clients"))
                            .status())
                    .as(path)
                    .isEqualTo(200);
            assertThat(root.patch(path, seen, member, path.startsWith("/clients"))
                            .outcome())
                    .as(path)
                    .isEqualTo("412 precondition_failed");
        }
    }

    @Test
    void of_many_who_add_the_same_user_at_once_one_succeeds() throws Exception {
        AdminClient root = AdminClient.root(server);
        List<Integer> statuses = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.add(threads.submit(
                        () -> root.post("/users", "username", "eve", "password", RunningServer.PASSWORD)));
            }
            for (Future<Reply> each : all) statuses.add(each.get().status());
        }
        assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
    }

    @Test
    void what_was_done_is_on_record_with_who_did_it_to_whom_from_where_and_by_which_application() {
        AdminClient root = AdminClient.root(server);
        String rootSubject = server.user("root").subject().value();
        Reply reply = root.call("POST", "/users/nick/disable").send();
        AuditEvent event = server.audit(AuditEvent.Type.USER_DISABLED).getFirst();
        assertThat(event.actor()).isEqualTo(rootSubject);
        assertThat(event.target()).isEqualTo(server.user("nick").subject().value());
        assertThat(event.address()).isEqualTo("127.0.0.1");
        assertThat(event.client()).isNotEmpty();
        assertThat(event.requestId()).isEqualTo(reply.header("X-Request-Id").orElseThrow());

        server.addClient(
                "robot",
                "the-secret-of-the-robot-which-is-long",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(AdminClient.audience(server)),
                "admin:users.write");
        String token = server.call("POST", "/token")
                .basic("robot", "the-secret-of-the-robot-which-is-long")
                .form("grant_type", "client_credentials")
                .send()
                .string("access_token");
        assertThat(new AdminClient(server, token)
                        .call("POST", "/users/nick/enable")
                        .send()
                        .status())
                .isEqualTo(200);
        assertThat(server.audit(AuditEvent.Type.USER_ENABLED).getFirst().actor())
                .isEqualTo("robot");
    }

    @Test
    void a_password_set_by_an_administrator_is_in_no_answer_and_no_event() {
        AdminClient root = AdminClient.root(server);
        String password = "a very special password";
        Reply reply = root.put("/users/nick/password", "password", password);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(server.everythingStored()).doesNotContain(password);
        assertThat(server.logIn("nick", password).status()).isEqualTo(200);
    }

    @Test
    void a_role_administrator_that_was_there_before_administers_nothing_by_itself() {
        server.execute("DELETE FROM setting WHERE name = 'administration'");
        server.execute("DELETE FROM role_scope WHERE role = 'administrator'");
        server.execute("DELETE FROM api WHERE audience LIKE '%/admin/api'");
        server.addUser("boss", "administrator");
        server = server.restarted(Map.of("port", Integer.toString(server.handstamp.port())));
        AdminClient boss = AdminClient.as(server, "boss");
        assertThat(boss.get("/users").outcome()).isEqualTo("403 insufficient_scope");
        assertThat(boss.get("/keys").outcome()).isEqualTo("403 insufficient_scope");
    }

    @Test
    void the_api_is_the_same_one_after_a_restart() {
        long before = server.audit(AuditEvent.Type.API_CREATED).size();
        RunningServer again = server.restarted(Map.of("port", Integer.toString(server.handstamp.port())));
        server = again;
        assertThat(again.audit(AuditEvent.Type.API_CREATED)).hasSize((int) before);
        assertThat(AdminClient.root(again).get("/users").status()).isEqualTo(200);
    }

    @Test
    void an_issuer_of_another_name_is_administered_by_those_who_could_before() {
        AdminClient.root(server);
        server.addClient(
                "robot",
                "the-secret-of-the-robot-which-is-long",
                Set.of(GrantType.CLIENT_CREDENTIALS),
                List.of(AdminClient.audience(server)),
                "admin:keys.read");
        String old = AdminClient.audience(server);
        server = server.restarted(Map.of()); // At another port.
        assertThat(AdminClient.audience(server)).isNotEqualTo(old);
        assertThat(AdminClient.as(server, "root").get("/users").status()).isEqualTo(200);
        String token = server.call("POST", "/token")
                .basic("robot", "the-secret-of-the-robot-which-is-long")
                .form("grant_type", "client_credentials")
                .send()
                .string("access_token");
        assertThat(new AdminClient(server, token).get("/keys").status()).isEqualTo(200);
        assertThat(AdminClient.items(AdminClient.as(server, "root").get("/apis")))
                .noneMatch(api -> old.equals(api.get("audience")));
    }
}
