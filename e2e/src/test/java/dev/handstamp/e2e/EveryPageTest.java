package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;

/// Every page that people see, one after the other as somebody would meet them: nothing shuts people out (axe-core,
/// WCAG 2.2 AA), nothing is wider than a small telephone, nothing was blocked by our own policy.
///
/// With `-Dhandstamp.screens=FOLDER` it takes a picture of each, in light and dark, on a desktop and on a telephone:
/// `docs/screens/make` does.
class EveryPageTest {

    private static final int NARROW = 320;
    private static final String PASSWORD = "correct horse battery staple";
    private static final String BACK = "http://127.0.0.1:9/callback";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static final Letterbox LETTERS = new Letterbox();

    private static final Optional<Path> PICTURES =
            Optional.ofNullable(System.getProperty("handstamp.screens")).map(Path::of);

    /// One page and how to get there from the one before.
    private record Stop(String name, Way way) {}

    @FunctionalInterface
    private interface Way {
        void go() throws IOException, InterruptedException;
    }

    @TempDir
    static Path folder;

    private static HandstampProcess server;
    private static Chrome chrome;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        server = new HandstampProcess(folder.resolve("data"), settings()).awaitReady();
        chrome = new Chrome();
        String api = "https://api.example/orders";
        String[] orders = {
            "api",
            "add",
            api,
            "--scope",
            "orders:read",
            "--scope",
            "orders:write",
            "--describe",
            "orders:read=see what you have ordered",
            "--describe",
            "orders:write=order in your name"
        };
        run("", orders);
        run("", "role", "add", "buyer", "--api", api, "--scope", "orders:read", "--scope", "orders:write");
        String[] client = {
            "client",
            "add",
            "Corner Shop",
            "--id",
            "shop",
            "--public",
            "--grant",
            "authorization_code",
            "--grant",
            "urn:ietf:params:oauth:grant-type:device_code",
            "--grant",
            "refresh_token",
            "--redirect-uri",
            BACK,
            "--api",
            api,
            "--scope",
            "orders:read",
            "--scope",
            "orders:write",
            "--scope",
            "openid",
            "--scope",
            "profile",
            "--scope",
            "offline_access"
        };
        run("", client);
        String[] vera = {
            "user",
            "add",
            "vera",
            "--name",
            "Vera Vale",
            "--email",
            "vera@example.org",
            "--role",
            "buyer",
            "--role",
            "administrator",
            "--password-stdin"
        };
        run(PASSWORD + "\n", vera);
        for (String name : List.of("nick", "mia", "olga")) {
            run(PASSWORD + "\n", "user", "add", name, "--email", name + "@example.org", "--password-stdin");
        }
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (chrome != null) chrome.close();
        server.close();
        LETTERS.close();
    }

    /// So that what is done by mail is offered.
    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(LETTERS.settings());
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "code");
        settings.put("HANDSTAMP_SIGN_UP", "open");
        return settings;
    }

    /// The authenticator goes again: else it would sign in by itself wherever a page offers passkeys.
    private static void addPasskey() {
        VirtualAuthenticator device = chrome.authenticator();
        open("/account/passkeys");
        chrome.click("#passkey-button");
        chrome.awaitText("The passkey was added.");
        chrome.driver().removeVirtualAuthenticator(device);
    }

    @TestFactory
    @DisplayName("WCAG 2.2 AA: axe-core finds nothing on")
    Stream<DynamicTest> every_page() {
        List<Stop> stops = new ArrayList<>();
        stops.add(new Stop("login-passkey", () -> open("/login/passkey")));
        stops.add(new Stop("login", () -> chrome.open(authorize("openid profile orders:read offline_access"))));
        stops.add(new Stop("login-refused", () -> {
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", "not my password");
            chrome.enter();
        }));
        stops.add(new Stop("reset", () -> open("/reset")));
        stops.add(new Stop("reset-asked", () -> {
            chrome.type("input[name=username]", "vera");
            chrome.enter();
        }));
        stops.add(new Stop("reset-set", () -> chrome.open(LETTERS.linkTo("vera@example.org"))));
        stops.add(new Stop("link-over", () -> open("/reset?token=gone")));
        stops.add(new Stop("login-mail", () -> open("/login/mail")));
        stops.add(new Stop("login-mail-code", () -> {
            chrome.type("input[name=username]", "vera");
            chrome.enter();
        }));
        stops.add(new Stop("sign-up", () -> open("/sign-up")));
        stops.add(new Stop("sign-up-asked", () -> {
            chrome.type("input[name=email]", "zora@example.org");
            chrome.enter();
        }));
        stops.add(new Stop("sign-up-make", () -> chrome.open(LETTERS.linkTo("zora@example.org"))));
        stops.add(new Stop("request-unknown", () -> open("/authorize?client_id=nobody&response_type=code")));
        stops.add(new Stop("login-again", () -> {
            chrome.open(authorize("openid profile orders:read offline_access"));
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", "not my password either");
            chrome.enter();
        }));
        stops.add(new Stop("consent", () -> {
            chrome.type("input[name=password]", PASSWORD);
            chrome.enter();
        }));
        stops.add(new Stop("device-code", () -> open("/device")));
        stops.add(new Stop("device-decide", () -> {
            chrome.type("input[name=user_code]", userCode());
            chrome.enter();
        }));
        stops.add(new Stop("device-done", () -> chrome.click("#device-allow")));
        stops.add(new Stop("device-denied", () -> {
            open("/device");
            chrome.type("input[name=user_code]", userCode());
            chrome.enter();
            chrome.click("#device-deny");
        }));
        stops.add(new Stop("too-late", () -> open("/login?request=gone")));
        for (String page : List.of(
                "", "/security", "/password", "/authenticator", "/sessions", "/applications", "/activity", "/data")) {
            String name = page.isEmpty() ? "account" : "account-" + page.substring(1);
            stops.add(new Stop(name, () -> open("/account" + page)));
        }
        stops.add(new Stop("account-passkeys", EveryPageTest::addPasskey));
        stops.add(new Stop("account-email", () -> open("/account/email")));
        stops.add(new Stop("account-email-asked", () -> {
            chrome.type("input[name=email]", "vera@example.org");
            chrome.enter();
        }));
        stops.add(new Stop("account-email-confirm", () -> chrome.open(LETTERS.linkTo("vera@example.org"))));
        stops.add(new Stop("account-email-done", () -> chrome.click("#mail-submit")));
        for (String page : List.of(
                "/users",
                "/users/new",
                "/clients",
                "/clients/new",
                "/clients/shop",
                "/apis",
                "/apis/new",
                "/roles",
                "/roles/new",
                "/roles/buyer",
                "/exchanges",
                "/exchanges/new",
                "/issuers",
                "/issuers/new",
                "/brands",
                "/brands/shop",
                "/brand",
                "/keys",
                "/revocations",
                "/audit",
                "/token",
                "/health")) {
            String name = "admin" + page.replace('/', '-');
            stops.add(new Stop(name, () -> open("/admin" + page)));
        }
        stops.add(new Stop("admin-apis-orders", () -> {
            open("/admin/apis");
            chrome.press("https://api.example/orders");
        }));
        stops.add(new Stop("admin-missing", () -> open("/admin/users/nobody")));
        stops.add(new Stop("admin-brand-preview", () -> {
            open("/admin/brand");
            chrome.type("input[name=accent]", "#1d5c2f");
            chrome.type("input[name=accent-dark]", "#8fd6a3");
            chrome.type("input[name=name]", "Nightclub");
            chrome.awaitText("Nightclub");
        }));
        stops.add(new Stop("admin-users-vera", () -> {
            open("/admin/users?q=vera");
            chrome.click("tbody a");
        }));
        stops.add(new Stop("admin-token-taken-apart", () -> {
            open("/admin/token");
            chrome.type("#token", token());
            chrome.click("#look");
        }));
        stops.add(new Stop("admin-token-garbage", () -> {
            chrome.type("#token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ2ZXJhIn0.c2lnbmF0dXJl");
            chrome.click("#look");
        }));
        stops.add(new Stop("account-recovery-codes", () -> {
            open("/account/authenticator");
            chrome.type(
                    "input[name=code]", code(chrome.one("#authenticator-key").getText()));
            chrome.click("#authenticator-submit");
        }));
        stops.add(new Stop("logout", () -> open("/logout")));
        stops.add(new Stop("logged-out", () -> chrome.click("#logout-confirm")));
        stops.add(new Stop("second-factor", () -> {
            open("/login");
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", PASSWORD);
            chrome.enter();
        }));
        stops.add(new Stop("second-factor-recovery", () -> chrome.click("#other-code")));
        return stops.stream().map(stop -> DynamicTest.dynamicTest(stop.name, () -> visit(stop)));
    }

    private static void visit(Stop stop) throws IOException, InterruptedException {
        chrome.look(1280, 900, false);
        stop.way.go();
        look(stop, "desktop", 1280, 900, false, true);
        look(stop, "phone", NARROW, 640, true, true);
        if (PICTURES.isPresent()) {
            look(stop, "desktop", 1280, 900, true, false);
            look(stop, "phone", NARROW, 640, false, false);
        }
        assertThat(chrome.complaints().stream().filter(each -> !each.contains("status of 4")))
                .as(stop.name)
                .isEmpty();
    }

    private static void look(Stop stop, String device, int width, int height, boolean dark, boolean examine) {
        chrome.look(width, height, dark);
        // Colours that are on their way from light to dark are no colours of the page.
        chrome.script("document.getAnimations().forEach(each => each.finish())");
        if (examine) {
            assertThat(Axe.findings(chrome)).as(stop.name).isEmpty();
            assertThat(chrome.script("return document.documentElement.scrollWidth"))
                    .as("how wide %s is", chrome.address())
                    .isEqualTo((long) width);
        }
        PICTURES.ifPresent(folder -> {
            try {
                Files.createDirectories(folder);
                String name = stop.name + "-" + (dark ? "dark" : "light") + "-" + device + ".png";
                Files.write(folder.resolve(name), chrome.picture());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void open(String path) {
        chrome.open(server.issuer() + path);
    }

    private static String authorize(String scope) {
        return server.issuer() + "/authorize?response_type=code&client_id=shop&redirect_uri=" + BACK + "&scope="
                + scope.replace(" ", "%20") + "&state=s&code_challenge_method=S256&code_challenge=" + CHALLENGE;
    }

    private static String userCode() throws IOException, InterruptedException {
        HttpResponse<String> answer = server.form("/device_authorization", "client_id=shop&scope=orders:read");
        Matcher code = Pattern.compile("\"user_code\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(code.find()).as(answer.body()).isTrue();
        return code.group(1);
    }

    private static String code(String key) {
        try {
            SecretKeySpec secret = new SecretKeySpec(new Base32().decode(key.replace(" ", "")), "RAW");
            return new TimeBasedOneTimePasswordGenerator().generateOneTimePasswordString(secret, Instant.now());
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String token() throws IOException, InterruptedException {
        String login = "{\"username\":\"nick\",\"password\":\"" + PASSWORD + "\"}";
        HttpResponse<String> answer = server.json("POST", "/session", login);
        Matcher token = Pattern.compile("\"access_token\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(token.find())
                .as("a token in an answer of status %d", answer.statusCode())
                .isTrue();
        return token.group(1);
    }

    private static void run(String input, String... arguments) throws IOException, InterruptedException {
        HandstampProcess.Printed printed = server.run(input, arguments);
        assertThat(printed.exit()).as(printed.err()).isZero();
    }
}
