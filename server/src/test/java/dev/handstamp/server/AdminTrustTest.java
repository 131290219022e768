package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Roles, rules of exchange and issuers of assertions, made and changed by administrators in a browser. What is done
/// there is seen by the admin API.
class AdminTrustTest {

    private static final String HOSTILE = "<script>alert('\"&</script>";

    private static RunningServer server;
    private static TestBrowser root;
    private static AdminClient api;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        api = AdminClient.root(server);
        root = AdminForms.signedIn(server, "root");
        Set<GrantType> grants = Set.of(GrantType.TOKEN_EXCHANGE, GrantType.JWT_BEARER);
        for (String id : List.of("backend", "other")) {
            server.addClient(
                    id, "the-secret-of-" + id + "-is-long", grants, List.of(RunningServer.STOCK), "stock:read");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/admin/roles",
                "/admin/roles/new",
                "/admin/roles/buyer",
                "/admin/roles/no-such",
                "/admin/exchanges",
                "/admin/exchanges/new",
                "/admin/exchanges/no-such",
                "/admin/issuers",
                "/admin/issuers/new",
                "/admin/issuers/no-such",
                "/admin/brands",
                "/admin/brand",
                "/admin/brands/shop",
                "/admin/brands/no-such"
            })
    void nobody_comes_in_but_administrators(String path) {
        assertThat(server.call("GET", path).send().header("Location").orElseThrow())
                .startsWith("/login?to=");
        assertThat(AdminForms.signedIn(server, "vera").open(path).status()).isEqualTo(403);
        int expected = path.contains("no-such") ? 404 : 200;
        Reply german = root.send(server.call("GET", path).header("Accept-Language", "de"));
        assertThat(german.status()).isEqualTo(expected);
        assertThat(german.text()).doesNotContainPattern("admin\\.[a-z-]+\\.");
        if (path.endsWith("s")) return; // Lists change nothing.
        assertThat(server.call("POST", path).form("action", "delete").send().status())
                .isEqualTo(303);
        assertThat(AdminForms.signedIn(server, "vera")
                        .post(path, "action", "delete")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void whoever_has_only_some_scopes_of_the_administration_sees_none_of_it() {
        AdminClient.with(server, "half", "admin:roles.write", "admin:brands.write", "admin:issuers.write");
        TestBrowser half = AdminForms.signedIn(server, "half");
        for (String path : List.of("/admin/roles/buyer", "/admin/brand", "/admin/issuers/new")) {
            assertThat(half.open(path).status()).isEqualTo(403);
            assertThat(half.post(path, "action", "delete").status()).isEqualTo(403);
        }
        assertThat(api.get("/roles/buyer").status()).isEqualTo(200);
    }

    @Test
    void the_way_around_is_in_groups_and_says_where_one_is() {
        String page = root.open("/admin/exchanges").text();
        assertThat(page)
                .containsSubsequence(
                        "class=\"heading\">People",
                        "/admin/users",
                        "/admin/roles",
                        "class=\"heading\">Applications",
                        "/admin/exchanges\" aria-current=\"page\"",
                        "class=\"heading\">Operation",
                        "/admin/health");
    }

    @Test
    void a_role_is_made_given_scopes_narrowed_and_deleted() {
        Reply made = AdminForms.send(root, root.open("/admin/roles/new"), "add", "role", "cashier");
        assertThat(made.text()).contains("Added.", "<h1>cashier</h1>", "0 users have this role.");
        assertThat(root.at()).startsWith("/admin/roles/cashier");
        Reply again = AdminForms.send(root, root.open("/admin/roles/new"), "add", "role", "cashier");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.text()).contains("exists already", "value=\"cashier\"");
        assertThat(AdminForms.send(root, again, "add", "role", "<b>").text())
                .containsPattern("<span id=\"problem-role\"[^>]*>not a role: ");

        Reply given = AdminForms.act(
                root, made, "give", "", "apis", RunningServer.ORDERS, "scopes", "orders:read\norders:write");
        assertThat(given.text()).contains("Saved.", "What the role carries there already stays.");
        assertThat(api.get("/roles/cashier").json())
                .containsEntry("scopes", Map.of(RunningServer.ORDERS, List.of("orders:read", "orders:write")));
        assertThat(AdminForms.act(root, made, "give", "", "apis", RunningServer.ORDERS, "scopes", "orders:read")
                        .text())
                .as("one that it carries already, as `role add` does")
                .contains("Saved.");
        assertThat(api.get("/roles/cashier").json())
                .containsEntry("scopes", Map.of(RunningServer.ORDERS, List.of("orders:read", "orders:write")));
        server.addUser("carla", "cashier");
        Reply login = server.logIn("carla", RunningServer.PASSWORD);
        assertThat(server.isActive(login.string("access_token"))).isTrue();
        Reply page = root.open("/admin/roles/cashier");
        assertThat(page.text()).contains("One user has this role.", "There are: orders:read, orders:write");
        assertThat(root.open("/admin/roles").text())
                .containsPattern("(?s)/admin/roles/cashier\">cashier</a></th><td class=\"number\"[^>]*>1</td>");

        Reply unknown = AdminForms.act(root, page, "scopes", RunningServer.ORDERS, "scopes", "orders:fly");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.text()).contains("has no scope orders:fly", ">\norders:fly</textarea>");
        Reply form = AdminForms.act(root, page, "scopes", RunningServer.ORDERS, "scopes", "a\"b");
        assertThat(form.text()).contains("not a scope").doesNotContain("problem-scopes");
        assertThat(AdminForms.act(root, page, "give", "", "apis", "nowhere", "scopes", "x")
                        .text())
                .containsPattern("<span id=\"problem-apis\"[^>]*>not an API: ")
                .contains("value=\"nowhere\"");
        Reply narrowed = AdminForms.act(root, page, "scopes", RunningServer.ORDERS, "scopes", "orders:read");
        assertThat(narrowed.text()).contains("Saved.");
        assertThat(server.isActive(login.string("access_token")))
                .as("it says too much")
                .isFalse();
        assertThat(server.audit(AuditEvent.Type.ROLE_CHANGED).getLast().actor())
                .isEqualTo(server.user("root").subject().value());

        Reply gone = AdminForms.act(root, narrowed, "delete", "");
        assertThat(gone.text()).contains("Deleted.");
        assertThat(api.get("/roles/cashier").status()).isEqualTo(404);
        assertThat(server.user("carla").roles()).isEmpty();
    }

    @Test
    void nothing_is_given_where_no_scope_is_named_and_the_page_says_so() {
        AdminForms.send(root, root.open("/admin/roles/new"), "add", "role", "porter");
        Reply page = root.open("/admin/roles/porter");
        int events = server.audit().size();

        for (String nothing : List.of("", " \n,")) {
            Reply reply = AdminForms.act(root, page, "give", "", "apis", RunningServer.ORDERS, "scopes", nothing);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.text())
                    .containsPattern("<span id=\"problem-scopes\"[^>]*>Say which scopes")
                    .contains("value=\"" + RunningServer.ORDERS + "\"")
                    .doesNotContain("Saved.");
        }
        assertThat(server.audit()).hasSize(events);
    }

    @Test
    void nobody_takes_the_administration_from_themselves() {
        Reply page = root.open("/admin/roles/administrator");
        String own = AdminClient.audience(server);

        Reply narrowed = AdminForms.act(root, page, "scopes", own, "scopes", "admin:users.read");
        assertThat(narrowed.status()).isEqualTo(400);
        assertThat(narrowed.text()).contains("You administer this server by this role");
        assertThat(AdminForms.act(root, page, "delete", "").status()).isEqualTo(400);
        assertThat(root.open("/admin/roles").status()).isEqualTo(200);

        Reply elsewhere = AdminForms.act(root, page, "give", "", "apis", RunningServer.ORDERS, "scopes", "orders:read");
        assertThat(elsewhere.text()).contains("Saved.");
    }

    @Test
    void a_role_called_new_is_none_of_the_page_that_makes_one() {
        AdminForms.send(root, root.open("/admin/roles/new"), "add", "role", "new");

        assertThat(root.open("/admin/roles").text()).contains("href=\"/admin/roles/x-bmV3\"");
        assertThat(root.open("/admin/roles/x-bmV3").text()).contains("<h1>new</h1>");
    }

    @Test
    void a_rule_of_exchange_is_allowed_changed_and_withdrawn() {
        String rule = "/exchanges/backend/" + AdminClient.segment(RunningServer.ORDERS) + "/"
                + AdminClient.segment(RunningServer.STOCK);
        Reply form = root.open("/admin/exchanges/new");
        String[] filled = {
            "id",
            "backend",
            "from",
            RunningServer.ORDERS,
            "to",
            RunningServer.STOCK,
            "mapping",
            "orders:read = stock:read"
        };
        Reply wrong = AdminForms.send(
                root, form, "add", "id", "shop", "from", RunningServer.ORDERS, "to", RunningServer.STOCK);
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.text()).contains("not registered for the grant type token-exchange", "value=\"shop\"");

        Reply added = AdminForms.send(root, form, "add", filled);
        assertThat(added.text()).contains("Added.", "orders:read = stock:read");
        assertThat(api.get(rule).json())
                .containsEntry("scopes", Map.of("orders:read", "stock:read"))
                .containsEntry("impersonation", false);
        assertThat(AdminForms.send(root, form, "add", filled).text()).contains("there is such a rule already");
        assertThat(root.open("/admin/exchanges").text())
                .contains(">backend</a>", "orders:read = stock:read", "for the user, by name");

        Reply changed = AdminForms.send(root, added, "change", "mapping", "", "impersonation", "on");
        assertThat(changed.text()).contains("Saved.");
        assertThat(api.get(rule).json()).containsEntry("scopes", Map.of()).containsEntry("impersonation", true);
        Reply nonsense = AdminForms.send(root, changed, "change", "mapping", "orders:read stock:read");
        assertThat(nonsense.status()).isEqualTo(400);
        assertThat(nonsense.text()).contains("not a mapping of scopes", "orders:read stock:read</textarea>");
        // Whom it is for stands in its address: what else is sent changes nothing of that.
        AdminForms.send(root, changed, "change", "id", "other");
        assertThat(AdminClient.items(api.get("/exchanges"))).hasSize(1);

        Reply gone = AdminForms.act(root, changed, "delete", "");
        assertThat(gone.text()).contains("Deleted.", "Nobody may exchange tokens.");
        assertThat(api.get(rule).status()).isEqualTo(404);
        assertThat(AdminForms.act(root, changed, "delete", "").status()).isEqualTo(404);
    }

    @Test
    void an_issuer_is_trusted_changed_and_trusted_no_more() {
        String name = "https://ci.example.org/builds";
        String keys = keySet();
        Reply form = root.open("/admin/issuers/new");
        Reply nobody = AdminForms.send(root, form, "add", "issuer", name, "keys", keys, "clients", "backend");
        assertThat(nobody.status()).isEqualTo(400);
        assertThat(nobody.text())
                .containsPattern("<span id=\"problem-users\"[^>]*>say for which users")
                .contains("value=\"" + name + "\"");

        Reply added = AdminForms.send(root, nobody, "add", "users", "vera");
        assertThat(added.text())
                .contains("Added.", "<h1>https://<wbr>ci.<wbr>example.<wbr>org/<wbr>builds</h1>", ">\nvera</textarea>");
        String path = "/issuers/" + AdminClient.segment(name);
        String vera = server.user("vera").subject().value();
        assertThat(api.get(path).json())
                .containsEntry("users", List.of(vera))
                .containsEntry("clients", List.of("backend"))
                .containsEntry("subject", "subject");
        int events = server.audit().size();
        assertThat(AdminForms.send(root, added, "change").text()).contains("Saved.");
        assertThat(server.audit()).as("saving without a change changes nothing").hasSize(events);

        Reply wider = AdminForms.send(root, added, "change", "users", "", "all-users", "on", "subject", "username");
        assertThat(wider.text()).contains("Saved.");
        assertThat(api.get(path).json()).containsEntry("all_users", true).containsEntry("subject", "username");
        assertThat(root.open("/admin/issuers").text()).contains("everybody", "by value");

        Reply both = AdminForms.send(root, wider, "change", "users", "vera");
        assertThat(both.status()).isEqualTo(400);
        assertThat(both.text()).contains("say for which users");
        Map<String, String> fields = AdminForms.fields(wider);
        fields.remove("all-users");
        fields.put("users", "vera\nnick");
        Reply fewer = root.post(AdminForms.path(wider, "change"), AdminForms.pairs(fields));
        assertThat(fewer.text()).contains("Saved.", "nick\nvera");
        assertThat(AdminForms.send(root, fewer, "change", "keys", "{").text()).contains("no JSON object");
        assertThat(AdminForms.send(root, fewer, "change", "keys", "", "keys-uri", "")
                        .text())
                .contains("it is no client");

        Reply gone = AdminForms.act(root, fewer, "delete", "");
        assertThat(gone.text()).contains("Deleted.", "No assertions count.");
        assertThat(api.get(path).status()).isEqualTo(404);
        assertThat(server.audit(AuditEvent.Type.ISSUER_DELETED).getLast().actor())
                .isEqualTo(server.user("root").subject().value());
    }

    @Test
    @DisplayName("A form is looked at while it is filled in, and nothing comes of it")
    void a_check_changes_nothing() {
        Reply form = root.open("/admin/issuers/new");
        Map<String, String> fields = AdminForms.fields(form);
        fields.putAll(Map.of("action", "check", "form", checks(form), "issuer", "with a blank"));
        int before = server.audit().size();

        assertThat(root.post("/admin/issuers/new", AdminForms.pairs(fields)).text())
                .containsPattern("<span id=\"problem-issuer\"[^>]*>an issuer has 1 to 512");
        fields.putAll(Map.of("issuer", "https://x.example", "keys", keySet(), "clients", "backend", "users", "vera"));
        Reply fine = root.post("/admin/issuers/new", AdminForms.pairs(fields));
        assertThat(fine.status()).isEqualTo(200);
        assertThat(fine.text()).doesNotContain("problem-issuer");
        assertThat(server.audit()).hasSize(before);
        assertThat(api.get("/issuers/" + AdminClient.segment("https://x.example"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("CSRF: a form counts for its session, its page, its action and its target alone")
    void forged_forms_change_nothing() {
        server.addRole("forged", RunningServer.ORDERS, "orders:read");
        server.addRole("other", RunningServer.ORDERS, "orders:read");
        server.addUser("rosa", "administrator");
        Reply page = root.open("/admin/roles/forged");
        String ofScopes = AdminForms.form(page, "scopes", RunningServer.ORDERS);
        String ofDelete = AdminForms.form(page, "delete", "");
        Map<String, String[]> forged = new LinkedHashMap<>();
        forged.put("another action", new String[] {"/admin/roles/forged", "delete", "", ofScopes});
        forged.put("another target", new String[] {"/admin/roles/forged", "scopes", RunningServer.STOCK, ofScopes});
        forged.put("another page", new String[] {"/admin/roles/other", "delete", "", ofDelete});
        forged.put("none", new String[] {"/admin/roles/forged", "delete", "", ""});
        forged.forEach((how, it) -> assertThat(root.post(it[0], "action", it[1], "target", it[2], "form", it[3])
                        .status())
                .as(how)
                .isEqualTo(403));
        assertThat(AdminForms.signedIn(server, "rosa")
                        .post("/admin/roles/forged", "action", "delete", "target", "", "form", ofDelete)
                        .status())
                .as("another session")
                .isEqualTo(403);
        assertThat(root.send(server.call("POST", "/admin/roles/forged")
                                .header("Sec-Fetch-Site", "cross-site")
                                .form("action", "delete", "target", "", "form", ofDelete))
                        .status())
                .as("another site")
                .isEqualTo(403);
        for (String path : List.of("/admin/exchanges/new", "/admin/issuers/new", "/admin/roles/new")) {
            assertThat(root.post(path, "action", "add", "form", ofDelete, "role", "x")
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(api.get("/roles/forged").status()).isEqualTo(200);
        assertThat(api.get("/roles/other").status()).isEqualTo(200);
    }

    @Test
    void a_change_asks_for_a_sign_in_of_just_now_and_a_check_does_not() {
        server.addUser("late", "administrator");
        TestBrowser late = AdminForms.signedIn(server, "late");
        Reply form = late.open("/admin/issuers/new");
        Reply role = late.open("/admin/roles/buyer");
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 601000000 WHERE session_id IN"
                + " (SELECT session_id FROM session WHERE subject = '"
                + server.user("late").subject().value() + "')");

        Reply refused = AdminForms.send(late, form, "add", "issuer", "https://typed.example");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.text()).contains("You signed in a while ago", "value=\"https://typed.example\"");
        assertThat(AdminForms.act(late, role, "delete", "").status()).isEqualTo(403);
        assertThat(api.get("/roles/buyer").status()).isEqualTo(200);
        Map<String, String> fields = AdminForms.fields(form);
        fields.putAll(Map.of("action", "check", "form", checks(form), "issuer", "a b"));
        assertThat(late.post("/admin/issuers/new", AdminForms.pairs(fields)).text())
                .contains("an issuer has 1 to 512");
    }

    @Test
    @DisplayName("A-17: whatever things are called is shown and never run")
    void hostile_names_are_text() {
        server.addUser("hostile");
        server.execute("INSERT INTO role (name) VALUES ('<script>alert(''\"&</script>')");
        server.execute("UPDATE app_user SET roles = '<script>alert(''\"&</script>' WHERE subject = '"
                + server.user("hostile").subject().value() + "'");
        AdminForms.send(
                root,
                root.open("/admin/issuers/new"),
                "add",
                "issuer",
                HOSTILE,
                "keys",
                keySet(),
                "clients",
                "other",
                "users",
                "vera");
        String issuer = "/admin/issuers/x-" + base64(HOSTILE);
        for (Reply page : List.of(
                root.open("/admin/issuers"),
                root.open(issuer),
                AdminForms.send(root, root.open(issuer), "change", "users", HOSTILE, "clients", HOSTILE),
                AdminForms.send(root, root.open("/admin/exchanges/new"), "add", "id", HOSTILE, "mapping", HOSTILE),
                AdminForms.send(root, root.open("/admin/roles/new"), "add", "role", HOSTILE))) {
            assertThat(page.text())
                    .doesNotContain("<script>alert", "</textarea><script")
                    .contains("&lt;script");
        }
        assertThat(root.open("/admin/roles").text()).doesNotContain("<script>alert");
        AdminForms.act(root, root.open(issuer), "delete", "");
        server.execute("DELETE FROM role WHERE name LIKE '<%'");
        server.execute("UPDATE app_user SET roles = '' WHERE roles LIKE '<%'");
    }

    private static String checks(Reply page) {
        return page.text().replaceAll("(?s).*data-check=\"([^\"]+)\".*", "$1");
    }

    private static String keySet() {
        PrivateJwk key = PrivateJwk.generate(Algorithm.ES256);
        return Json.text(Map.of("keys", List.of(key.publicJwk().orElseThrow().toJson())));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
