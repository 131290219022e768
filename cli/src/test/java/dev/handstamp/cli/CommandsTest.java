package dev.handstamp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.settings.Setting;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.DatabaseLocation;
import dev.handstamp.server.store.MailStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {

    private static final String API = "https://api.example/orders";

    @TempDir
    Path folder;

    private Shell shell;

    @BeforeEach
    void open() {
        shell = new Shell(folder.resolve("data"));
    }

    @Test
    void an_api_is_opened_and_clients_are_invited() {
        shell.run("api", "add", API, "--scope", "read", "--open").isDone();
        assertThat(shell.run("api", "close", API, "--json").isDone().json()).containsEntry("open", false);
        assertThat(shell.run("api", "open", API, "--json").isDone().json()).containsEntry("open", true);
        shell.run("api", "open", API + "/2").isRefused("there is no API");

        Map<String, Object> made = shell.run(
                        "client",
                        "invite",
                        "--uses",
                        "2",
                        "--expires",
                        "24h",
                        "--api",
                        API,
                        "--scope",
                        "read",
                        "--json")
                .isDone()
                .json();
        assertThat(made).containsEntry("uses_left", 2L).containsEntry("scope", "read");
        assertThat((String) made.get("initial_access_token")).hasSize(43);
        assertThat(shell.run("client", "invitations", "--json").isDone().out())
                .contains((String) made.get("invitation"))
                .doesNotContain((String) made.get("initial_access_token"));
        shell.run("client", "uninvite", (String) made.get("invitation")).isDone();
        shell.run("client", "uninvite", (String) made.get("invitation")).isRefused("there is no invitation");
        assertThat(shell.run("audit").out()).contains("clients_invited", "invitation_deleted");
        shell.run("client", "invite", "--uses", "0").isRefused("1 to 1000000 clients");
        shell.run("client", "invite", "--api", API, "--scope", "write").isRefused("has the scope write");
        shell.run("client", "invite", "--api", API + "/2").isRefused("there is no API");
        shell.run("client", "show", "https://app.example/client.json").isRefused("there is no client");
    }

    @Test
    void apis_clients_and_roles_are_changed_in_place() {
        shell.run("api", "add", API, "--scope", "read", "--describe", "read=See your orders")
                .isDone();
        shell.run("role", "add", "clerk", "--api", API, "--scope", "read").isDone();
        shell.run(
                        "client",
                        "add",
                        "web",
                        "--grant",
                        "authorization_code",
                        "--redirect-uri",
                        "https://web.example/cb",
                        "--api",
                        API,
                        "--scope",
                        "read",
                        "--require-acr",
                        "aal2",
                        "--no-registration")
                .isDone();

        shell.run("api", "update", API).isWrongUsage("nothing to change");
        shell.run("api", "update", API + "/2", "--open").isRefused("there is no API");
        Map<String, Object> api = shell.run(
                        "api",
                        "update",
                        API,
                        "--add-scope",
                        "write",
                        "--describe",
                        "write#de=Bestellungen aufgeben",
                        "--token-lifetime",
                        "10m",
                        "--add-claim",
                        "email",
                        "--open",
                        "--require-acr",
                        "aal2",
                        "--new-secret",
                        "--json")
                .isDone()
                .json();
        assertThat(api)
                .containsEntry("scope", "read write")
                .containsEntry("token_lifetime", 600L)
                .containsEntry("claims", List.of("email"))
                .containsEntry("open", true)
                .containsEntry("required_acr", "aal2")
                .containsEntry(
                        "scope_descriptions",
                        Map.of("read", Map.of("", "See your orders"), "write", Map.of("de", "Bestellungen aufgeben")))
                .containsKey("client_secret");
        assertThat(shell.run("api", "update", API, "--no-open", "--describe", "read=", "--json")
                        .isDone()
                        .json())
                .containsEntry("open", false)
                .containsEntry("scope_descriptions", Map.of("write", Map.of("de", "Bestellungen aufgeben")));

        assertThat(shell.run("role", "update", "clerk", "--api", API, "--scope", "write", "--json")
                        .isDone()
                        .json())
                .containsEntry("scopes", Map.of(API, "write"));
        shell.run("role", "update", "clerk", "--api", API, "--remove-scope", "read")
                .isRefused("there is write");

        Map<String, Object> client = shell.run(
                        "client",
                        "update",
                        "web",
                        "--name",
                        "The web",
                        "--add-redirect-uri",
                        "https://web.example/cb2",
                        "--no-consent",
                        "--require-acr",
                        "none",
                        "--registration",
                        "--no-remembered-devices",
                        "--new-secret",
                        "--json")
                .isDone()
                .json();
        assertThat(client)
                .containsEntry("client_name", "The web")
                .containsEntry("redirect_uris", List.of("https://web.example/cb", "https://web.example/cb2"))
                .containsEntry("asks_consent", false)
                .containsEntry("remembers_devices", false)
                .containsKey("client_secret")
                .doesNotContainKeys("required_acr", "registers_users");
        shell.run("client", "update", "web", "--no-pkce", "--add-scope", "fly").isRefused("has the scope fly");
        assertThat(shell.bare("completion", "bash").isDone().out())
                .contains("--remove-scope")
                .contains("--no-remembered-devices");
    }

    @Test
    void a_brand_is_given_listed_and_taken_away() throws Exception {
        Path logo = folder.resolve("logo.svg");
        Files.writeString(logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"/></svg>");
        shell.run("brand", "list").isDone();
        shell.run("brand", "update").isWrongUsage("nothing to change");
        shell.run("brand", "update", "--accent", "#ffee00", "--accent-dark", "#ffee00")
                .isRefused("its contrast on a light page is 1.");
        shell.run("brand", "update", "--client", "shop", "--name", "Shop").isRefused("there is no client \"shop\"");
        shell.run("brand", "update", "--logo", folder.resolve("none.png").toString())
                .isWrongUsage("cannot be read");
        assertThat(shell.run(
                                "brand",
                                "update",
                                "--name",
                                "Nightclub",
                                "--logo",
                                logo.toString(),
                                "--accent",
                                "#4636A3",
                                "--accent-dark",
                                "#b3a8fa",
                                "--json")
                        .isDone()
                        .json())
                .containsEntry("name", "Nightclub")
                .containsEntry("accent", "#4636a3")
                .containsEntry("accent_dark", "#b3a8fa")
                .hasEntrySatisfying("logo", path -> assertThat((String) path).matches("/brand/[\\w-]{43}\\.svg"));
        shell.run("brand", "update", "--accent", "none", "--logo", "none").isDone();
        assertThat(shell.run("brand", "list", "--json").isDone().jsonList())
                .containsExactly(Map.of("name", "Nightclub"));
        shell.run("brand", "delete").isDone();
        shell.run("brand", "delete").isRefused("the server has no brand");
    }

    @Test
    void the_forms_of_the_documentation_work_before_a_server_ever_ran() {
        shell.runWith(
                        "right password\n",
                        "user",
                        "add",
                        "vera",
                        "--name",
                        "Vera Vale",
                        "--email",
                        "vera@example.org",
                        "--role",
                        "vip",
                        "--attribute",
                        "age=34",
                        "--password-stdin")
                .isDone();
        shell.run(
                        "api",
                        "add",
                        API,
                        "--scope",
                        "orders:read",
                        "--scope",
                        "orders:write",
                        "--algorithm",
                        "ES256",
                        "--token-lifetime",
                        "5m",
                        "--claim",
                        "age")
                .isDone();
        Map<String, Object> client = shell.run(
                        "client",
                        "add",
                        "shop",
                        "--grant",
                        "client_credentials",
                        "--grant",
                        "refresh_token",
                        "--api",
                        API,
                        "--scope",
                        "orders:read",
                        "--json")
                .isDone()
                .json();
        shell.run("role", "add", "vip", "--api", API, "--scope", "orders:write").isDone();

        assertThat(client)
                .containsEntry("client_id", "shop")
                .containsEntry("grant_types", List.of("client_credentials", "refresh_token"))
                .containsEntry("apis", List.of(API))
                .containsEntry("scope", "orders:read");
        assertThat((String) client.get("client_secret")).hasSize(43);
        Map<String, Object> vera =
                shell.run("user", "show", "vera", "--json").isDone().json();
        assertThat(vera)
                .containsEntry("name", "Vera Vale")
                .containsEntry("email", "vera@example.org")
                .containsEntry("roles", List.of("vip"))
                .containsEntry("attributes", Map.of("age", 34L))
                .containsEntry("disabled", false);
        assertThat(shell.run("role", "list", "--json").isDone().jsonList())
                .containsExactly(Map.of("role", "vip", "users", 1L, "scopes", Map.of(API, "orders:write")));
    }

    @Test
    void people_are_invited_and_passwords_reset_by_mail_alone() {
        shell.runWith("correct horse battery staple\n", "user", "add", "tina", "--password-stdin")
                .isDone();
        shell.run("user", "invite", "--email", "uwe@example.org")
                .isRefused("no server sends mails here: set mail.host");
        shell.run("user", "invite", "--email", "uwe").isRefused("no e-mail address");
        shell.run("user", "reset", "tina").isRefused("has no e-mail address");
        shell.run("user", "change", "tina", "--email", "tina@example.org").isDone();
        shell.run("user", "reset", "tina").isRefused("no server sends mails here: set mail.host");
        shell.run("user", "reset", "nobody").isRefused("there is no user");
    }

    @Test
    void an_invitation_is_listed_until_it_is_withdrawn() {
        assertThat(shell.run("user", "invitations").isDone().err()).contains("Nobody is invited");
        try (Database database = Database.open(new DatabaseLocation.Sqlite(folder.resolve("data/handstamp.db")))) {
            database.inTransaction(tx -> {
                new MailStore().setSending(tx, true);
                return tx;
            });
        }
        shell.run("role", "add", "vip").isDone();
        shell.run("user", "invite", "--email", "Uwe@example.org", "--name", "Uwe Ulm", "--role", "vip")
                .isDone();
        Map<String, Object> second = shell.run("user", "invite", "--email", "ada@example.org", "--json")
                .isDone()
                .json();

        List<Map<String, Object>> pending =
                shell.run("user", "invitations", "--json").isDone().jsonList();
        assertThat(pending).extracting(each -> each.get("email")).containsExactly("ada@example.org", "Uwe@example.org");
        assertThat(pending.getFirst()).isEqualTo(second);
        assertThat(pending.getLast())
                .containsEntry("name", "Uwe Ulm")
                .containsEntry("roles", List.of("vip"))
                .containsEntry("inviter", "cli");
        assertThat(shell.run("user", "invitations").isDone().out())
                .contains("ADDRESS", "Uwe@example.org", "Uwe Ulm", "vip");

        shell.run("user", "uninvite", "uwe@example.org").isDone();
        shell.run("user", "uninvite", "uwe@example.org").isRefused("there is no invitation");
        assertThat(shell.run("revocations", "all").isDone().out()).contains("Ended 1 invitation.");
        shell.run("user", "uninvite", (String) second.get("invitation_id")).isRefused("there is no invitation");
        assertThat(shell.run("audit", "--json").isDone().out()).contains("user_uninvited");
    }

    @Test
    void a_user_is_given_a_second_factor_and_loses_it_again() {
        shell.run("role", "add", "vip").isDone();
        shell.runWith("correct horse battery staple\n", "user", "add", "tina", "--password-stdin")
                .isDone();
        assertThat(shell.run("user", "show", "tina", "--json").isDone().json()).containsEntry("second_factor", false);

        Map<String, Object> enrolled =
                shell.run("user", "totp", "add", "tina", "--json").isDone().json();
        assertThat((String) enrolled.get("otpauth_uri"))
                .startsWith("otpauth://totp/")
                .contains(":tina?secret=");
        assertThat((List<?>) enrolled.get("recovery_codes")).hasSize(8);
        shell.run("user", "totp", "add", "tina").isRefused("has an authenticator already");
        assertThat(shell.run("user", "show", "tina", "--json").isDone().json())
                .containsEntry("second_factor", true)
                .containsEntry("recovery_codes_left", 8L);

        shell.run("user", "totp", "remove", "tina").isDone();
        shell.run("user", "totp", "remove", "tina").isRefused("has no authenticator");
        shell.run("api", "add", "https://api.example/vault", "--require-acr", "aal9")
                .isRefused("aal1 or aal2");
        assertThat(shell.run("api", "add", "https://api.example/vault", "--require-acr", "aal2", "--json")
                        .isDone()
                        .json())
                .containsEntry("required_acr", "aal2");
    }

    @Test
    void a_user_without_passkeys_has_none_to_list_or_to_lose() {
        shell.runWith("correct horse battery staple\n", "user", "add", "paul", "--password-stdin")
                .isDone();
        assertThat(shell.run("user", "passkeys", "list", "paul").isDone().err()).contains("No passkeys");
        assertThat(shell.run("user", "passkeys", "list", "paul", "--json")
                        .isDone()
                        .jsonList())
                .isEmpty();
        shell.run("user", "passkeys", "list", "nobody").isRefused("nobody");
        shell.run("user", "passkeys", "remove", "paul", "lbqJ5xJrVOc3w4qT3yKkVw")
                .isRefused("has no passkey");
    }

    @Test
    void an_assertion_issuer_is_trusted_shown_and_trusted_no_more() throws Exception {
        shell.run("api", "add", API, "--scope", "orders:read").isDone();
        shell.run("client", "add", "deployer", "--grant", "jwt-bearer", "--api", API)
                .isDone();
        shell.run("client", "add", "naked", "--public", "--grant", "jwt-bearer").isRefused("it proves nothing");
        for (String reserved : List.of("cli", "server")) {
            shell.run("client", "add", reserved, "--grant", "jwt-bearer", "--api", API)
                    .isRefused("a client needs another id");
        }
        shell.run("issuer", "list").isDone();
        String name = "https://ci.example.org";
        shell.run("issuer", "add", name, "--jwks-uri", "http://10.0.0.1/keys", "--client", "deployer", "--all-users")
                .isRefused("is not https");
        shell.run("issuer", "add", name, "--jwks-uri", "https://ci.example.org/keys", "--client", "deployer")
                .isRefused("for which users");

        shell.run(
                        "issuer",
                        "add",
                        name,
                        "--jwks-uri",
                        "https://ci.example.org/keys",
                        "--client",
                        "deployer",
                        "--all-users",
                        "--subject",
                        "username")
                .isDone();
        assertThat(shell.run("issuer", "show", name, "--json").isDone().json())
                .containsEntry("jwks_uri", "https://ci.example.org/keys")
                .containsEntry("clients", List.of("deployer"))
                .containsEntry("all_users", true)
                .containsEntry("subject", "username");
        shell.runWith("correct horse battery staple\n", "user", "add", "vera", "--password-stdin")
                .isDone();
        shell.run("issuer", "update", name).isWrongUsage("nothing to change");
        shell.run("issuer", "update", name, "--remove-client", "deployer").isRefused("which clients");
        assertThat(shell.run("issuer", "update", name, "--add-user", "vera", "--subject", "subject", "--json")
                        .isDone()
                        .json())
                .containsEntry("all_users", false)
                .containsEntry("subject", "subject");
        shell.run("issuer", "update", name, "--remove-user", "vera").isRefused("for which users");
        shell.run("issuer", "update", name, "--jwks-uri", "none").isRefused("it is no client");
        assertThat(shell.run("issuer", "update", name, "--all-users", "--json")
                        .isDone()
                        .json())
                .containsEntry("all_users", true);
        shell.run("issuer", "delete", name).isDone();
        shell.run("issuer", "show", name).isRefused("there is no issuer");
    }

    @Test
    void a_rule_of_token_exchange_is_made_shown_and_taken_away() {
        String stock = "https://api.example/stock";
        shell.run("api", "add", API, "--scope", "orders:read").isDone();
        shell.run("api", "add", stock, "--scope", "stock:read").isDone();
        shell.run("exchange", "list").isDone();
        shell.run("client", "add", "plain", "--grant", "client_credentials", "--api", stock)
                .isDone();
        shell.run("exchange", "add", "plain", "--from", API, "--to", stock)
                .isRefused("not registered for the grant type token-exchange");
        shell.run("client", "add", "naked", "--public", "--grant", "token-exchange")
                .isRefused("a public client cannot exchange tokens");
        shell.run("client", "add", "backend", "--grant", "token-exchange", "--api", stock, "--scope", "stock:read")
                .isDone();
        shell.run("exchange", "add", "backend", "--from", stock, "--to", API).isRefused("may not ask for tokens of");
        shell.run("exchange", "add", "backend", "--from", API, "--to", stock, "--scope", "x=stock:read")
                .isRefused("has no scope");

        shell.run("exchange", "add", "backend", "--from", API, "--to", stock, "--scope", "orders:read=stock:read")
                .isDone();
        assertThat(shell.run("exchange", "list", "--json").isDone().jsonList())
                .singleElement()
                .satisfies(rule -> assertThat(rule)
                        .containsEntry("client_id", "backend")
                        .containsEntry("scopes", Map.of("orders:read", "stock:read"))
                        .containsEntry("impersonation", false));
        shell.run("exchange", "delete", "backend", "--from", API, "--to", stock).isDone();
        shell.run("exchange", "delete", "backend", "--from", API, "--to", stock).isRefused("there is no such rule");
    }

    @Test
    void an_api_is_told_its_secrets_once() {
        shell.run("user", "list").isDone();
        Map<String, Object> added = shell.run("api", "add", API, "--algorithm", "HS256", "--json")
                .isDone()
                .json();
        assertThat(added)
                .containsEntry("client_id", API)
                .containsEntry("token_lifetime", 300L)
                .containsKeys("client_secret", "shared_secret", "next_shared_secret");
        assertThat(Base64.getUrlDecoder().decode((String) added.get("shared_secret")))
                .hasSizeGreaterThanOrEqualTo(32);
        Map<String, Object> shown =
                shell.run("api", "show", API, "--json").isDone().json();
        assertThat(shown).doesNotContainKeys("client_secret", "shared_secret", "next_shared_secret");

        Map<String, Object> turned =
                shell.run("key", "rotate", "--api", API, "--json").isDone().json();
        assertThat(turned.get("shared_secret")).isEqualTo(added.get("next_shared_secret"));
    }

    @Test
    void a_master_key_that_is_made_is_told_about_loudly() {
        Shell.Result first = shell.run("api", "add", API).isDone();
        assertThat(first.err())
                .contains("BACK IT UP NOW")
                .contains(folder.resolve("data/master.key").toString());
        assertThat(shell.run("api", "add", API + "/2").isDone().err()).isEmpty();
    }

    @Test
    void a_client_can_have_an_identifier_and_a_secret_that_were_chosen() {
        String secret = "v3ry-l0ng-and-random-enough-for-anybody";
        Map<String, Object> added = shell.runWith(
                        secret + "\n",
                        "client",
                        "add",
                        "shop",
                        "--id",
                        "my.shop",
                        "--grant",
                        "refresh_token",
                        "--secret-stdin",
                        "--json")
                .isDone()
                .json();
        assertThat(added).containsEntry("client_id", "my.shop").containsEntry("client_secret", secret);
        shell.runWith("short", "client", "add", "b", "--grant", "refresh_token", "--secret-stdin")
                .isRefused("a chosen secret has 32 to 256");
        shell.runWith("a".repeat(40), "client", "add", "b", "--grant", "refresh_token", "--secret-stdin")
                .isRefused("must be random");
        shell.run("client", "add", "my.shop", "--grant", "refresh_token").isRefused("is taken");
        shell.runWith("{\"default_max_age\": 60}", "client", "add", "m", "--grant", "refresh_token", "--metadata", "-")
                .isDone();
        shell.runWith("{\"colour\": 1}", "client", "add", "n", "--grant", "refresh_token", "--metadata", "-")
                .isRefused("there is no client metadata colour");
        shell.runWith("nothing", "client", "add", "n", "--grant", "refresh_token", "--metadata", "-")
                .isWrongUsage("not one JSON object");
    }

    @Test
    void a_client_is_known_to_users_by_the_name_that_it_was_added_with() {
        String[] corner = {
            "client",
            "add",
            "The corner shop",
            "--id",
            "corner",
            "--grant",
            "authorization_code",
            "--redirect-uri",
            "https://shop.example/callback"
        };
        assertThat(shell.run(corner).isDone().out()).contains("The corner shop");
        assertThat(shell.run("client", "show", "corner", "--json").json())
                .containsEntry("client_name", "The corner shop");
    }

    @Test
    void a_client_that_users_are_sent_to_says_where_and_how() {
        var confidential = shell.run(
                        "client",
                        "add",
                        "web",
                        "--grant",
                        "authorization_code",
                        "--redirect-uri",
                        "https://a.example/cb",
                        "--scope",
                        "openid",
                        "--scope",
                        "profile",
                        "--name",
                        "The shop",
                        "--no-consent",
                        "--json")
                .isDone()
                .json();
        assertThat(confidential)
                .containsEntry("client_name", "The shop")
                .containsEntry("redirect_uris", List.of("https://a.example/cb"))
                .containsEntry("scope", "openid profile")
                .containsEntry("token_endpoint_auth_method", "client_secret_basic")
                .containsEntry("requires_pkce", true)
                .containsEntry("asks_consent", false)
                .containsKey("client_secret");

        var app = shell.run(
                        "client",
                        "add",
                        "app",
                        "--public",
                        "--grant",
                        "authorization_code",
                        "--redirect-uri",
                        "http://127.0.0.1/cb",
                        "--json")
                .isDone()
                .json();
        assertThat(app)
                .containsEntry("client_name", "app")
                .containsEntry("token_endpoint_auth_method", "none")
                .doesNotContainKey("client_secret");
        assertThat(shell.run("client", "show", "app").isDone().out()).contains("public", "http://127.0.0.1/cb");
    }

    @Test
    void a_password_is_asked_for_twice_without_a_word_on_the_screen() {
        Shell.Result added = shell.typing("right password", "right password")
                .run("user", "add", "nick")
                .isDone();
        assertThat(added.out() + added.err()).doesNotContain("right password");
        shell.typing("right password", "wrong password")
                .run("user", "add", "mia")
                .isWrongUsage("the two passwords differ");
        shell.run("user", "add", "mia").isWrongUsage("use --password-stdin");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            1234567   | a password has at least 8 characters
            ''        | a password has at least 8 characters
            '1234567\n' | a password has at least 8 characters
            """)
    void a_short_password_is_refused(String password, String reason) {
        shell.runWith(password, "user", "add", "vera", "--password-stdin").isRefused(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            password1  | this password stands in lists of stolen ones
            ILOVEYOU!! | this password stands in lists of stolen ones
            vera.vale  | a password is not made of the user's name
            """)
    void a_password_that_anybody_tries_first_is_refused(String password, String reason) {
        shell.runWith(password, "user", "add", "vera", "--name", "Vera Vale", "--password-stdin")
                .isRefused(reason);
    }

    @Test
    void passwords_of_a_list_of_ones_own_are_refused() throws IOException {
        Path list = folder.resolve("list.txt");
        Files.writeString(list, "nobody else knows this\n");
        Path filter = folder.resolve("own.filter");
        assertThat(shell.bare("breached", "build", list.toString(), "--out", filter.toString(), "--json")
                        .isDone()
                        .json())
                .containsEntry("passwords", 1L);
        shell.bare("breached", "build", folder.resolve("none").toString()).isRefused("none");

        shell.with("HANDSTAMP_BREACHED_PASSWORDS", filter.toString());
        shell.runWith("nobody else knows this", "user", "add", "vera", "--password-stdin")
                .isRefused("lists of stolen ones");
        shell.runWith("password1", "user", "add", "vera", "--password-stdin").isDone();
        shell.with("HANDSTAMP_BREACHED_PASSWORDS", list.toString());
        shell.run("user", "list").isRefused("breached-passwords: " + list + ": this is no filter of passwords");
    }

    @Test
    void a_password_counts_as_it_is_but_for_one_line_feed() {
        shell.runWith("x".repeat(1025), "user", "add", "vera", "--password-stdin")
                .isRefused("a password has at most 1024 bytes");
        shell.runWith("x".repeat(1024) + "\n", "user", "add", "vera", "--password-stdin")
                .isDone();
        shell.bare(
                        new byte[] {'a', 'b', 'c', (byte) 0xC3, 0x28, 'd', 'e', 'f', 'g'},
                        "user",
                        "add",
                        "mia",
                        "--password-stdin",
                        "--data",
                        folder.resolve("data").toString())
                .isWrongUsage("not UTF-8");
        // Two line feeds: one of them belongs to the password, which makes it long enough.
        shell.runWith("1234567\n\n", "user", "add", "mia", "--password-stdin").isDone();
    }

    @Test
    void a_role_that_nobody_added_is_made_and_mentioned() {
        Shell.Result added =
                shell.runWith("right password", "user", "add", "vera", "--role", "vip", "--password-stdin");
        assertThat(added.isDone().err()).contains("The role vip was not known");
        assertThat(shell.run("role", "list", "--json").jsonList())
                .containsExactly(Map.of("role", "vip", "users", 1L, "scopes", Map.of()));
    }

    @Test
    void nobody_administers_by_a_role_without_scopes_because_the_server_has_not_made_it_yet() {
        String[] add = {"user", "add", "root", "--role", "administrator", "--password-stdin"};
        shell.runWith("right password", add).isRefused("the server makes it when it first starts");
        assertThat(shell.run("role", "list", "--json").jsonList()).isEmpty();
        assertThat(shell.run("user", "list", "--json").jsonList()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user show nobody                                             | there is no user "nobody"
            user delete nobody                                           | there is no user "nobody"
            client delete nobody                                         | there is no client nobody
            client delete first-party                                    | not a client id
            api delete https://nobody                                    | there is no API "https://nobody"
            api add orders                                               | not an API: "orders"
            api add https://a --scope two"words                          | not a scope
            api add https://a --algorithm none                           | not a signature algorithm: "none"
            api add https://a --token-lifetime 25h                       | a token lives whole seconds, 10s to 24h
            api add https://a --claim sub                                | the claim sub has a meaning of its own
            api add https://a --claim cnf                                | the claim cnf has a meaning of its own
            client add a --grant password                                | not a grant type: "password"
            client add a --grant refresh_token --api https://nobody      | there is no API https://nobody
            client add a --grant refresh_token --scope x                 | none of the client's APIs has the scope x
            client add usr_a --grant refresh_token                       | not a client id
            client add a --grant authorization_code                      | needs a redirect URI
            client add a --grant refresh_token --redirect-uri https://a  | redirect URIs are for the grant type
            client add a --grant authorization_code --redirect-uri a:/b  | not a redirect URI: "a:/b"
            client add a --grant refresh_token --scope openid            | none of the client's APIs has the scope openid
            client add a --grant client_credentials --public             | a public client cannot use client_credentials
            client add a --grant refresh_token --public --no-pkce        | a public client cannot do without PKCE
            role add a --api https://nobody                              | there is no API https://nobody
            role delete nobody                                           | there is no role nobody
            session revoke nothing                                       | there is no live session "nothing"
            session list --user nobody                                   | there is no user "nobody"
            audit --user nobody                                          | there is no user "nobody"
            key retire nothing                                           | there is no key "nothing"
            key rotate --algorithm ES512                                 | no API's tokens are signed with
            key rotate --api https://nobody                              | there is no API https://nobody
            token issue --user nobody --api https://a                    | there is no user "nobody"
            token issue --client nobody --api https://a                  | there is no client nobody
            """)
    void what_cannot_be_done_is_refused_with_a_reason(String command, String reason) {
        assertThat(shell.run(command.split(" ")).isRefused(reason).out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            user frobnicate                      | frobnicate
            user add                             | NAME
            user list --bogus                    | Unknown option: '--bogus'
            client add shop                      | --grant
            api add https://a --token-lifetime x | allowed is such as 10s
            session revoke                       | name either a session or --user USER
            session list --limit 0               | --limit is at least 1
            token issue --api https://a          | name either --user USER or --client ID
            audit --since yesterday              | --since is a duration such as 24h
            audit --until yesterday              | --until is a duration such as 24h
            audit --type nonsense                | --type is one of login_succeeded
            grant revoke vera                    | name either a grant or --client CLIENT
            user list --begins v --limit 0       | --limit is at least 1
            role delete a --scope b              | say which with --api
            serve --port x                       | port (flag --port): "x" is not allowed
            serve --issuer http://a.example      | must be https
            serve --prot 1                       | '--prot'
            user add a --password secret         | --password
            """)
    void wrong_usage_is_told_apart(String command, String reason) {
        shell.run(command.split(" ")).isWrongUsage(reason);
    }

    @Test
    void a_wrong_configuration_is_reported_whole() {
        shell.with("HANDSTAMP_PRT", "1").with("HANDSTAMP_PORT", "x");
        Shell.Result refused = shell.run("user", "list").isWrongUsage("did you mean port?");
        assertThat(refused.err()).contains("port (variable HANDSTAMP_PORT): \"x\" is not allowed");
    }

    @Test
    void a_configuration_file_says_where_the_data_is() throws Exception {
        Path file = Files.writeString(folder.resolve("handstamp.yaml"), "data: elsewhere\n");
        shell.bare("role", "add", "guest", "--config", file.toString()).isDone();
        assertThat(folder.resolve("elsewhere/handstamp.db")).exists();
    }

    @Test
    void what_administrators_look_for_is_found_as_by_the_admin_api() {
        addVera();
        assertThat(shell.run("user", "list", "--begins", "ver", "--json").jsonList())
                .singleElement()
                .satisfies(user -> assertThat(user).containsEntry("username", "vera"));
        assertThat(shell.run("user", "list", "--begins", "nobody").isDone().err())
                .contains("Nobody is called so.");
        assertThat(shell.run("audit", "--type", "user_created", "--json").jsonList())
                .hasSize(1);
        assertThat(shell.run("audit", "--type", "user_created", "--address", "198.51.100.7", "--json")
                        .jsonList())
                .isEmpty();
        assertThat(shell.run("grant", "list", "vera").isDone().err()).contains("Nothing is allowed.");
        assertThat(shell.run("grant", "revoke", "vera", "--client", "shop")
                        .isDone()
                        .out())
                .contains("Revoked 0 grants.");
    }

    @Test
    void ending_things_is_written_to_the_audit_log() {
        addVera();
        shell.run("user", "disable", "vera").isDone();
        shell.run("user", "enable", "vera").isDone();
        shell.runWith("another password", "user", "password", "vera", "--password-stdin")
                .isDone();
        shell.run("user", "change", "vera", "--attribute", "age=35", "--add-role", "guest", "--name", "V.")
                .isDone();
        String subject =
                (String) shell.run("user", "show", "vera", "--json").json().get("sub");
        shell.run("user", "delete", "vera").isDone();

        assertThat(shell.run("audit", "--user", subject, "--since", "1h", "--json")
                        .isDone()
                        .jsonList())
                .extracting(event -> event.get("type"))
                .containsExactly(
                        "user_created",
                        "user_disabled",
                        "user_enabled",
                        "password_changed",
                        "user_changed",
                        "user_deleted");
        assertThat(shell.run("audit").isDone().out()).contains("user_deleted").doesNotContain("password another");
        assertThat(shell.run("audit", "--since", "2999-01-01", "--json").jsonList())
                .isEmpty();
    }

    @Test
    void lists_are_json_arrays_and_aligned_tables() {
        assertThat(shell.run("user", "list", "--json").isDone().jsonList()).isEmpty();
        addVera();
        shell.runWith("right password", "user", "add", "zoë", "--password-stdin")
                .isDone();
        assertThat(shell.run("user", "list", "--json").jsonList())
                .extracting(user -> user.get("username"))
                .containsExactly("vera", "zoë");
        List<String> lines = shell.run("user", "list").out().lines().toList();
        assertThat(lines.getFirst()).startsWith("USER  NAME");
        assertThat(lines.get(1).indexOf("active")).isEqualTo(lines.get(2).indexOf("active"));
    }

    @Test
    void the_quotation_marks_around_a_text_are_none_of_its_1024_characters() {
        String longest = "v".repeat(1024);
        shell.runWith(
                        "right password",
                        "user",
                        "add",
                        "vera",
                        "--attribute",
                        "a=\"" + longest + '"',
                        "--password-stdin")
                .isDone();
        assertThat(shell.run("user", "show", "vera", "--json").json().get("attributes"))
                .isEqualTo(Map.of("a", longest));
        shell.run("user", "change", "vera", "--attribute", "a=\"" + longest + "v\"")
                .isRefused("up to 1024 characters");
    }

    @Test
    void a_name_cannot_disturb_the_terminal() {
        shell.runWith("right password", "user", "add", "vera", "--name", "V\u200fera", "--password-stdin")
                .isDone();
        assertThat(shell.run("user", "list").out()).contains("V\\u200fera").doesNotContain("\u200f");
        shell.runWith("right password", "user", "add", "mia", "--name", "M\u001b[31m", "--password-stdin")
                .isRefused("not a name");
    }

    @Test
    void a_token_signed_with_the_secret_of_an_api_is_verified_with_the_store() {
        addVera();
        shell.run("api", "add", API, "--algorithm", "HS256").isDone();
        shell.run("api", "add", API + "/2", "--algorithm", "HS256").isDone();
        String token = shell.run("token", "issue", "--user", "vera", "--api", API)
                .isDone()
                .out()
                .strip();
        String issuer = "http://localhost:9000";
        assertThat(shell.run("token", "verify", "--issuer", issuer, "--audience", API, token, "--json")
                        .isDone()
                        .json())
                .containsEntry("active", true)
                .containsEntry("iss", issuer);
        shell.run("token", "verify", "--issuer", issuer, "--audience", API + "/2", token)
                .isRefused("wrong_audience");
        shell.run("token", "verify", "--issuer", "https://login.example.org", "--audience", API, token)
                .isRefused("wrong_issuer");
        String forged = token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(43);
        shell.run("token", "verify", "--issuer", issuer, "--audience", API, forged)
                .isRefused("bad_signature");
    }

    @Test
    void a_token_issued_by_hand_says_what_the_roles_carry_and_can_be_revoked() {
        addVera();
        shell.run("api", "add", API, "--scope", "read", "--scope", "write", "--claim", "age", "--algorithm", "ES256")
                .isDone();
        shell.run("role", "add", "vip", "--api", API, "--scope", "read").isDone();
        Map<String, Object> answer = shell.run("token", "issue", "--user", "vera", "--api", API, "--json")
                .isDone()
                .json();
        assertThat(answer).containsEntry("token_type", "Bearer").containsEntry("scope", "read");

        String token = (String) answer.get("access_token");
        Map<String, Object> decoded =
                shell.bare("token", "decode", token, "--json").isDone().json();
        assertThat(decoded).containsEntry("verified", false).containsKey("expires_in");
        assertThat(decoded.get("claims").toString())
                .contains("iss=http://localhost:9000", "aud=" + API, "age=34", "roles=[vip]");
        List<Map<String, Object>> sessions =
                shell.run("session", "list", "--json").jsonList();
        assertThat(sessions).hasSize(1);
        assertThat(sessions.getFirst()).containsEntry("username", "vera");
        String sid = (String) sessions.getFirst().get("sid");
        shell.run("session", "revoke", sid).isDone();
        assertThat(shell.run("session", "list", "--json").jsonList()).isEmpty();
        assertThat(shell.run("audit", "--json").jsonList())
                .extracting(event -> event.get("type"))
                .contains("token_issued", "session_revoked");

        shell.run("token", "issue", "--user", "vera", "--api", API, "--scope", "write")
                .isRefused("not so much scope: vera's roles carry read there");
        shell.run("user", "disable", "vera").isDone();
        shell.run("token", "issue", "--user", "vera", "--api", API).isRefused("the user vera is disabled");
    }

    @Test
    void a_token_for_a_client_speaks_for_the_client() {
        shell.run("api", "add", API, "--scope", "read").isDone();
        shell.run("api", "add", API + "/2").isDone();
        shell.run("client", "add", "shop", "--grant", "client_credentials", "--api", API, "--scope", "read")
                .isDone();
        String token = shell.run("token", "issue", "--client", "shop", "--api", API)
                .isDone()
                .out();
        Shell.Result decoded = shell.bare(token.getBytes(StandardCharsets.UTF_8), "token", "decode")
                .isDone();
        assertThat(decoded.out()).contains("sub  shop", "client_id  shop", "scope  read", "Expires in");
        assertThat(decoded.err()).contains("Nothing was checked");
        shell.run("token", "issue", "--client", "shop", "--api", API + "/2").isRefused("has no part in");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc",
                "a.b",
                "a.b.c.d.e",
                "e30.e30",
                "!!.e30.x",
                "bm90IGpzb24.e30.x",
                "eyJhIjoxLCJhIjoyfQ.e30.x"
            })
    void what_is_no_token_is_refused_without_a_stack_trace(String text) {
        Shell.Result refused = shell.bare(text.getBytes(StandardCharsets.UTF_8), "token", "decode");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).startsWith("handstamp: ").doesNotContain("Exception");
    }

    @Test
    void explaining_a_token_of_a_key_that_nobody_publishes_says_so_in_colour() {
        String nobody = "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.eHh4";
        Shell.Result walk = shell.onColouredScreen()
                .bare("token", "explain", "--issuer", "http://127.0.0.1:1", "--audience", API, nobody)
                .isRefused("");
        assertThat(walk.out())
                .contains(
                        "\u001b[32mok\u001b[0m type",
                        "\u001b[31;1mNO\u001b[0m key",
                        "keys_unavailable: ",
                        "\u001b[2m -");
        assertThat(shell.bare("token", "explain", "--audience", API, "a\u001b[2Jb")
                        .isRefused("")
                        .out())
                .contains("malformed: not three parts", "Refused at the form check.");
    }

    @Test
    void deleting_a_role_takes_it_from_its_holders() {
        addVera();
        shell.run("role", "delete", "vip").isDone();
        assertThat(shell.run("user", "show", "vera", "--json").json()).containsEntry("roles", List.of());
    }

    @Test
    void a_role_can_lose_single_scopes() {
        shell.run("api", "add", API, "--scope", "read", "--scope", "write").isDone();
        shell.run("role", "add", "clerk", "--api", API, "--scope", "read", "--scope", "write")
                .isDone();
        shell.run("role", "delete", "clerk", "--api", API, "--scope", "write").isDone();
        assertThat(shell.run("role", "list", "--json").jsonList().getFirst())
                .containsEntry("scopes", Map.of(API, "read"));
        shell.run("role", "delete", "clerk", "--api", API, "--scope", "write").isRefused("the role clerk has read at");
    }

    @Test
    void keys_turn_and_can_be_withdrawn() {
        shell.run("api", "add", API, "--algorithm", "ES256").isDone();
        String current = keyInState("current");
        String next = keyInState("next");
        shell.run("key", "rotate", "--algorithm", "ES256").isDone();
        assertThat(keyInState("current")).isEqualTo(next);
        assertThat(keyInState("retired")).isEqualTo(current);
        shell.run("key", "retire", current).isDone();
        assertThat(shell.run("key", "list", "--json").jsonList())
                .extracting(key -> key.get("kid"))
                .doesNotContain(current);
    }

    @Test
    void what_was_taken_back_is_listed_and_followed() throws Exception {
        shell.run("api", "add", API, "--scope", "read").isDone();
        shell.run("role", "add", "clerk", "--api", API, "--scope", "read").isDone();
        shell.runWith("right password\n", "user", "add", "vera", "--role", "clerk", "--password-stdin")
                .isDone();
        assertThat(shell.run("revocations", "list").isDone().err()).contains("Nothing was taken back.");
        shell.run("token", "issue", "--user", "vera", "--api", API).isDone();
        Shell.Running tail = shell.begin("revocations", "tail", "--json", "--since", "0");
        Shell.Running inWords = shell.begin("revocations", "tail", "--since", "0");

        shell.run("session", "revoke", "--user", "vera").isDone();
        shell.run("user", "disable", "vera").isDone();

        String both = String.join("\n", tail.lines(2));
        assertThat(both).contains("\"kind\":\"session\"", "\"cause\":\"user_disabled\"", API);
        assertThat(inWords.lines(2).getFirst()).contains("session_revoked", API);
        assertThat(tail.stop()).isZero();
        assertThat(inWords.stop()).isZero();
        List<Map<String, Object>> listed =
                shell.run("revocations", "list", "--json").isDone().jsonList();
        assertThat(listed).extracting(entry -> entry.get("kind")).containsExactly("session", "subject");
        assertThat(listed).extracting(entry -> entry.get("audiences")).containsExactly(List.of(API), List.of(API));
        assertThat(shell.run("revocations", "list", "--limit", "1").isDone().out())
                .contains("user_disabled")
                .doesNotContain("session_revoked");
    }

    @Test
    void an_api_that_asks_for_it_has_status_lists() throws Exception {
        shell.run("api", "add", API, "--scope", "read", "--status-list").isDone();
        assertThat(shell.run("api", "list", "--json").isDone().jsonList().getFirst())
                .containsEntry("status_list", true);
        shell.run("role", "add", "clerk", "--api", API, "--scope", "read").isDone();
        shell.runWith("right password\n", "user", "add", "vera", "--role", "clerk", "--password-stdin")
                .isDone();
        String token = shell.run("token", "issue", "--user", "vera", "--api", API)
                .isDone()
                .out()
                .strip();
        assertThat(new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8))
                .contains("\"status\":{\"status_list\":{\"idx\":")
                .contains("/statuslists/");
    }

    @Test
    void everything_can_be_taken_back_with_or_without_sessions() {
        shell.run("api", "add", API, "--scope", "read").isDone();
        shell.run("role", "add", "clerk", "--api", API, "--scope", "read").isDone();
        shell.runWith("right password\n", "user", "add", "vera", "--role", "clerk", "--password-stdin")
                .isDone();
        shell.run("token", "issue", "--user", "vera", "--api", API).isDone();
        shell.run("revocations", "all").isDone();
        assertThat(shell.run("session", "list", "--json").isDone().jsonList()).hasSize(1);
        assertThat(shell.run("revocations", "all", "--sessions").isDone().out()).contains("Ended 1 session.");
        assertThat(shell.run("session", "list", "--json").isDone().jsonList()).isEmpty();
        assertThat(shell.run("revocations", "list", "--json").isDone().jsonList())
                .extracting(entry -> entry.get("cause"))
                .containsExactly("everything_revoked", "everything_revoked");
        assertThat(shell.run("audit", "--json").isDone().out()).contains("everything_revoked");
    }

    @Test
    void help_is_shown_for_every_command_with_examples() {
        for (String command :
                List.of("user add", "api add", "client add", "role add", "serve", "audit", "token verify")) {
            Shell.Result help = shell.bare((command + " --help").split(" ")).isDone();
            assertThat(help.out()).contains("Usage: handstamp " + command).containsPattern("Examples?:");
        }
        assertThat(shell.bare("--help").isDone().out()).contains("serve", "A first walk:", "Exit status");
        assertThat(shell.bare().isWrongUsage("Usage: handstamp").out()).isEmpty();
        assertThat(shell.bare("user").isWrongUsage("Usage: handstamp user").out())
                .isEmpty();
        assertThat(shell.bare("--version").isDone().out()).matches("handstamp \\d+\\.\\d+.*\\n");
    }

    /// In the list of commands stands the first element of a description, and each element begins a line.
    @Test
    void help_ends_no_line_within_a_sentence() {
        Deque<CommandLine> left = new ArrayDeque<>(List.of(new Cli(Terminal.ofProcess()).commandLine()));
        int seen = 0;
        while (!left.isEmpty()) {
            CommandLine command = left.pop();
            left.addAll(command.getSubcommands().values());
            String name = command.getCommandSpec().qualifiedName();
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .allMatch(part -> part.endsWith("."));
            for (CommandLine.Model.ArgSpec each : command.getCommandSpec().args()) {
                String[] parts = each.description();
                assertThat(Arrays.copyOf(parts, Math.max(0, parts.length - 1)))
                        .as("%s %s", name, each.paramLabel())
                        .allMatch(part -> part.endsWith("."));
            }
            seen++;
        }
        assertThat(seen).isGreaterThan(80);
    }

    @Test
    void serve_has_a_flag_for_every_setting_that_is_no_secret() {
        String help = shell.bare("serve", "--help").isDone().out();
        for (Setting<?> setting : Setting.ALL) {
            setting.flag().ifPresent(flag -> assertThat(help).contains(flag));
            if (setting.secret()) assertThat(help).doesNotContain("--" + setting.name() + " ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void completion_knows_the_commands_and_is_a_script_that_the_shell_takes(String name) throws Exception {
        String script = shell.bare("completion", name).isDone().out();
        assertThat(script).contains("complete -F _complete_handstamp").contains("--password-stdin");
        Path file = Files.writeString(folder.resolve("completion"), script);
        Process bash = new ProcessBuilder("bash", "-n", file.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
        assertThat(bash.waitFor()).isZero();
    }

    private void addVera() {
        shell.runWith(
                        "right password",
                        "user",
                        "add",
                        "vera",
                        "--role",
                        "vip",
                        "--attribute",
                        "age=34",
                        "--password-stdin")
                .isDone();
    }

    private String keyInState(String state) {
        return shell.run("key", "list", "--json").isDone().jsonList().stream()
                .filter(key -> key.get("state").equals(state))
                .map(key -> (String) key.get("kid"))
                .findFirst()
                .orElseThrow();
    }
}
