package dev.handstamp.server.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewPolicy;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.ConfigurationPlan.Action;
import dev.handstamp.server.administration.ConfigurationPlan.Step;
import dev.handstamp.server.administration.Configurations.Applied;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientOrigin;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.outbound.OutboundHttp.Reach;
import dev.handstamp.server.store.ClientStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.UserStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Configuration as code: a file is read, planned, applied whole or not at all, and written again.
class ConfigurationsTest {

    private static final String ORDERS = "https://api.example/orders";
    private static final String STOCK = "https://api.example/stock";

    private static final String FILE = """
            brand:
              name: Nightclub
              accent: "#4636a3"
              accent-dark: "#b3a8fa"
            apis:
              https://api.example/orders:
                scopes:
                  orders:read: See your orders
                  orders:write: {default: Place orders, de: "Bestellungen aufgeben"}
                  orders:audit:
                algorithm: ES256
                token-lifetime: 90s
                claims: [email, age]
                status-list: true
              https://api.example/stock:
                scopes: [count]
                open: true
                require-acr: aal2
            roles:
              clerk:
                https://api.example/orders: ["orders:read", "orders:write"]
                https://api.example/stock: [count]
              nobody:
            clients:
              web:
                name: "The web: a shop"
                grants: [authorization_code, refresh_token]
                apis: [https://api.example/orders]
                scopes: [openid, "orders:read"]
                redirect-uris: [https://web.example/cb2, https://web.example/cb]
                consent: false
                registration: false
                metadata: {policy_uri: "https://web.example/policy", default_max_age: 60, require_auth_time: true}
                brand: {name: Web}
              app:
                public: true
                grants: [authorization_code]
                redirect-uris: [http://127.0.0.1/cb]
              worker:
                grants: [client_credentials]
                apis: [https://api.example/stock]
                scopes: [count]
                secret-from: env:WORKER_SECRET
            """;

    /// Behind the other one.
    private static final String TRUST = """
              backend:
                grants: [token-exchange, jwt-bearer]
                apis: [https://api.example/stock]
                scopes: [count]
                metadata: {token_endpoint_auth_method: client_secret_basic, jwks: {keys: [{kty: OKP, crv: Ed25519, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
            exchanges:
              - client: backend
                from: https://api.example/orders
                to: https://api.example/stock
                scopes: {orders:read: count}
                impersonation: true
            issuers:
              https://ci.example:
                jwks-uri: https://ci.example/keys
                subject: username
                clients: [backend]
                users: [vera]
              backend: {clients: [backend], all-users: true}
            """;

    private final Secrets secrets = new Secrets(new SecureRandom());
    private final Map<String, String> environment =
            new HashMap<>(Map.of("WORKER_SECRET", "a-secret-of-the-worker-that-is-long-enough"));

    @TempDir
    Path folder;

    private Opening opening;
    private Database database;
    private Apis apis;
    private Roles roles;
    private Clients clients;
    private Branding branding;
    private Exchanges exchanges;
    private AssertionIssuers issuers;
    private Configurations configurations;

    @BeforeEach
    void open() throws IOException {
        InstantSource clock = InstantSource.system();
        opening = Opening.forCommand(
                ServerConfig.of(Map.of("data", folder.resolve("data").toString())), secrets, clock);
        database = opening.database();
        Administrator administrator = Administrator.COMMAND_LINE;
        Keys keys = new Keys(database, opening::signingKeys, opening::keyEncryption, clock, administrator);
        apis = new Apis(database, opening::signingKeys, keys, secrets, clock, administrator);
        roles = new Roles(database, clock, administrator);
        clients = new Clients(database, opening::keyEncryption, secrets, clock, administrator);
        branding = new Branding(database, clock, administrator);
        exchanges = new Exchanges(database, clock, administrator);
        Users users = new Users(database, ConfigurationsTest::noHasher, secrets, clock, administrator);
        OutboundHttp outbound = OutboundHttp.of(Reach.PUBLIC_ONLY, Optional.empty());
        issuers = new AssertionIssuers(database, users, outbound, clock, administrator);
        configurations =
                new Configurations(database, apis, roles, clients, branding, exchanges, issuers, keys, secrets, clock);
    }

    private static PasswordHasher noHasher() {
        throw new AssertionError("no password is set");
    }

    @AfterEach
    void close() {
        opening.close();
    }

    @Test
    void a_file_is_applied_whole_and_a_second_time_there_is_nothing_to_do() {
        Applied applied = apply(FILE);
        assertThat(applied.plan().count(Action.CREATE)).isEqualTo(9);
        assertThat(applied.told()).extracting(Configurations.Told::id).containsExactlyInAnyOrder(ORDERS, STOCK, "web");

        Api orders = apis.find(ORDERS);
        assertThat(orders.scopes()).hasToString("orders:audit orders:read orders:write");
        assertThat(orders.tokenLifetime()).isEqualTo(Duration.ofSeconds(90));
        assertThat(orders.claims()).containsExactly("email", "age");
        assertThat(orders.words().of("orders:write", List.of("de"))).contains("Bestellungen aufgeben");
        assertThat(apis.find(STOCK).requiredLevel()).isPresent();
        assertThat(roles.list()).hasSize(2);
        Client web = clients.find("web");
        assertThat(web.name()).isEqualTo("The web: a shop");
        assertThat(web.redirection().asksConsent()).isFalse();
        assertThat(web.policy().registersUsers()).isFalse();
        assertThat(web.metadata().toObject()).containsEntry("default_max_age", 60L);
        assertThat(clients.find("app").isPublic()).isTrue();
        assertThat(clients.find("worker").secretHash().orElseThrow())
                .isEqualTo(new Secret("a-secret-of-the-worker-that-is-long-enough").hash());
        assertThat(branding.list().of(new ClientId("web")).name()).isEqualTo("Web");
        assertThat(branding.list().of(new ClientId("app")).name()).isEqualTo("Nightclub");

        long position = position();
        Applied again = apply(FILE);
        assertThat(again.plan().isEmpty()).isTrue();
        assertThat(again.told()).isEmpty();
        assertThat(position()).isEqualTo(position);
        assertThat(clients.find("web")).isEqualTo(web);
    }

    @Test
    void what_differs_is_changed_and_what_is_taken_away_is_taken_back() {
        apply(FILE);
        int before = log();
        String changed = FILE.replace("90s", "1m")
                .replace("\"orders:read\", \"orders:write\"", "\"orders:read\"")
                .replace("scopes: [openid, \"orders:read\"]", "scopes: [openid]")
                .replace("name: Nightclub", "name: Daylight");
        ConfigurationPlan plan = plan(changed);
        assertThat(plan.steps()).extracting(Step::id).containsExactlyInAnyOrder(ORDERS, "clerk", "web", "");
        assertThat(plan.steps().getFirst().differences())
                .singleElement()
                .isEqualTo(new ConfigurationPlan.Difference("token-lifetime", "90s", "1m"));
        assertThat(apis.find(ORDERS).tokenLifetime())
                .as("a plan changes nothing")
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(log()).isEqualTo(before);
        apply(changed);
        assertThat(apis.find(ORDERS).tokenLifetime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(log()).as("the API and the client; nobody has the role").isEqualTo(before + 2);
        assertThat(plan(changed).isEmpty()).isTrue();
    }

    @Test
    void what_a_file_names_no_more_goes_and_what_was_made_otherwise_stays_unless_it_is_pruned() {
        apis.add(new NewApi("https://api.example/old", List.of(), Optional.of("ES256"), Optional.empty(), List.of()));
        clients.add(new NewClient("old", List.of("client_credentials"), List.of(), List.of(), Optional.empty()));
        roles.add("old", Optional.empty(), List.of());
        apply(FILE);
        String less = """
                apis:
                  https://api.example/orders: {scopes: ["orders:read"], algorithm: ES256}
                clients: {}
                """;
        assertThat(plan(less).steps())
                .filteredOn(step -> step.action() == Action.DELETE)
                .extracting(Step::id)
                .containsExactly("app", "web", "worker", STOCK);
        apply(less);
        assertThat(apis.list()).extracting(api -> api.audience().value()).contains("https://api.example/old");
        assertThat(clients.list()).extracting(client -> client.id().value()).containsExactly("old");
        assertThat(roles.list()).as("a section that is not there is left alone").hasSize(3);
        assertThat(branding.list().server().name()).isEqualTo("Nightclub");

        apis.delete(ORDERS);
        apis.add(new NewApi(ORDERS, List.of(), Optional.of("ES256"), Optional.empty(), List.of()));
        assertThat(plan("apis: {}").isEmpty()).as("it was made again by hand").isTrue();
        assertThat(plan("apis: {}", true).steps()).extracting(Step::id).hasSize(2);
    }

    @Test
    void what_administers_the_server_and_what_describes_itself_is_not_a_file_s_to_take_away() {
        new AdminApi(database, secrets, InstantSource.system()).register("https://login.example");
        Client itself = new Client(
                new ClientId("dyn_1"),
                Set.of(GrantType.AUTHORIZATION_CODE),
                Set.of(),
                Scopes.NONE,
                Optional.empty(),
                Redirection.NONE,
                ClientMetadata.NONE,
                Instant.EPOCH,
                ClientOrigin.REGISTERED);
        database.inTransaction(tx -> new ClientStore().insert(tx, itself));
        assertThat(plan("apis: {}\nroles: {}\nclients: {}", true).isEmpty()).isTrue();
        String own = AdminScope.audience("https://login.example").value();
        assertThat(configurations.export()).doesNotContain(own, "administrator", "dyn_1");
        assertThatThrownBy(() -> plan("apis: {\"" + own + "\": {}}")).hasMessageContaining("is this server's own");
        String auditor = "roles: {auditor: {\"" + own + "\": [\"admin:audit.read\"]}}";
        apply(auditor);
        assertThat(plan(auditor).isEmpty()).isTrue();
        assertThat(configurations.export()).contains("auditor", "admin:audit.read");
    }

    @Test
    void users_and_sessions_are_never_touched() {
        apply(FILE);
        Subject vera = vera();
        String before = users(vera);
        String less = "apis: {}\nroles: {nobody: {}}\nclients: {}\nbrand: {}";
        assertThatThrownBy(() -> apply(less))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("the role clerk is held by 1 users, such as vera");
        assertThat(apis.list()).as("all or nothing").hasSize(2);
        assertThat(clients.list()).hasSize(3);
        assertThat(users(vera)).isEqualTo(before);
        apply("apis: {}\nroles: {clerk: {}}\nclients: {}\nbrand: {}");
        assertThat(apis.list()).isEmpty();
        assertThat(users(vera)).isEqualTo(before);
    }

    @Test
    void a_file_that_names_what_is_not_there_changes_nothing_and_says_where() {
        long before = position();
        String wrong = FILE.replace("https://api.example/stock: [count]\n", "https://api.example/stock: [fly]\n");
        assertThatThrownBy(() -> plan(wrong))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("config.yaml:20:3: the API https://api.example/stock has no scope fly");
        assertThatThrownBy(() -> apply(wrong)).isInstanceOf(Refused.class);
        assertThatThrownBy(
                        () -> plan("clients: {x: {grants: [client_credentials], apis: [https://nowhere.example/a]}}"))
                .hasMessageContaining("config.yaml:1:11: there is no API https://nowhere.example/a");
        assertThat(apis.list()).isEmpty();
        assertThat(position()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "apis: {https://a.example/x: {scops: [a]}}|1:30: there is no field of an API \"scops\"; did you mean scopes?",
                "api: {}|1:1: there is no section \"api\"; did you mean apis?",
                "clients: {a: {redirect_uri: []}}|1:15: there is no field of a client \"redirect_uri\"; did you mean redirect-uris?",
                "clients: {a: {zzzzzzzzzzzz: []}}|known are name, grants, apis",
                "brand: {colour: red}|1:9: there is no field of a brand \"colour\"",
                "apis: {https://a.example/x: {algorithm: RS255}}|1:41: not a signature algorithm: \"RS255\"; allowed is",
                "apis: {https://a.example/x: {token-lifetime: soon}}|1:46: not a token-lifetime",
                "apis: {https://a.example/x: {token-lifetime: 2d}}|1:46: a token lives whole seconds, 10s to 24h",
                "apis: {nowhere: {}}|1:8: not an API",
                "apis: {https://a.example/x: {open: maybe}}|1:36: open is true or false",
                "apis: {https://a.example/x: {scopes: a}}|names with values are expected",
                "apis: {https://a.example/x: {}, https://a.example/x: {}}|stands here twice",
                "apis: {https://a.example/x: {require-acr: aal9}}|1:43: not a required acr",
                "apis: {https://a.example/x: {scopes: {a: {german: x}}}}|a language such as en",
                "apis: [one]|1:7: names with values are expected",
                "clients: {a: {grants: [magic]}}|1:24: not a grant type: \"magic\"",
                "clients: {a: {grants: client_credentials}}|1:23: a list is expected",
                "clients: {a: {grants: [authorization_code]}}|needs a redirect URI",
                "clients: {a: {grants: [client_credentials], metadata: {policy_url: x}}}|1:56: there is no client metadata policy_url",
                "clients: {a: {grants: [client_credentials], secret-from: hunter2hunter2}}|1:58: secret-from says where",
                "clients: {a: {grants: [client_credentials], secret-from: env:NONE}}|no environment variable \"NONE\"",
                "clients: {a: {grants: [client_credentials], secret-from: env:SHORT}}|1:58: a chosen secret has 32 to 256 printable",
                "brand: {accent: \"#ffff00\", accent-dark: \"#ffff00\"}|its contrast on a light page is 1.0",
                "brand: {logo: nowhere.png}|1:15: \"nowhere.png\" cannot be read",
                "apis: &a {}|anchors and aliases are not supported",
                "apis: {|not YAML",
                "just a text|there is to be apis, roles, clients, brand, exchanges, issuers in it",
                "exchanges: {a: b}|1:12: a list is expected",
                "exchanges: [{client: a, from: https://a.example/x}]|1:13: a rule of exchange says its to",
                "exchanges: [{client: a, from: https://a.example/x, to: https://a.example/y, scope: {}}]|1:77: there is no field of a rule of exchange \"scope\"; did you mean scopes?",
                "exchanges: [{client: a, from: nowhere, to: https://a.example/y}]|1:31: not an API: \"nowhere\"",
                "exchanges: [{client: a, from: https://a.example/x, to: https://a.example/y, scopes: {a: \"b c\"}}]|1:89: not a scope",
                "exchanges: [{client: a, from: https://a.example/x, to: https://a.example/y, scopes: [a]}]|1:85: names with values are expected",
                "exchanges: [{client: a, from: https://a.example/x, to: https://a.example/y, impersonation: maybe}]|1:92: impersonation is true or false",
                "exchanges: [{client: a, from: https://a.example/x, to: https://a.example/y}, {client: a, from: https://a.example/x, to: https://a.example/y}]|1:78: this client, from and to stand here twice",
                "issuers: {https://ci.example: {jwks_uri: https://ci.example/keys}}|1:32: there is no field of an issuer \"jwks_uri\"; did you mean jwks-uri?",
                "issuers: {https://ci.example: {jwks-uri: https://ci.example/keys, clients: [a]}}|1:11: say for which users",
                "issuers: {https://ci.example: {jwks-uri: https://ci.example/keys, users: [a]}}|1:11: say which clients",
                "issuers: {https://ci.example: {jwks-uri: https://ci.example/keys, clients: [a], users: [a], all-users: true}}|1:11: say for which users",
                "issuers: {https://ci.example: {jwks: {keys: []}, clients: [a], all-users: true}}|1:38: the keys have to be a JWK Set",
                "issuers: {https://ci.example: {jwks: none, clients: [a], all-users: true}}|1:38: names with values are expected",
                "issuers: {https://ci.example: {subject: email, clients: [a], all-users: true}}|1:41: not a subject: \"email\"",
                "issuers: {\"a b\": {clients: [a], all-users: true}}|1:11: an issuer has 1 to 512"
            })
    void a_faulty_file_is_refused_with_the_place_of_each_fault(String text, String fault) {
        environment.put("SHORT", "hunter2");
        assertThat(faults(text))
                .anySatisfy(each -> assertThat(each).contains("config.yaml").contains(fault));
        assertThat(faults(text)).noneSatisfy(each -> assertThat(each).contains("hunter2"));
    }

    @Test
    void who_may_exchange_and_who_may_speak_for_users_becomes_what_a_file_says() throws IOException {
        vera();
        Applied applied = apply(FILE + TRUST);
        assertThat(applied.plan().steps())
                .extracting(step -> step.noun() + " " + step.id())
                .contains("EXCHANGE backend " + ORDERS + " " + STOCK, "ISSUER https://ci.example", "ISSUER backend");
        assertThat(exchanges.find("backend", ORDERS, STOCK).scopes()).isEqualTo(Map.of("orders:read", "count"));
        AssertionIssuer ci = issuers.find("https://ci.example");
        assertThat(ci.naming()).isEqualTo(AssertionIssuer.Naming.USERNAME);
        assertThat(issuers.users(ci)).containsExactly("vera");
        assertThat(issuers.find("backend").users()).as("all of them").isEmpty();
        long position = position();
        assertThat(apply(FILE + TRUST).plan().isEmpty()).isTrue();
        assertThat(position()).isEqualTo(position);

        String changed = TRUST.replace("impersonation: true", "impersonation: false")
                .replace("https://ci.example/keys", "https://ci.example/other-keys")
                .replace("    subject: username\n", "");
        assertThat(plan(FILE + changed).steps())
                .flatExtracting(Step::differences)
                .containsExactlyInAnyOrder(
                        new ConfigurationPlan.Difference("impersonation", "true", ""),
                        new ConfigurationPlan.Difference(
                                "jwks-uri", "https://ci.example/keys", "https://ci.example/other-keys"),
                        new ConfigurationPlan.Difference("subject", "username", "subject"));
        int before = log();
        apply(FILE + changed);
        assertThat(log()).as("what may have come by them is refused").isGreaterThan(before);
        assertThat(exchanges.find("backend", ORDERS, STOCK).impersonation()).isFalse();
        assertThat(plan(FILE + changed).isEmpty()).isTrue();
    }

    @Test
    void trust_that_a_file_names_no_more_goes_and_what_was_said_otherwise_stays_unless_it_is_pruned()
            throws IOException {
        vera();
        apply(FILE + TRUST);
        exchanges.add(new NewRule("backend", STOCK, STOCK, Map.of(), false));
        String rule = "backend " + STOCK + " " + STOCK;
        String client = TRUST.substring(0, TRUST.indexOf("exchanges:"));
        assertThat(plan(FILE + client).isEmpty())
                .as("a section that is not there is left alone")
                .isTrue();
        String none = "exchanges: []\nissuers: {}";
        assertThat(plan(none).steps())
                .extracting(Step::id)
                .containsExactly("backend " + ORDERS + " " + STOCK, "backend", "https://ci.example");
        assertThat(plan(none, true).steps()).extracting(Step::id).contains(rule).hasSize(4);
        apply(none);
        assertThat(exchanges.list()).hasSize(1);
        assertThat(issuers.list()).isEmpty();

        // Made again by hand, it is nobody's but who made it.
        exchanges.add(new NewRule("backend", ORDERS, STOCK, Map.of(), false));
        assertThat(plan(none).isEmpty()).isTrue();
        apply(FILE + TRUST);
        clients.delete("backend");
        clients.add(new NewClient(
                "backend", List.of("token-exchange"), List.of(STOCK), List.of("count"), Optional.empty()));
        exchanges.add(new NewRule("backend", ORDERS, STOCK, Map.of(), false));
        assertThat(plan("exchanges: []").isEmpty())
                .as("it went with its client, and with it the mark")
                .isTrue();
    }

    @Test
    void trust_in_what_is_not_there_changes_nothing_and_says_where() throws IOException {
        vera();
        String all = FILE + TRUST;
        long before = position();
        Map<String, String> wrong = new HashMap<>();
        wrong.put(all.replace("users: [vera]", "users: [nobody]"), ": there is no user \"nobody\"");
        wrong.put(all.replace("clients: [backend]", "clients: [web]"), "not registered for the grant type jwt-bearer");
        wrong.put(all.replace("clients: [backend]", "clients: [gone]"), "there is no client gone");
        wrong.put(
                all.replace("https://ci.example/keys", "http://10.0.0.1/keys"), "the address of its keys is not https");
        wrong.put(all.replace("{orders:read: count}", "{orders:fly: count}"), "has no scope \"orders:fly\"");
        wrong.put(all.replace("  - client: backend", "  - client: web"), "grant type token-exchange");
        wrong.forEach((text, problem) -> assertThatThrownBy(() -> plan(text))
                .isInstanceOf(Refused.class)
                .hasMessageMatching("(?s).*config.yaml:\\d+:\\d+: .*")
                .hasMessageContaining(problem));
        assertThat(position()).isEqualTo(before);

        apply(all);
        String without = all.replaceAll("(?s)  backend:\n    grants.*?count\\]\n", "");
        assertThat(without).isNotEqualTo(all);
        assertThatThrownBy(() -> plan(without))
                .as("the client goes, and the rule still names it")
                .hasMessageContaining("there is no client backend any more");
        assertThatThrownBy(() -> plan(all.replaceAll("(?s)  https://api.example/stock:\n    scopes.*?aal2\n", "")
                        .replace("    https://api.example/stock: [count]\n", "")
                        .replaceAll("(?m)^    (apis: .https://api.example/stock.|scopes: .count.)\n", "")))
                .hasMessageContaining("there is no api https://api.example/stock any more");
        assertThat(exchanges.list()).hasSize(1);
    }

    @Test
    void a_user_who_is_gone_stays_named_and_nobody_comes_in_their_place() throws IOException {
        Subject vera = vera();
        apply(FILE + TRUST);
        database.inTransaction(tx -> new UserStore().delete(tx, vera));
        assertThat(issuers.users(issuers.find("https://ci.example"))).containsExactly(vera.value());
        String exported = configurations.export();
        assertThat(exported).contains("users: [" + vera.value() + "]").doesNotContain("users: []");
        assertThat(plan(exported, true).isEmpty()).isTrue();
    }

    @Test
    void every_fault_is_told_at_once() {
        assertThat(faults("apis: {x: {}}\nroles: {\"a b\": {}}\nclients: {c: {grant: []}}\nbrnd: {}\n"))
                .hasSize(4);
    }

    @Test
    void both_colours_of_a_brand_are_judged_at_once_each_where_it_stands() {
        assertThat(faults("brand: {accent: \"#ffff00\", accent-dark: \"#111111\"}"))
                .satisfiesExactly(
                        light -> assertThat(light).contains(":1:17: the accent #ffff00 cannot be read well"),
                        dark -> assertThat(dark).contains(":1:41: the dark accent #111111 cannot be read well"));
        assertThat(faults("brand: {accent: red, accent-dark: \"#111111\"}"))
                .satisfiesExactly(
                        light -> assertThat(light).contains(":1:17: not a colour: \"red\""),
                        dark -> assertThat(dark).contains(":1:35: the dark accent #111111"));
        assertThat(faults("brand: {accent: red}"))
                .satisfiesExactlyInAnyOrder(
                        light -> assertThat(light).contains(":1:17: not a colour"),
                        dark -> assertThat(dark).contains(":1:8: "));
    }

    @Test
    void every_fault_of_one_entry_is_told_at_once_each_where_it_stands() {
        environment.put("SHORT", "hunter2");
        assertThat(faults("""
                        apis:
                          nowhere:
                            scops: [a]
                            scopes: ["a b", c, "d e"]
                            token-lifetime: 2d
                            algorithm: RS255
                            claims: [iss, "x y"]
                        roles:
                          clerk:
                            https://a.example/x: ["a b", "c d"]
                        clients:
                          "a b":
                            grant: [x]
                            grants: [magic, client_credentials, wand]
                            apis: [nowhere]
                            scopes: ["a b"]
                            redirect-uris: ["#", "https://a.example/cb"]
                            post-logout-redirect-uris: ["#"]
                            secret-from: env:SHORT
                            require-acr: aal9
                            metadata:
                              policy_url: x
                              default_max_age: soon
                            brand: {colour: red, accent: green}
                        issuers:
                          https://ci.example:
                            jwk: {}
                            jwks: {keys: []}
                            subject: email
                            clients: ["a b", "c d"]
                        """))
                .extracting(fault -> fault.replaceFirst(".*?config\\.yaml:([0-9]+:[0-9]+): .*", "$1"))
                .containsExactlyInAnyOrder(
                        "2:3", "3:5", "4:14", "4:24", "5:21", "6:16", "7:14", "7:19", // the API
                        "10:27", "10:34", // the role
                        "12:3", "13:5", "14:14", "14:41", "15:12", "16:14", "17:21", "18:33", "19:18", "20:18", // the
                        "22:7", "23:7", "24:13", "24:34", "24:12", // client
                        "27:5", "28:11", "29:14", "30:15", "30:22"); // the issuer
    }

    @Test
    void a_secret_that_stands_elsewhere_is_taken_from_there_and_shown_nowhere() throws IOException {
        apply(FILE);
        String other = "another-secret-of-the-worker-that-is-long";
        Files.writeString(folder.resolve("worker.secret"), other + "\n");
        String changed = FILE.replace("env:WORKER_SECRET", "file:worker.secret");
        ConfigurationPlan plan = plan(changed);
        assertThat(plan.toString()).contains("secret", "another one").doesNotContain(other);
        Applied applied = apply(changed);
        assertThat(applied.told()).isEmpty();
        assertThat(clients.find("worker").secretHash()).contains(new Secret(other).hash());
        assertThat(plan(changed).isEmpty()).isTrue();
        assertThat(plan(FILE.replace("    secret-from: env:WORKER_SECRET\n", ""))
                        .isEmpty())
                .as("who names none keeps the one that there is")
                .isTrue();
    }

    @Test
    void a_client_that_becomes_public_has_no_secret_any_more() {
        apply(FILE);
        String open = FILE.replace("    consent: false\n", "    consent: false\n    public: true\n");
        apply(open);
        assertThat(clients.find("web").secretHash()).isEmpty();
        assertThat(plan(open).isEmpty()).isTrue();
        Applied back = apply(FILE);
        assertThat(back.told()).singleElement().satisfies(told -> {
            assertThat(told.id()).isEqualTo("web");
            assertThat(clients.find("web").secretHash().orElseThrow())
                    .isEqualTo(new Secret(told.secrets().get("client_secret")).hash());
        });
    }

    @Test
    void what_changes_between_plan_and_apply_is_not_overwritten() {
        apply(FILE);
        Configuration wanted = read(FILE.replace("90s", "1m"));
        ConfigurationPlan seen = configurations.plan(wanted, false);
        apis.update(ORDERS, Apis.Change.toOpen(true));
        assertThatThrownBy(() -> configurations.apply(wanted, false, seen))
                .isInstanceOf(Refused.class)
                .satisfies(e -> assertThat(((Refused) e).kind()).isEqualTo(Refused.Kind.CHANGED));
        assertThat(apis.find(ORDERS).tokenLifetime()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void of_two_applies_at_once_each_is_done_whole() throws Exception {
        List<String> files = List.of(FILE, FILE.replace("90s", "1m").replace("Nightclub", "Daylight"));
        try (var both = Executors.newFixedThreadPool(2)) {
            List<Callable<Applied>> tasks = new ArrayList<>();
            for (String text : files) tasks.add(() -> stubbornly(text));
            for (Future<Applied> done : both.invokeAll(tasks)) done.get();
        }
        boolean isSecond = branding.list().server().name().equals("Daylight");
        assertThat(plan(files.get(isSecond ? 1 : 0)).isEmpty()).isTrue();
        assertThat(plan(files.get(isSecond ? 0 : 1)).steps()).hasSize(2);
    }

    @RepeatedTest(25)
    void what_is_written_plans_to_nothing(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition() * 7919L);
        fill(random);
        String exported = configurations.export();
        assertThat(plan(exported, true).steps()).as(exported).isEmpty();
        assertThat(apply(exported).told()).isEmpty();
        assertThat(configurations.export()).isEqualTo(exported);
        database.inTransaction(tx -> {
            new UserStore()
                    .list(tx, "", 10)
                    .forEach(user -> new UserStore().update(tx, user.withRoles(new TreeSet<>())));
            return true;
        });
        apply("apis: {}\nroles: {}\nclients: {}\nbrand: {}\nexchanges: []\nissuers: {}");
        assertThat(apis.list()).isEmpty();
        assertThat(issuers.list()).isEmpty();
        assertThat(exchanges.list()).isEmpty();
        apply(exported.replaceAll("(?m)^ *logo:.*\n", ""));
        assertThat(configurations.export()).isEqualTo(exported.replaceAll("(?m)^ *logo:.*\n", ""));
    }

    private void fill(Random random) {
        List<String> audiences = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String audience = (random.nextBoolean() ? "https://api.example/" : "urn:example:") + i + "%20x";
            List<String> scopes = some(random, List.of("a:read", "b=c#d", "true", "123", "write", "!x", "~", "{y}"));
            Map<String, Map<String, String>> words = new HashMap<>();
            for (String scope : scopes) {
                Map<String, String> texts = new HashMap<>();
                for (String language : some(random, List.of("", "de", "pt-BR"))) texts.put(language, words(random));
                words.put(scope, texts);
            }
            apis.add(new NewApi(
                    audience,
                    scopes,
                    Optional.of(random.nextBoolean() ? "ES256" : "HS256"),
                    Optional.of(Duration.ofSeconds(10 + random.nextInt(86_000))),
                    some(random, List.of("age", "email", "https://claims.example/x")),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean() ? Optional.of("aal2") : Optional.empty(),
                    words));
            audiences.add(audience);
        }
        for (String role : some(random, List.of("clerk", "null", "vip.1", "yes"))) {
            roles.add(role, Optional.empty(), List.of());
            for (String audience : some(random, audiences)) {
                List<String> scopes =
                        some(random, List.copyOf(apis.find(audience).scopes().tokens()));
                if (!scopes.isEmpty()) roles.add(role, Optional.of(audience), scopes);
            }
        }
        for (String id : some(random, List.of("web", "no", "1e3", "app-2"))) client(random, id, audiences);
        if (random.nextBoolean()) brand(random, Optional.empty());
        trust(random, audiences);
    }

    private void trust(Random random, List<String> audiences) {
        if (random.nextInt(3) == 0) return;
        clients.add(new NewClient(
                "backend", List.of("token-exchange", "jwt-bearer"), audiences, List.of(), Optional.empty()));
        for (String from : some(random, audiences)) {
            if (apis.find(from).algorithm().isSymmetric()) continue;
            for (String to : some(random, audiences)) {
                Map<String, String> scopes = new HashMap<>();
                for (String here :
                        some(random, List.copyOf(apis.find(from).scopes().tokens()))) {
                    some(random, List.copyOf(apis.find(to).scopes().tokens()))
                            .forEach(there -> scopes.put(here, there));
                }
                exchanges.add(new NewRule("backend", from, to, scopes, random.nextBoolean()));
            }
        }
        Subject vera = vera();
        for (String name : some(random, List.of("https://ci.example", "true", "#x:y", "123", "a'b\"c", "{}"))) {
            boolean isForAll = random.nextBoolean();
            Map<String, Object> key = PrivateJwk.generate(Algorithm.ES256)
                    .publicJwk()
                    .orElseThrow()
                    .toJson();
            boolean isByValue = random.nextBoolean();
            issuers.add(new NewIssuer(
                    name,
                    isByValue ? Optional.of(Map.of("keys", List.of(key))) : Optional.empty(),
                    isByValue ? Optional.empty() : Optional.of("https://ci.example/keys?a=b&c=%20"),
                    random.nextBoolean() ? "username" : "subject",
                    List.of("backend"),
                    isForAll ? List.of() : List.of(random.nextBoolean() ? "vera" : vera.value()),
                    isForAll));
        }
    }

    private void client(Random random, String id, List<String> audiences) {
        boolean isPublic = random.nextBoolean();
        boolean redirects = isPublic || random.nextBoolean();
        List<String> mine = some(random, audiences);
        List<String> scopes = new ArrayList<>(redirects ? some(random, List.of("openid", "email")) : List.of());
        for (String audience : mine) {
            scopes.addAll(some(random, List.copyOf(apis.find(audience).scopes().tokens())));
        }
        Map<String, Object> metadata = new HashMap<>();
        if (random.nextBoolean()) metadata.put("policy_uri", "https://web.example/p?a=b&c=%20#d");
        if (random.nextBoolean()) metadata.put("default_max_age", (long) random.nextInt(1000));
        if (random.nextBoolean()) metadata.put("contacts", List.of(words(random), "true", "12"));
        if (random.nextBoolean()) metadata.put("software_id", words(random));
        if (!isPublic && random.nextBoolean()) metadata.put("token_endpoint_auth_method", "client_secret_jwt");
        clients.add(new NewClient(
                id,
                redirects ? List.of("authorization_code", "refresh_token") : List.of("client_credentials"),
                mine,
                scopes,
                Optional.empty(),
                isPublic,
                redirects
                        ? new NewRedirection(
                                random.nextBoolean() ? words(random) : "",
                                List.of("https://web.example/z", "https://web.example/a?x=y,z"),
                                some(random, List.of("https://web.example/bye", "https://web.example/adieu")),
                                true,
                                random.nextBoolean())
                        : NewRedirection.NONE,
                metadata,
                new NewPolicy(
                        random.nextBoolean() ? Optional.of("aal2") : Optional.empty(),
                        Optional.of(random.nextBoolean()),
                        Optional.of(random.nextBoolean()))));
        if (random.nextBoolean()) brand(random, Optional.of(id));
    }

    private void brand(Random random, Optional<String> client) {
        byte[] svg = ("<svg xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"" + random.nextInt(9) + "\"/></svg>")
                .getBytes(StandardCharsets.UTF_8);
        branding.update(
                client,
                new Branding.Change(
                        Optional.of(words(random)),
                        random.nextBoolean() ? Optional.of(svg) : Optional.empty(),
                        Optional.of("#4636a3"),
                        Optional.of("#b3a8fa")));
    }

    private static String words(Random random) {
        List<String> parts = List.of(
                "true",
                "a: b",
                "- x",
                "#y",
                "Zürich „ü“",
                "'q'",
                "\"q\"",
                "\\n",
                "{}",
                "[",
                "&a",
                "*a",
                "!t",
                "%",
                "@",
                "\u200f",
                "\ufeff",
                "😀",
                "null",
                "~",
                " ",
                "0x1f",
                ">",
                "|",
                "שלום");
        StringBuilder text = new StringBuilder("x");
        for (int i = 0; i < 1 + random.nextInt(4); i++) text.append(parts.get(random.nextInt(parts.size())));
        return random.nextInt(4) == 0
                ? parts.get(random.nextInt(2))
                : text.append('x').toString();
    }

    private static <T> List<T> some(Random random, List<T> all) {
        return all.stream().filter(_ -> random.nextBoolean()).toList();
    }

    private Applied stubbornly(String text) {
        Configuration wanted = read(text);
        for (int i = 0; i < 20; i++) {
            try {
                return configurations.apply(wanted, false, configurations.plan(wanted, false));
            } catch (Refused refused) {
                assertThat(refused.kind()).isEqualTo(Refused.Kind.CHANGED);
            }
        }
        throw new AssertionError("never done");
    }

    private Subject vera() {
        PasswordHasher hasher = new PasswordHasher(1, 1, secrets);
        User vera = new Users(database, () -> hasher, secrets, InstantSource.system(), Administrator.COMMAND_LINE)
                .add(
                        new NewUser("vera", "Vera", "vera@example.org", List.of("clerk"), Map.of("age", "34")),
                        "right password")
                .user();
        hasher.close();
        Instant now = Instant.now();
        database.inTransaction(tx -> {
            new SessionStore()
                    .insert(
                            tx,
                            new Session(
                                    new SessionId("s1"),
                                    vera.subject(),
                                    "127.0.0.1",
                                    "test",
                                    now,
                                    now.plusSeconds(3600),
                                    Optional.empty()));
            return true;
        });
        return vera.subject();
    }

    /// All that is known of users and their sessions.
    private String users(Subject vera) {
        List<String> all = new ArrayList<>();
        new UserExport(
                        database,
                        opening::keyEncryption,
                        secrets,
                        InstantSource.system(),
                        "localhost",
                        Administrator.COMMAND_LINE)
                .run(true, user -> all.add(user.toString()));
        return String.join("\n", all)
                + database.<Optional<Session>>read(tx -> new SessionStore().find(tx, new SessionId("s1")));
    }

    private int log() {
        return database.read(tx -> new RevocationStore().after(tx, 0)).size();
    }

    private long position() {
        return database.read(tx -> new RevisionStore().position(tx).position());
    }

    private Applied apply(String text) {
        Configuration wanted = read(text);
        return configurations.apply(wanted, false, configurations.plan(wanted, false));
    }

    private ConfigurationPlan plan(String text) {
        return plan(text, false);
    }

    private ConfigurationPlan plan(String text, boolean prune) {
        return configurations.plan(read(text), prune);
    }

    private Configuration read(String text) {
        ConfigurationRead read = reading(text);
        assertThat(read).isInstanceOf(Configuration.class);
        return (Configuration) read;
    }

    private List<String> faults(String text) {
        ConfigurationRead read = reading(text);
        assertThat(read).isInstanceOf(FaultyConfiguration.class);
        return ((FaultyConfiguration) read).faults();
    }

    private ConfigurationRead reading(String text) {
        try {
            Path file = folder.resolve(Thread.currentThread().threadId() + "-config.yaml");
            Files.writeString(file, text);
            return ConfigurationReader.read(file, name -> Optional.ofNullable(environment.get(name)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
