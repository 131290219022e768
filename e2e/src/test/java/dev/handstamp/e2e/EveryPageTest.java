package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.e2e.Tour.Stop;
import dev.handstamp.e2e.Tour.Way;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;

/// Every page that people see: each of the server's table of routes, and what answers its forms, on a [Tour]. What only
/// tells something or is seldom seen is at [SeldomPagesTest].
///
/// With `-Dhandstamp.screens=FOLDER` pictures are taken: `docs/screens/make` does.
class EveryPageTest {

    private static final String PASSWORD = Office.PASSWORD;
    private static final String NEW = "seven green umbrellas at noon";
    private static final String BACK = "http://127.0.0.1:9/callback";
    private static final String API = "https://api.example/orders";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String SCOPE = "openid profile orders:read offline_access";
    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String DOCUMENTS = "https://api.example/documents";

    /// What an application asks for that wants everything.
    private static final Map<String, String> MANY = new TreeMap<>(Map.of(
            "documents:list", "see which documents you have, those that others have shared with you among them",
            "documents:read", "read the documents that you have in your folders",
            "documents:write", "change the documents that you have in your folders",
            "documents:share", "let others read or change your documents",
            "documents:delete", "throw documents away for good",
            "folders:read", "see how your folders are arranged",
            "folders:write", "make, move and rename folders",
            "history:read", "read what stood in a document before, and who has changed it",
            "notes:read", "read what you and others have noted beside a document",
            "notes:write", "note something beside a document in your name"));

    private static final String LOGO = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><path fill="#c23a5e" d="M8 5h32l5 13c0 4-2 6-5 6v19H8V24c-3 0\
            -5-2-5-6z"/><path fill="#fff" d="M13 28h10v9H13zM27 28h8v15h-8z"/></svg>""";

    @TempDir
    static Path folder;

    private static final Letterbox letters = new Letterbox();
    private static HandstampProcess server;

    /// It asks for the name first, and mails links to sign in with.
    private static HandstampProcess other;

    private static Office office;
    private static Chrome chrome;
    private static Tour tour;
    private static String key;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(letters.settings());
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "code");
        settings.put("HANDSTAMP_SIGN_UP", "open");
        settings.put("HANDSTAMP_REGISTRATION", "open");
        server = new HandstampProcess(folder.resolve("data"), settings);
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "link");
        settings.put("HANDSTAMP_LOGIN", "identifier-first");
        other = new HandstampProcess(
                Files.createDirectories(folder.resolve("other")).resolve("data"), settings);
        server.awaitReady();
        office = furnish(server);
        trust(office);
        office.user("vera", "buyer", "writer", "administrator");
        for (String name : List.of("nick", "mia", "olga")) office.user(name);
        furnish(other.awaitReady()).user("vera", "buyer");
        brand(other);
        chrome = new Chrome();
        tour = new Tour(chrome);
    }

    private static Office furnish(HandstampProcess server) throws IOException, InterruptedException {
        Office office = Office.open(server);
        office.api(
                API, "buyer", Map.of("orders:read", "see what you have ordered", "orders:write", "order in your name"));
        office.client(Map.of(
                "client_id", "shop",
                "name", "Corner Shop",
                "public", true,
                "grants",
                        List.of("authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"),
                "redirect_uris", List.of(BACK),
                "apis", List.of(API),
                "scopes", List.of("orders:read", "orders:write", "openid", "profile", "offline_access")));
        return office;
    }

    /// Everything that there are lists of, and an API that is open to strangers.
    private static void trust(Office office) throws IOException, InterruptedException {
        office.api(DOCUMENTS, "writer", MANY);
        office.open(DOCUMENTS);
        office.client(Map.of(
                "client_id", "backend",
                "grants", List.of("client_credentials", EXCHANGE, "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                "apis", List.of(API, DOCUMENTS)));
        office.exchange("backend", API, DOCUMENTS, Map.of("orders:read", "documents:read"));
        office.issuer("https://ci.example.org", "backend");
    }

    private static void brand(HandstampProcess server) throws IOException, InterruptedException {
        Path logo = Files.writeString(folder.resolve("logo.svg"), LOGO);
        HandstampProcess.Printed printed = server.run(
                "",
                "brand",
                "update",
                "--client",
                "shop",
                "--name",
                "Corner Shop",
                "--logo",
                logo.toString(),
                "--accent",
                "#8a1538",
                "--accent-dark",
                "#ff9fb8");
        assertThat(printed.exit()).as(printed.err()).isZero();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (chrome != null) chrome.close();
        if (server != null) server.close();
        if (other != null) other.close();
        letters.close();
    }

    @TestFactory
    @DisplayName("WCAG 2.2 AA: axe-core finds nothing on")
    Stream<DynamicTest> every_page() {
        List<Stop> stops = new ArrayList<>();
        signingIn(stops);
        byMail(stops);
        goingOn(stops);
        account(stops);
        administration(stops);
        factors(stops);
        dressed(stops);
        return Stream.concat(
                tour.tests(stops),
                Stream.of(DynamicTest.dynamicTest("every page of the table", EveryPageTest::noPageWasLeftOut)));
    }

    private static void noPageWasLeftOut() throws IOException {
        PageTable table = PageTable.read();
        assertThat(table.written(tour.seen()))
                .as("pages that axe-core has seen")
                .containsAll(table.shown());
        assertThat(table.written(tour.pictured())).as("pages in the pictures").containsAll(table.shown());
    }

    private static void signingIn(List<Stop> stops) {
        stops.add(page("login-passkey", "/login/passkey"));
        stops.add(stop("login", () -> chrome.open(authorize(server))));
        stops.add(stop("login-refused", () -> {
                    chrome.type("input[name=username]", "vera");
                    chrome.type("input[name=password]", "not my password");
                    chrome.enter();
                })
                .answer());
        stops.add(page("request-unknown", "/authorize?client_id=nobody&response_type=code"));
    }

    private static void byMail(List<Stop> stops) {
        stops.add(page("reset", "/reset"));
        stops.add(stop("reset-asked", () -> send("username", "olga")).answer());
        stops.add(stop("reset-set", () -> chrome.open(letters.linkTo("olga@example.org"))));
        stops.add(stop("reset-refused", () -> send("password", "password1"))
                .answer()
                .unpictured());
        stops.add(page("login-mail", "/login/mail"));
        stops.add(stop("login-mail-code", () -> send("username", "vera")));
        stops.add(stop("login-mail-refused", () -> send("code", "000000"))
                .answer()
                .unpictured());
        stops.add(page("sign-up", "/sign-up"));
        stops.add(stop("sign-up-make", () -> {
            send("email", "zora@example.org");
            chrome.open(letters.linkTo("zora@example.org"));
        }));
        stops.add(stop("sign-up-refused", () -> {
                    chrome.type("input[name=username]", "vera");
                    send("password", NEW);
                })
                .answer()
                .unpictured());
    }

    private static void goingOn(List<Stop> stops) {
        stops.add(stop("login-again", () -> {
                    chrome.open(authorize(server));
                    chrome.type("input[name=username]", "vera");
                    send("password", "not my password either");
                })
                .answer());
        stops.add(stop("consent", () -> send("password", PASSWORD)));
        stops.add(stop("login-factor", () -> chrome.open(authorize(server) + "&acr_values=aal2")));
        stops.add(stop("consent-self-registered", () -> chrome.open(authorizeStranger())));
        stops.add(stop("login-self-registered", () -> pressAnew("Not you?")).unpictured());
        stops.add(page("device-code", "/device"));
        stops.add(stop("device-refused", () -> send("user_code", "ABCD-EFGH"))
                .answer()
                .unpictured());
        stops.add(stop("device-decide", () -> send("user_code", userCode())));
    }

    private static void account(List<Stop> stops) {
        stops.add(stop("account", () -> {
            chrome.click("#device-allow");
            open("/account");
        }));
        for (String page : List.of("security", "password")) {
            stops.add(page("account-" + page, "/account/" + page));
        }
        stops.add(stop("account-password-refused", () -> {
                    chrome.type("#password", NEW);
                    send("again", PASSWORD);
                })
                .answer()
                .unpictured());
        for (String page : List.of("authenticator", "sessions", "applications", "activity", "data")) {
            stops.add(page("account-" + page, "/account/" + page));
        }
        stops.add(stop("account-data-refused", () -> send("confirm", "somebody"))
                .answer()
                .unpictured());
        stops.add(stop("account-passkeys", EveryPageTest::addPasskey));
        stops.add(page("account-email", "/account/email"));
        stops.add(stop("account-email-refused", () -> send("email", "x".repeat(65) + "@example.org"))
                .answer()
                .unpictured());
        stops.add(stop("account-email-confirm", () -> {
            send("email", "valentina@example.org");
            chrome.open(letters.linkTo("valentina@example.org"));
        }));
    }

    private static void administration(List<Stop> stops) {
        stops.add(page("admin-users", "/admin/users"));
        stops.add(page("admin-users-new", "/admin/users/new"));
        stops.add(stop("admin-users-refused", () -> {
                    chrome.type("input[name=username]", "vera");
                    chrome.type("input[name=role]", "nobody");
                    send("password", "password1");
                })
                .answer()
                .unpictured());
        stops.add(page("admin-clients", "/admin/clients"));
        stops.add(page("admin-clients-new", "/admin/clients/new"));
        stops.add(stop("admin-clients-refused", () -> {
                    open("/admin/clients/new");
                    chrome.type("input[name=id]", "not an identifier");
                    chrome.press("Register");
                })
                .answer()
                .unpictured());
        stops.add(page("admin-client-invitations", "/admin/client-invitations"));
        stops.add(page("admin-clients-shop", "/admin/clients/shop"));
        stops.add(stop("admin-clients-open", () -> {
                    open("/admin/clients/shop");
                    for (WebElement title : chrome.driver().findElements(By.cssSelector(".groups summary")))
                        title.click();
                })
                .answer()
                .unpictured());
        stops.add(page("admin-apis", "/admin/apis"));
        stops.add(page("admin-apis-new", "/admin/apis/new"));
        stops.add(stop("admin-apis-orders", () -> {
            open("/admin/apis");
            chrome.press(API);
        }));
        for (String page : List.of(
                "roles",
                "roles/new",
                "roles/buyer",
                "exchanges",
                "exchanges/new",
                "issuers",
                "issuers/new",
                "brands",
                "brands/shop",
                "brand",
                "keys",
                "revocations",
                "audit",
                "token",
                "health")) {
            stops.add(page("admin-" + page.replace('/', '-'), "/admin/" + page));
        }
        stops.add(stop("admin-exchanges-rule", () -> {
            open("/admin/exchanges");
            chrome.click("tbody a");
        }));
        stops.add(stop("admin-issuers-one", () -> {
            open("/admin/issuers");
            chrome.click("tbody a");
        }));
        stops.add(stop("admin-brand-preview", () -> {
                    open("/admin/brand");
                    chrome.type("input[name=accent]", "#1d5c2f");
                    chrome.type("input[name=accent-dark]", "#8fd6a3");
                    chrome.type("input[name=name]", "Nightclub");
                    chrome.awaitText("Nightclub");
                })
                .answer());
        stops.add(stop("admin-users-vera", () -> {
            open("/admin/users?q=vera");
            chrome.click("tbody a");
        }));
        stops.add(stop("admin-token-taken-apart", () -> {
                    open("/admin/token");
                    chrome.type("#token", Office.token(server, "nick", API));
                    chrome.click("#look");
                })
                .answer());
        stops.add(stop("admin-token-garbage", () -> {
                    chrome.type("#token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ2ZXJhIn0.c2lnbmF0dXJl");
                    chrome.click("#look");
                })
                .answer());
    }

    private static void factors(List<Stop> stops) {
        stops.add(stop("account-authenticator-refused", () -> {
                    open("/account/authenticator");
                    key = chrome.one("#authenticator-key").getText().replace(" ", "");
                    send("code", "000000");
                })
                .answer()
                .unpictured());
        stops.add(stop("account-recovery-codes", () -> send("code", Walks.code(key, 0)))
                .answer());
        stops.add(page("account-security-whole", "/account/security").unpictured());
        stops.add(stop("admin-users-whole", () -> {
                    open("/admin/users?q=vera");
                    chrome.click("tbody a");
                })
                .unpictured());
        stops.add(page("logout", "/logout"));
        stops.add(stop("second-factor", () -> {
            chrome.click("#logout-confirm");
            open("/login");
            chrome.type("input[name=username]", "vera");
            send("password", PASSWORD);
        }));
        stops.add(stop("second-factor-refused", () -> send("code", "000000"))
                .answer()
                .unpictured());
        stops.add(stop("second-factor-recovery", () -> chrome.click("#other-code")));
        stops.add(stop("second-factor-passkey", () -> {
            open("/login/totp");
            chrome.click("#other-factor");
        }));
    }

    /// At the other server, in somebody else's colours.
    private static void dressed(List<Stop> stops) {
        stops.add(stop("dressed-name", () -> chrome.open(authorize(other))).unpictured());
        stops.add(stop("dressed-password", () -> send("username", "vera")));
        stops.add(stop("dressed-refused", () -> send("password", "not my password"))
                .answer()
                .unpictured());
        stops.add(stop("dressed-mail", () -> chrome.press("Not you?")).unpictured());
        stops.add(stop("login-mail-link-asked", () -> {
                    pressAnew("Sign in by e-mail");
                    send("username", "vera");
                })
                .answer()
                .unpictured());
        stops.add(stop("login-mail-link", () -> chrome.open(letters.linkTo("vera@example.org"))));
        stops.add(stop("dressed-consent", () -> chrome.click("#mail-submit")));
    }

    private static Stop page(String name, String path) {
        return stop(name, () -> open(path));
    }

    private static Stop stop(String name, Way way) {
        return Stop.of(name, way);
    }

    private static void open(String path) {
        chrome.open(server.issuer() + path);
    }

    /// On the page that is open, in the words of today's language.
    private static void pressAnew(String text) {
        chrome.open(chrome.address());
        chrome.press(text);
    }

    /// Fills in the last field of a form, and sends it.
    private static void send(String field, String text) {
        chrome.type("input[name=" + field + "]", text);
        chrome.enter();
    }

    /// The authenticator goes again: else it would sign in by itself wherever a page offers passkeys.
    private static void addPasskey() {
        VirtualAuthenticator device = chrome.authenticator();
        open("/account/passkeys");
        chrome.click("#passkey-button");
        chrome.awaitText("The passkey was added.");
        chrome.driver().removeVirtualAuthenticator(device);
    }

    /// The request of a client that has registered itself just now, and wants everything.
    private static String authorizeStranger() throws IOException, InterruptedException {
        String there = "https://notes.example.com";
        String metadata = """
            {"redirect_uris": ["%1$s/callback"], "client_name": "Notes & More", "client_uri": "%1$s/about",
             "policy_uri": "%1$s/privacy", "tos_uri": "%1$s/terms"}""".formatted(there);
        String client = Office.member(server.json("POST", "/register", metadata), "client_id");
        String scope = "openid profile email offline_access " + String.join(" ", MANY.keySet());
        return authorize(server, client, there + "/callback", scope) + "&resource=" + DOCUMENTS;
    }

    private static String authorize(HandstampProcess server) {
        return authorize(server, "shop", BACK, SCOPE);
    }

    private static String authorize(HandstampProcess server, String client, String back, String scope) {
        return server.issuer() + "/authorize?response_type=code&client_id=" + client + "&redirect_uri=" + back
                + "&scope=" + scope.replace(" ", "%20") + "&state=s&code_challenge_method=S256&code_challenge="
                + CHALLENGE;
    }

    private static String userCode() throws IOException, InterruptedException {
        HttpResponse<String> answer = server.form("/device_authorization", "client_id=shop&scope=orders:read");
        Matcher code = Pattern.compile("\"user_code\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(code.find()).as(answer.body()).isTrue();
        return code.group(1);
    }
}
