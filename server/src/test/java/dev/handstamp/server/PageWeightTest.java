package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Branding.Change;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What each page weighs on its way to a browser that comes for the first time: the page, and everything that it names,
/// with their heads.
class PageWeightTest {

    private static final int MOST = 30 * 1024;
    private static final Pattern LOADED = Pattern.compile("<(?:link [^>]*href|script src|img [^>]*src)=\"(/[^\"]+)\"");
    private static final String CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
            + " (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

    private static RunningServer server;
    private static TestBrowser full;
    private static final Map<String, Integer> WEIGHTS = new LinkedHashMap<>();

    @BeforeAll
    static void fill() {
        server = RunningServer.start();
        String[] roles = IntStream.range(0, 12)
                .mapToObj(i -> "department-of-orders-" + i)
                .toArray(String[]::new);
        for (String role : roles) server.addRole(role, RunningServer.ORDERS, "orders:read");
        for (int i = 0; i < 60; i++) {
            server.addUser("wilhelmina.walker-%02d".formatted(i), "buyer", roles[0], roles[1], roles[2]);
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (int i = 0; i < 20; i++) attributes.put("attribute_number_" + i, "a value of some length " + i);
        List<String> all = new ArrayList<>(Arrays.asList(roles));
        all.addAll(List.of("administrator", "buyer"));
        server.addUser("full", RunningServer.hash(RunningServer.PASSWORD), attributes, all.toArray(String[]::new));
        apis();
        clients();
        for (int i = 0; i < 3; i++) server.rotateKeys();
        sessions();
        full = AdminForms.signedIn(server, "full");
        Branding branding = new Branding(server.database, InstantSource.system(), Administrator.COMMAND_LINE);
        branding.update(
                Optional.empty(),
                new Change(
                        Optional.of("The Night Club of the Corner Shops"),
                        Optional.empty(),
                        Optional.of("#1d5c2f"),
                        Optional.of("#8fd6a3")));
    }

    private static void apis() {
        for (int i = 0; i < 40; i++) {
            String audience = "https://api-%02d.example.com/a/service/of/some/kind".formatted(i);
            String[] scopes = IntStream.range(0, 20)
                    .mapToObj(number -> "documents-" + number + ":read")
                    .toArray(String[]::new);
            server.addApi(audience, "secret-of-" + i, Algorithm.ES256, Duration.ofMinutes(5), scopes);
            if (i > 0) continue;
            Map<String, Map<String, String>> words = new LinkedHashMap<>();
            for (String scope : scopes) {
                words.put(
                        scope,
                        Map.of(
                                "", "Read the documents that you have in your folder",
                                "de", "Die Dokumente lesen, die Sie in Ihrem Ordner haben"));
            }
            Apis.Change none = Apis.Change.NONE;
            server.apis()
                    .update(
                            audience,
                            new Apis.Change(
                                    none.scopes(),
                                    words,
                                    none.algorithm(),
                                    none.tokenLifetime(),
                                    none.claims(),
                                    none.statusList(),
                                    none.open(),
                                    none.requiredAcr(),
                                    false));
        }
    }

    private static void clients() {
        Set<Audience> apis = IntStream.range(0, 10)
                .mapToObj(i -> new Audience("https://api-%02d.example.com/a/service/of/some/kind".formatted(i)))
                .collect(Collectors.toSet());
        String scopes = IntStream.range(0, 20)
                .mapToObj(number -> "documents-" + number + ":read")
                .collect(Collectors.joining(" "));
        for (int i = 0; i < 60; i++) {
            List<RedirectUri> uris = IntStream.range(0, 20)
                    .mapToObj(number -> new RedirectUri("https://shop-" + number + ".example.com/sign-in/callback"))
                    .toList();
            Redirection redirection = new Redirection("The Corner Shop number " + i, uris, uris, true, true);
            server.addClient(new Client(
                    new ClientId("corner-shop-%02d".formatted(i)),
                    EnumSet.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.CLIENT_CREDENTIALS),
                    apis,
                    Scopes.parse(scopes).orElseThrow(),
                    Optional.of(new Secret("the secret of " + i).hash()),
                    redirection,
                    (ClientMetadata) ClientMetadata.parse(Map.of(
                            "client_uri", "https://shop.example.com/about",
                            "policy_uri", "https://shop.example.com/privacy",
                            "tos_uri", "https://shop.example.com/terms",
                            "contacts", List.of("one@shop.example.com", "two@shop.example.com"))),
                    Instant.now()));
        }
    }

    /// Of the fullest user: in browsers and in applications, some of them over.
    private static void sessions() {
        for (int i = 0; i < 60; i++) {
            TestBrowser browser = new TestBrowser(server);
            Reply form = browser.open("/account");
            Map<String, String> fields = TestBrowser.fields(form);
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
            if (i >= 40) {
                server.call("POST", "/session")
                        .json(Json.text(Map.of("username", "full", "password", RunningServer.PASSWORD)))
                        .send();
                browser.signOut();
            }
        }
    }

    @AfterAll
    static void stop() {
        server.close();
        WEIGHTS.forEach((name, weight) -> System.err.println("WEIGHT " + weight + " " + name));
    }

    @Test
    void the_fullest_pages() {
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
                "/admin/users",
                "/admin/users?q=w",
                "/admin/users/new",
                "/admin/clients",
                "/admin/clients/new",
                "/admin/clients/corner-shop-00",
                "/admin/apis",
                "/admin/apis/new",
                "/admin/keys",
                "/admin/revocations",
                "/admin/audit",
                "/admin/token",
                "/admin/health")) {
            weigh(path, full.open(path));
        }
        Reply users = full.open("/admin/users?q=full");
        var one = Pattern.compile("href=\"(/admin/users/[^\"]{20,})\"").matcher(users.text());
        assertThat(one.find()).isTrue();
        weigh("one user", full.open(one.group(1)));
        Reply apis = full.open("/admin/apis");
        var api = Pattern.compile("href=\"(/admin/apis/[^\"]{20,})\">https://api-00")
                .matcher(apis.text());
        assertThat(api.find()).isTrue();
        weigh("one API", full.open(api.group(1)));
    }

    private static void weigh(String name, Reply page) {
        int weight = weight(page);
        var loaded = LOADED.matcher(page.text());
        while (loaded.find()) {
            Reply asset = server.call("GET", loaded.group(1))
                    .header("Accept-Encoding", "gzip, deflate, br")
                    .send();
            assertThat(asset.status()).isEqualTo(200);
            weight += weight(asset);
        }
        WEIGHTS.put(name, weight);
    }

    private static int weight(Reply reply) {
        int head = "HTTP/1.1 200 OK\r\n\r\n".length();
        for (var header : reply.headers().entrySet()) {
            for (String value : header.getValue()) {
                head += (header.getKey() + ": " + value + "\r\n").getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return head + reply.body().length;
    }
}
