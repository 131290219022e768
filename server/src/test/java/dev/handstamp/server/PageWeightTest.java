package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Branding.Change;
import dev.handstamp.server.administration.SystemHealth.Health;
import dev.handstamp.server.crypto.Totp;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.web.admin.Head;
import dev.handstamp.server.web.admin.HealthPage;
import dev.handstamp.server.web.admin.Moment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What each page weighs on its way to a browser that comes for the first time: the page and everything that it loads,
/// with their heads, at a server where there is much of everything.
class PageWeightTest {

    private static final int MOST = 30 * 1024;
    private static final String ENCODINGS = "gzip, deflate, br, zstd";
    private static final Pattern LOADED =
            Pattern.compile("<(?:link rel=\"(?:icon|stylesheet)\"[^>]* href|script src|img [^>]*src)=\"(/[^\"]+)\"");
    private static final Pattern KEY = Pattern.compile("id=\"authenticator-key\">([A-Z2-7 ]+)<");

    /// A page of the table: what it is called there, and how its path is written.
    private static final Pattern ROUTE = Pattern.compile("\\.get\\(\\s*([^,]+?),\\s*(?:door|own\\.apply|page)\\(");

    private static final String CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
            + " (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private static final List<String> SCOPES = IntStream.range(0, 20)
            .mapToObj(number -> "documents-" + number + ":read")
            .toList();

    private static final Set<String> WEIGHED = new HashSet<>();

    private static Mailbox mailbox;
    private static RunningServer server;
    private static List<Client> clients;
    private static TestBrowser full;

    // Much of everything.

    @BeforeAll
    static void fill() {
        mailbox = new Mailbox();
        server = RunningServer.start(
                mailbox.settings("sign-in-by-mail", "link", "sign-up", "open", "mail.per-hour", "1000"));
        new Branding(server.database, InstantSource.system(), Administrator.COMMAND_LINE)
                .update(
                        Optional.empty(),
                        new Change(
                                Optional.of("The Night Club of the Corner Shops"),
                                Optional.empty(),
                                Optional.of("#1d5c2f"),
                                Optional.of("#8fd6a3")));
        addApis();
        clients = addClients();
        addUsers();
        for (int i = 0; i < 3; i++) server.rotateKeys();
        signInOften();
        full = AdminForms.signedIn(server, "full");
        for (Client client : clients.subList(0, 12)) use(client);
        addPasskeys();
        trustMany();
        inviteMany();
        logMuch();
    }

    private static void addApis() {
        Map<String, Map<String, String>> words = new LinkedHashMap<>();
        for (String scope : SCOPES) {
            words.put(
                    scope,
                    Map.of(
                            "", "Read the documents that you have in your folder",
                            "de", "Die Dokumente lesen, die Sie in Ihrem Ordner haben"));
        }
        for (int i = 0; i < 40; i++) {
            Algorithm algorithm = i < 10 ? Algorithm.HS256 : Algorithm.ES256;
            server.addApi(api(i), "secret-of-" + i, algorithm, Duration.ofMinutes(5), SCOPES.toArray(String[]::new));
        }
        Apis.Change none = Apis.Change.NONE;
        Apis.Change described = new Apis.Change(
                none.scopes(),
                words,
                none.algorithm(),
                none.tokenLifetime(),
                none.claims(),
                none.statusList(),
                none.open(),
                none.requiredAcr(),
                false);
        server.apis().update(api(39), described);
        server.addRole("reader", api(39), SCOPES.toArray(String[]::new));
    }

    private static String api(int number) {
        return "https://api-%02d.example.com/a/service/of/some/kind".formatted(number);
    }

    private static List<Client> addClients() {
        Set<Audience> apis =
                IntStream.range(30, 40).mapToObj(i -> new Audience(api(i))).collect(Collectors.toSet());
        List<RedirectUri> uris = new ArrayList<>(List.of(new RedirectUri(WebClient.CALLBACK)));
        for (int i = 0; i < 20; i++) uris.add(new RedirectUri("https://shop-" + i + ".example.com/sign-in/callback"));
        List<Client> added = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Client client = new Client(
                    new ClientId("corner-shop-%02d".formatted(i)),
                    EnumSet.of(
                            GrantType.AUTHORIZATION_CODE,
                            GrantType.REFRESH_TOKEN,
                            GrantType.DEVICE_CODE,
                            GrantType.TOKEN_EXCHANGE,
                            GrantType.JWT_BEARER),
                    apis,
                    Scopes.of(SCOPES).orElseThrow(),
                    Optional.of(new Secret("the secret of " + i).hash()),
                    new Redirection("The Corner Shop at the Harbour, number " + i, uris, uris, true, true),
                    (ClientMetadata) ClientMetadata.parse(Map.of(
                            "client_uri", "https://shop.example.com/about",
                            "policy_uri", "https://shop.example.com/privacy",
                            "tos_uri", "https://shop.example.com/terms",
                            "contacts", List.of("one@shop.example.com", "two@shop.example.com"))),
                    Instant.now());
            server.addClient(client);
            added.add(client);
        }
        server.addClient(told(added.getFirst()));
        return added;
    }

    /// The same with everything said that a client can say of itself.
    private static Client told(Client client) {
        Map<String, Object> key =
                PrivateJwk.generate(Algorithm.ES256).publicJwk().orElseThrow().toJson();
        Map<String, Object> members = new LinkedHashMap<>();
        for (ClientMember member : ClientMember.values()) {
            String address = "https://corner-shop.example.com/" + member.wireName();
            members.put(
                    member.wireName(),
                    switch (member.kind()) {
                        case TEXT -> "what there is to say of " + member.wireName();
                        case ADDRESS -> address;
                        case SECONDS -> 86_400L;
                        case CHOICE -> member.choices().getLast();
                        case FLAG -> true;
                        case TEXTS -> List.of("somebody@corner-shop.example.com", "another@corner-shop.example.com");
                        case ADDRESSES -> List.of(address, address + "#two");
                        case OBJECT -> Map.of("keys", List.of(key));
                    });
        }
        members.put("client_name#de", "Der Laden an der Ecke");
        return new Client(
                new ClientId("corner-shop-that-tells-all"),
                client.grants(),
                client.apis(),
                client.scopes(),
                client.secretHash(),
                client.redirection(),
                (ClientMetadata) ClientMetadata.parse(members),
                Instant.now());
    }

    private static void addUsers() {
        List<String> roles = new ArrayList<>(List.of("administrator", "buyer", "reader"));
        for (int i = 0; i < 30; i++) {
            roles.add("department-of-orders-" + i);
            server.addRole(roles.getLast(), RunningServer.ORDERS, "orders:read");
        }
        for (int i = 0; i < 60; i++) {
            server.addUser("wilhelmina.walker-of-the-north-%02d".formatted(i), roles.toArray(String[]::new));
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (int i = 0; i < 60; i++) attributes.put("attribute_number_" + i, "value ".repeat(30) + i);
        server.addUser("full", RunningServer.hash(RunningServer.PASSWORD), attributes, roles.toArray(String[]::new));
    }

    /// In many browsers, each of which is known from then on.
    private static void signInOften() {
        for (int i = 0; i < 40; i++) {
            TestBrowser browser = new TestBrowser(server);
            Map<String, String> fields = TestBrowser.fields(browser.open("/account"));
            browser.send(server.call("POST", "/login")
                    .header("User-Agent", CHROME)
                    .form(
                            "to",
                            "/account",
                            "form",
                            fields.get("form"),
                            "username",
                            "full",
                            "password",
                            RunningServer.PASSWORD));
        }
    }

    private static void use(Client client) {
        WebClient web = web(client);
        Reply answer = full.authorize(asking(web));
        assertThat(web.redeem(TestBrowser.answer(answer).get("code"), "resource", api(39))
                        .status())
                .isEqualTo(200);
    }

    private static WebClient web(Client client) {
        int number = clients.indexOf(client);
        return new WebClient(server, client, Optional.of("the secret of " + number));
    }

    private static String asking(WebClient web) {
        return web.request("scope", String.join(" ", SCOPES), "resource", api(39));
    }

    private static void addPasskeys() {
        PasskeyWalk walk = new PasskeyWalk(server);
        for (int i = 0; i < 20; i++)
            assertThat(walk.add(full, walk.authenticator()).status()).isEqualTo(200);
        server.execute("UPDATE passkey SET name = substr(name || ' of the telephone that I have had since the spring"
                + " of that year', 1, 64)");
    }

    /// Rules of exchange, and issuers whose assertions are taken.
    private static void trustMany() {
        String mapping = SCOPES.stream().map(scope -> scope + " = " + scope).collect(Collectors.joining("\n"));
        String ids =
                clients.stream().map(client -> client.id().value()).limit(20).collect(Collectors.joining("\n"));
        for (int i = 0; i < 30; i++) {
            Reply rule = AdminForms.send(
                    full,
                    full.open("/admin/exchanges/new"),
                    "add",
                    "id",
                    clients.get(i).id().value(),
                    "from",
                    api(39),
                    "to",
                    api(38),
                    "mapping",
                    mapping);
            assertThat(rule.text()).contains("Added.");
            Reply issuer = AdminForms.send(
                    full,
                    full.open("/admin/issuers/new"),
                    "add",
                    "issuer",
                    "https://ci.example.org/builds/of-the-department/" + i,
                    "keys-uri",
                    "https://ci.example.org/builds/of-the-department/" + i + "/jwks",
                    "clients",
                    ids,
                    "users",
                    "vera\nnick\nfull");
            assertThat(issuer.text()).contains("Added.");
        }
        Branding branding = new Branding(server.database, InstantSource.system(), Administrator.COMMAND_LINE);
        for (Client client : clients) {
            branding.update(
                    Optional.of(client.id().value()),
                    new Change(
                            Optional.of("The Corner Shop at the Harbour of " + client.id()),
                            Optional.empty(),
                            Optional.of("#1d5c2f"),
                            Optional.of("#8fd6a3")));
        }
    }

    private static void inviteMany() {
        Reply page = full.open("/admin/client-invitations");
        String apis = IntStream.range(0, 10).mapToObj(PageWeightTest::api).collect(Collectors.joining("\n"));
        for (int i = 0; i < 20; i++) {
            Reply made = AdminForms.act(
                    full,
                    page,
                    "invite",
                    "",
                    "apis",
                    apis,
                    "scopes",
                    String.join(" ", SCOPES),
                    "uses",
                    "1000000",
                    "lifetime",
                    "7d");
            assertThat(made.text()).contains("id=\"secret\"");
        }
    }

    private static void logMuch() {
        AuditStore audit = new AuditStore();
        RevocationStore revocations = new RevocationStore();
        Map<String, String> details = Map.of("scope", String.join(" ", SCOPES), "client", "corner-shop-00");
        String actor = server.user("full").subject().value();
        server.database.inTransaction(tx -> {
            for (int i = 0; i < 120; i++) {
                Instant at = Instant.now();
                audit.append(
                        tx,
                        new AuditEvent(
                                at,
                                AuditEvent.Type.API_CREATED,
                                actor,
                                api(i),
                                "corner-shop-00",
                                "2001:db8:85a3:8d3:1319:8a2e:370:7348",
                                "",
                                details));
                revocations.append(
                        tx,
                        Revocation.Kind.TOKEN,
                        "a-token-identifier-of-22-" + i,
                        AuditEvent.Type.TOKEN_REVOKED,
                        IntStream.range(0, 10)
                                .mapToObj(api -> new Audience(api(api)))
                                .collect(Collectors.toSet()),
                        at,
                        at.plusSeconds(3600));
            }
            return tx;
        });
    }

    @AfterAll
    static void stop() {
        server.close();
        mailbox.close();
    }

    // Every page.

    @Test
    void no_page_weighs_more_than_30_kib() throws IOException {
        toAStranger();
        onTheWayToAnApplication();
        byMail();
        withASecondFactor();
        inTheAccount();
        inTheAdministration();
        full.submit(full.open("/account"), "locale", "de");
        inTheAdministration();
        full.submit(full.open("/account"), "locale", "en");
        atTheEnd();

        assertThat(routes())
                .isNotEmpty()
                .allSatisfy(route -> assertThat(WEIGHED)
                        .as("a page of the table was weighed")
                        .anyMatch(path -> route.endsWith("/")
                                ? path.startsWith(route) && !path.equals(route + "new")
                                : path.equals(route)));
    }

    @Test
    void not_even_after_an_hour_in_which_there_was_much_to_do() {
        List<HealthPage.Bar> bars = IntStream.range(0, 60)
                .mapToObj(minute -> new HealthPage.Bar(10 * minute, 37, 63))
                .toList();
        List<HealthPage.Chart> charts = IntStream.range(0, 4)
                .mapToObj(_ -> new HealthPage.Chart("Sign-ins per minute", "Sign-ins per minute", 1, 2, bars))
                .toList();
        List<HealthPage.Row> rows = IntStream.range(0, 60)
                .mapToObj(_ -> new HealthPage.Row("12:34", 1234, 1234, 1234, 123_456, 12_345, 1234))
                .toList();
        Health health = new Health(Instant.EPOCH, Duration.ZERO, "", 0, Duration.ZERO, 0, 0, 0, 0, 0, 0, List.of());
        Reply shown = full.open("/admin/health");
        HealthPage.View view = new HealthPage.View(head(), new Moment("", ""), "", "", health, 1, 2, charts, rows);
        int more = charts.size() * charts.getFirst().drawing().length()
                + Page.of(200, Messages.ENGLISH, Look.PLAIN, "admin/Health", "", view)
                        .toResponse()
                        .body()
                        .length;
        assertThat(whole(shown) + more).isLessThan(MOST);
    }

    private static Head head() {
        return new Head(new Shell("", "", "", List.of()), "", "", "");
    }

    private static void toAStranger() {
        for (String path : List.of(
                "/login",
                "/login?request=gone",
                "/login/passkey",
                "/login/mail",
                "/reset",
                "/reset?token=gone",
                "/sign-up",
                "/device",
                "/device?request=gone",
                "/consent?request=gone",
                "/logout",
                "/logout?id_token_hint=nonsense",
                "/authorize?client_id=nobody")) {
            TestBrowser browser = new TestBrowser(server);
            weigh(path, browser.open(path));
        }
        TestBrowser browser = new TestBrowser(server);
        weigh("/login", browser.submit(browser.open("/login"), "username", "vera", "password", "wrong"));
        weigh("/device", browser.submit(browser.open("/device"), "user_code", "nonsense"));
    }

    private static void onTheWayToAnApplication() {
        WebClient web = web(clients.get(20));
        TestBrowser browser = new TestBrowser(server);
        Reply login = weigh("/login", browser.open(asking(web)));
        Reply consent = browser.submit(login, "username", "full", "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/consent")).isTrue();
        weigh("/consent", consent);
        weigh("/consent", browser.submit(consent, "decision", ""));

        Reply asked = server.call("POST", "/device_authorization")
                .basic(web.id(), web.secret().orElseThrow())
                .form("scope", String.join(" ", SCOPES), "resource", api(39))
                .send();
        Reply decide = browser.submit(browser.open("/device"), "user_code", asked.string("user_code"));
        assertThat(decide.text()).contains("device-allow");
        weigh("/device", decide);
        weigh("/device", browser.submit(decide, "decision", "allow"));
    }

    private static void byMail() {
        TestBrowser browser = new TestBrowser(server);
        for (String path : List.of("/reset", "/login/mail", "/sign-up")) {
            String field = path.equals("/sign-up") ? "email" : "username";
            String who = path.equals("/sign-up") ? "zora@example.org" : path.equals("/reset") ? "nick" : "vera";
            weigh(path, browser.submit(browser.open(path), field, who));
            Reply linked = weigh(path, browser.open(link()));
            if (!path.equals("/login/mail")) {
                weigh(path, browser.submit(linked, "username", "z", "password", "short"));
            }
        }
    }

    private static String link() {
        String text = Mailbox.text(mailbox.next());
        while (!text.contains("?token=")) text = Mailbox.text(mailbox.next());
        Matcher link = Pattern.compile("(/[a-z-]+(?:/[a-z]+)?\\?token=\\S+)").matcher(text);
        assertThat(link.find()).isTrue();
        return link.group(1);
    }

    private static void withASecondFactor() {
        server.addUser("otto");
        TestBrowser browser = AdminForms.signedIn(server, "otto");
        Reply factor = browser.open(WebClient.confidential(server).request("acr_values", "aal2"));
        assertThat(browser.isAt("/login/factor")).isTrue();
        weigh("/login/factor", factor);
        Reply offer = weigh("/account/authenticator", browser.open("/account/authenticator"));
        Matcher key = KEY.matcher(offer.text());
        assertThat(key.find()).isTrue();
        String code = Totp.codeAt(new Secret(key.group(1).replace(" ", "")), Instant.now());
        weigh("/account/security", browser.submit(offer, "code", code));

        TestBrowser other = new TestBrowser(server);
        Reply step = other.submit(other.open("/login"), "username", "otto", "password", RunningServer.PASSWORD);
        weigh("/login/totp", step);
        weigh("/login/totp", other.submit(step, "code", "1"));
        weigh("/login/totp", other.open("/login/totp?to=/account&recovery=yes"));
    }

    private static void inTheAccount() {
        for (String path : List.of(
                "/account",
                "/account/security",
                "/account/password",
                "/account/authenticator",
                "/account/passkeys",
                "/account/sessions",
                "/account/applications",
                "/account/activity",
                "/account/data",
                "/account/email",
                "/email?token=gone")) {
            weigh(path, full.open(path));
        }
        assertThat(full.open("/account/sessions").text()).contains("Page 1 of 5", "sessions=2", "devices=2");
        weigh("/account/sessions", full.open("/account/sessions?sessions=2"));
        weigh("/account/sessions", full.open("/account/sessions?devices=4"));
        weigh("/account/applications", full.open("/account/applications?page=2"));
    }

    private static void inTheAdministration() {
        for (String path : List.of(
                "/admin/users",
                "/admin/users?q=wilhelmina",
                "/admin/users/new",
                "/admin/clients",
                "/admin/clients?q=corner",
                "/admin/clients/new",
                "/admin/clients/corner-shop-00",
                "/admin/clients/corner-shop-that-tells-all",
                "/admin/client-invitations",
                "/admin/client-invitations?page=2",
                "/admin/apis",
                "/admin/apis?page=2",
                "/admin/apis/new",
                "/admin/roles",
                "/admin/roles/new",
                "/admin/roles/administrator",
                "/admin/roles/reader",
                "/admin/exchanges",
                "/admin/exchanges/new",
                "/admin/issuers",
                "/admin/issuers/new",
                "/admin/brands",
                "/admin/brand",
                "/admin/brands/corner-shop-00",
                "/admin/keys",
                "/admin/keys?page=2",
                "/admin/revocations",
                "/admin/audit",
                "/admin/audit?type=api_created",
                "/admin/token",
                "/admin/health")) {
            weigh(path, full.open(path));
        }
        for (String path : List.of("/admin/clients/new", "/admin/clients/corner-shop-that-tells-all")) {
            weigh(path, full.send(server.call("GET", path).header("Accept-Language", "de")));
        }
        for (String list : List.of("/admin/exchanges", "/admin/issuers")) {
            weigh(list + "/", full.open(first(full.open(list), list + "/")));
        }
        weigh("/admin/apis/", full.open(first(full.open("/admin/apis?page=2"), "/admin/apis/")));
        String user = first(full.open("/admin/users?q=full"), "/admin/users/");
        Reply whole = weigh("/admin/users/", full.open(user));
        Matcher more = Pattern.compile("href=\"([^\"]+\\?show=[a-z]+)\"").matcher(whole.text());
        Set<String> lists = new TreeSet<>();
        while (more.find()) lists.add(more.group(1));
        assertThat(lists).hasSize(5);
        for (String list : lists) {
            weigh("/admin/users/", full.open(list));
            weigh("/admin/users/", full.open(list + "&page=2"));
        }
        Reply token =
                full.submit(full.open("/admin/token"), "token", server.logIn().string("access_token"));
        assertThat(token.text()).contains("id=\"verdict\"");
        weigh("/admin/token", token);
    }

    /// The address of what a list begins with.
    private static String first(Reply page, String beginning) {
        Matcher link = Pattern.compile("<t[dh][^>]*><a href=\"(" + beginning + "[^\"]+)\"")
                .matcher(page.text());
        assertThat(link.find()).isTrue();
        return link.group(1);
    }

    private static void atTheEnd() {
        TestBrowser browser = AdminForms.signedIn(server, "vera");
        Reply ask = weigh("/logout", browser.open("/logout"));
        weigh("/logout", browser.submit(ask, "decision", "leave"));
    }

    // The scales.

    private static Reply weigh(String path, Reply page) {
        int weight = whole(page);
        assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(weight).as("bytes of %s:\n%s", path, page.text()).isLessThan(MOST);
        WEIGHED.add(path.replaceFirst("\\?.*", ""));
        if (Boolean.getBoolean("handstamp.weights")) System.err.println("WEIGHT " + weight + " " + path);
        return page;
    }

    /// With everything that it loads.
    private static int whole(Reply page) {
        int weight = weight(page);
        Matcher loaded = LOADED.matcher(page.text());
        while (loaded.find()) {
            Reply asset = server.call("GET", loaded.group(1))
                    .header("Accept-Encoding", ENCODINGS)
                    .send();
            assertThat(asset.status()).isEqualTo(200);
            weight += weight(asset);
        }
        return weight;
    }

    private static int weight(Reply reply) {
        int weight = "HTTP/1.1 200 OK\r\n\r\n".length() + reply.body().length;
        for (var header : reply.headers().entrySet()) {
            for (String value : header.getValue()) {
                weight += (header.getKey() + ": " + value + "\r\n").getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return weight;
    }

    /// The paths of all pages in the table of routes; one that ends in a slash has a name after it.
    private static List<String> routes() throws IOException {
        String table = Files.readString(Path.of("src/main/java/dev/handstamp/server/Routes.java"));
        List<String> paths = new ArrayList<>();
        Matcher route = ROUTE.matcher(table);
        while (route.find()) paths.add(path(route.group(1), table));
        // These lead on to other pages, or are no page.
        paths.removeAll(List.of("/admin", "/admin/revocations/events"));
        return paths;
    }

    /// `"/login"`, `ResetPage.PATH` or `AccountPlace.DATA.path()`.
    private static String path(String written, String table) {
        if (written.startsWith("\"")) return written.substring(1, written.length() - 1);
        String[] parts = written.split("\\.", -1);
        Matcher imported = Pattern.compile("import (\\S+\\." + parts[0] + ");").matcher(table);
        assertThat(imported.find()).as(written).isTrue();
        try {
            Object value = Class.forName(imported.group(1)).getField(parts[1]).get(null);
            return parts.length == 2
                    ? (String) value
                    : (String) value.getClass().getMethod("path").invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(written, e);
        }
    }
}
