package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;

/// Every page that people see, one after the other as somebody would meet them: nothing shuts people out (axe-core,
/// WCAG 2.2 AA) and [Manners] are kept, in English at a desktop, and in German on a small dark telephone where the page
/// can be opened anew; nothing was blocked by our own policy.
///
/// With `-Dhandstamp.screens=FOLDER` it takes a picture of each, in light and dark, on a desktop and on a telephone:
/// `docs/screens/make` does.
class EveryPageTest {

    private static final int NARROW = 320;
    private static final String PASSWORD = Office.PASSWORD;
    private static final String NEW = "seven green umbrellas at noon";
    private static final String BACK = "http://127.0.0.1:9/callback";
    private static final String API = "https://api.example/orders";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String SCOPE = "openid profile orders:read offline_access";

    private static final String LOGO = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40"><path d="M0 0h160v40H0z" fill="#8a1538"/></svg>""";

    private static final Optional<Path> PICTURES =
            Optional.ofNullable(System.getProperty("handstamp.screens")).map(Path::of);

    /// One page and how to get there from the one before.
    ///
    /// @param isAnswer   whether it answers a form, so that it cannot be opened anew
    /// @param isPictured whether pictures are taken
    private record Stop(String name, Way way, boolean isAnswer, boolean isPictured) {

        Stop answer() {
            return new Stop(name, way, true, isPictured);
        }

        Stop unpictured() {
            return new Stop(name, way, isAnswer, false);
        }
    }

    @FunctionalInterface
    private interface Way {
        void go() throws IOException, InterruptedException;
    }

    @TempDir
    static Path folder;

    private static final Letterbox letters = new Letterbox();
    private static HandstampProcess server;

    /// It asks for the name first, and mails links to sign in with.
    private static HandstampProcess other;

    private static Office office;
    private static Chrome chrome;
    private static Manners manners;
    private static String key;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Map<String, String> settings = new HashMap<>(letters.settings());
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "code");
        settings.put("HANDSTAMP_SIGN_UP", "open");
        server = new HandstampProcess(folder.resolve("data"), settings);
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "link");
        settings.put("HANDSTAMP_LOGIN", "identifier-first");
        other = new HandstampProcess(
                Files.createDirectories(folder.resolve("other")).resolve("data"), settings);
        server.awaitReady();
        office = furnish(server);
        office.user("vera", "buyer", "administrator");
        for (String name : List.of("nick", "mia", "olga")) office.user(name);
        furnish(other.awaitReady()).user("vera", "buyer");
        brand(other);
        chrome = new Chrome();
        manners = new Manners(chrome);
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
        return stops.stream().map(stop -> DynamicTest.dynamicTest(stop.name, () -> visit(stop)));
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
        stops.add(page("link-over", "/reset?token=gone"));
    }

    private static void byMail(List<Stop> stops) {
        stops.add(page("reset", "/reset"));
        stops.add(stop("reset-asked", () -> send("username", "olga")).answer());
        stops.add(stop("reset-set", () -> chrome.open(letters.linkTo("olga@example.org"))));
        stops.add(stop("reset-refused", () -> send("password", "password1"))
                .answer()
                .unpictured());
        stops.add(stop("reset-done", () -> send("password", NEW)).answer().unpictured());
        stops.add(page("login-mail", "/login/mail"));
        stops.add(stop("login-mail-code", () -> send("username", "vera")));
        stops.add(stop("login-mail-refused", () -> send("code", "000000"))
                .answer()
                .unpictured());
        stops.add(page("sign-up", "/sign-up"));
        stops.add(stop("sign-up-asked", () -> send("email", "zora@example.org")).answer());
        stops.add(stop("sign-up-make", () -> chrome.open(letters.linkTo("zora@example.org"))));
        stops.add(stop("sign-up-refused", () -> {
                    chrome.type("input[name=username]", "vera");
                    send("password", NEW);
                })
                .answer()
                .unpictured());
        stops.add(stop("sign-up-done", () -> {
                    chrome.type("input[name=username]", "zora");
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
        stops.add(page("device-code", "/device"));
        stops.add(stop("device-refused", () -> send("user_code", "ABCD-EFGH"))
                .answer()
                .unpictured());
        stops.add(stop("device-decide", () -> send("user_code", userCode())));
        stops.add(stop("device-done", () -> chrome.click("#device-allow")).answer());
        stops.add(stop("device-denied", () -> {
                    open("/device");
                    send("user_code", userCode());
                    chrome.click("#device-deny");
                })
                .answer());
        stops.add(page("too-late", "/login?request=gone"));
    }

    private static void account(List<Stop> stops) {
        for (String page : List.of("", "/security", "/password")) {
            stops.add(page(page.isEmpty() ? "account" : "account-" + page.substring(1), "/account" + page));
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
        stops.add(stop("account-email-asked", () -> send("email", "valentina@example.org"))
                .answer());
        stops.add(stop("account-email-confirm", () -> chrome.open(letters.linkTo("valentina@example.org"))));
        stops.add(stop("account-email-done", () -> chrome.click("#mail-submit")).answer());
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
                    chrome.type("input[name=id]", "not an identifier");
                    chrome.press("Register");
                })
                .answer()
                .unpictured());
        stops.add(page("admin-clients-shop", "/admin/clients/shop"));
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
        stops.add(stop("admin-brand-preview", () -> {
                    open("/admin/brand");
                    chrome.type("input[name=accent]", "#1d5c2f");
                    chrome.type("input[name=accent-dark]", "#8fd6a3");
                    chrome.type("input[name=name]", "Nightclub");
                    chrome.awaitText("Nightclub");
                })
                .answer());
        stops.add(page("admin-missing", "/admin/users/nobody"));
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
        stops.add(stop("logged-out", () -> chrome.click("#logout-confirm")).answer());
        stops.add(stop("second-factor", () -> {
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
                })
                .unpictured());
    }

    /// At the other server, in somebody else's colours.
    private static void dressed(List<Stop> stops) {
        stops.add(stop("dressed-name", () -> chrome.open(authorize(other))).unpictured());
        stops.add(stop("dressed-password", () -> send("username", "vera")).unpictured());
        stops.add(stop("dressed-refused", () -> send("password", "not my password"))
                .answer()
                .unpictured());
        stops.add(stop("dressed-mail", () -> chrome.press("Not you?")).unpictured());
        stops.add(stop("login-mail-link-asked", () -> {
                    chrome.press("Sign in by mail");
                    send("username", "vera");
                })
                .answer()
                .unpictured());
        stops.add(stop("login-mail-link", () -> chrome.open(letters.linkTo("vera@example.org")))
                .unpictured());
        stops.add(stop("dressed-consent", () -> chrome.click("#mail-submit")).unpictured());
    }

    private static void visit(Stop stop) throws IOException, InterruptedException {
        chrome.speak("en");
        chrome.look(1280, 900, false);
        stop.way.go();
        assertThat(chrome.one("html").getDomAttribute("lang")).isEqualTo("en");
        manners.assertStill(stop.name);
        assertThat(Axe.findings(chrome)).as(stop.name).isEmpty();
        manners.assertWalkable(stop.name);
        String path = URI.create(chrome.address()).getPath();
        manners.assertFieldsSayWhatTheyAreFor(stop.name, path);
        if (PICTURES.isPresent() && stop.isPictured) takePictures(stop, PICTURES.get());
        manners.assertFits(stop.name);
        chrome.look(NARROW, 640, true);
        if (stop.isAnswer) {
            assertThat(Axe.findings(chrome)).as(stop.name + " in the dark").isEmpty();
        } else {
            inGerman(stop);
        }
        assertThat(chrome.complaints().stream().filter(each -> !each.contains("status of 4")))
                .as(stop.name)
                .isEmpty();
    }

    private static void inGerman(Stop stop) {
        String name = stop.name + " in German";
        chrome.speak("de");
        chrome.open(chrome.address());
        assertThat(chrome.one("html").getDomAttribute("lang")).isEqualTo("de");
        manners.assertStill(name);
        assertThat(Axe.findings(chrome)).as(name).isEmpty();
        manners.assertWalkable(name);
        manners.assertFits(name);
        chrome.speak("en");
        chrome.look(1280, 900, false);
        chrome.open(chrome.address());
    }

    private static void takePictures(Stop stop, Path folder) {
        for (boolean dark : List.of(false, true)) {
            takePicture(stop, folder, "desktop", 1280, 900, dark);
            takePicture(stop, folder, "phone", NARROW, 640, dark);
        }
    }

    private static void takePicture(Stop stop, Path folder, String device, int width, int height, boolean dark) {
        chrome.look(width, height, dark);
        // Colours that are on their way from light to dark are no colours of the page.
        chrome.script("document.getAnimations().forEach(each => each.finish())");
        String name = stop.name + "-" + (dark ? "dark" : "light") + "-" + device + ".png";
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve(name), chrome.picture());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stop page(String name, String path) {
        return stop(name, () -> open(path));
    }

    private static Stop stop(String name, Way way) {
        return new Stop(name, way, false, true);
    }

    private static void open(String path) {
        chrome.open(server.issuer() + path);
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

    private static String authorize(HandstampProcess server) {
        return server.issuer() + "/authorize?response_type=code&client_id=shop&redirect_uri=" + BACK + "&scope="
                + SCOPE.replace(" ", "%20") + "&state=s&code_challenge_method=S256&code_challenge=" + CHALLENGE;
    }

    private static String userCode() throws IOException, InterruptedException {
        HttpResponse<String> answer = server.form("/device_authorization", "client_id=shop&scope=orders:read");
        Matcher code = Pattern.compile("\"user_code\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(code.find()).as(answer.body()).isTrue();
        return code.group(1);
    }
}
