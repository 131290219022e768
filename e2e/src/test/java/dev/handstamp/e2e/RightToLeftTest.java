package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The pages in a language that is written from right to left: one file more is all that the server is given.
///
/// The file says what the English one says, letter by letter in those of Arabic: nobody understands it, and it is as
/// long.
class RightToLeftTest {

    private static final int NARROW = 320;
    private static final int BROAD = 1280;
    private static final String PASSWORD = "correct horse battery staple";
    private static final String BACK = "http://127.0.0.1:9/callback";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String LETTERS = "ابجدهوزحطيكلمنسعفصقرشتثخذض";
    private static final Pattern PLACE = Pattern.compile("\\{\\d}");

    /// What sticks out of the window, or of a box that nothing scrolls in.
    private static final String OUTSIDE = """
            const found = [];
            for (const each of document.body.querySelectorAll('*')) {
              if (each.closest('.scroll, .unseen, .skip, nav, [hidden], svg, option, datalist')) continue;
              if (!each.checkVisibility()) continue;
              const box = each.getBoundingClientRect();
              if (box.width && (box.left < -1 || box.right > innerWidth + 1)) found.push(each.outerHTML.slice(0, 200));
            }
            return found;""";

    /// What begins at the left although it reads from the right.
    private static final String LEFT_ALIGNED = """
            const found = [];
            for (const each of document.body.querySelectorAll('h1, h2, p, label, li, td, th')) {
              if (!each.checkVisibility() || each.closest('.foot, svg, .mono, .token:not(.words)')) continue;
              const style = getComputedStyle(each);
              if (style.direction !== 'rtl' || style.textAlign === 'left') found.push(each.outerHTML.slice(0, 200));
            }
            return found;""";

    /// What is written from left to right in every language, and is shown otherwise.
    private static final String TURNED = """
            const place = (text, at) => {
              const range = document.createRange();
              range.setStart(text, at);
              range.setEnd(text, at + 1);
              return range.getBoundingClientRect();
            };
            const found = [];
            for (const each of document.body.querySelectorAll('time, code, .mono:not(textarea), .token:not(.words) > span')) {
              const text = each.firstChild;
              if (!each.checkVisibility() || !text || text.nodeType !== 3 || text.length < 2) continue;
              // A time told in the language's own letters.
              if (each.tagName === 'TIME' && /[\\u0590-\\u08ff\\u200f]/.test(text.data)) continue;
              const first = place(text, 0), last = place(text, text.length - 1);
              if (first.top === last.top && first.left > last.left) found.push(each.outerHTML.slice(0, 200));
            }
            for (const each of document.body.querySelectorAll('input.code, input[type=email]')) {
              if (getComputedStyle(each).direction !== 'ltr') found.push(each.outerHTML);
            }
            return found;""";

    private record Stop(String name, Way way) {}

    @FunctionalInterface
    private interface Way {
        void go() throws IOException, InterruptedException;
    }

    @TempDir
    static Path folder;

    private static final Optional<Path> PICTURES =
            Optional.ofNullable(System.getProperty("handstamp.screens")).map(Path::of);

    private static HandstampProcess server;
    private static Chrome chrome;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path language = Files.createDirectories(folder.resolve("language"));
        write(language.resolve("dev/handstamp/server/html/messages/ar.properties"));
        Map<String, String> settings = new HashMap<>(Map.of(
                "HANDSTAMP_MAIL_HOST", "127.0.0.1",
                "HANDSTAMP_MAIL_PORT", "9",
                "HANDSTAMP_MAIL_FROM", "no-reply@example.org",
                "HANDSTAMP_SIGN_IN_BY_MAIL", "code",
                "HANDSTAMP_SIGN_UP", "open"));
        settings.put("JDK_JAVA_OPTIONS", "-Xbootclasspath/a:" + language);
        server = new HandstampProcess(folder.resolve("data"), settings).awaitReady();
        String api = "https://api.example/orders";
        run("", "api", "add", api, "--scope", "orders:read", "--scope", "orders:write");
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
            "--redirect-uri",
            BACK,
            "--api",
            api,
            "--scope",
            "orders:read",
            "--scope",
            "orders:write"
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
        chrome = new Chrome("ar");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (chrome != null) chrome.close();
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> a_page_reads_from_the_right_and_nothing_sticks_out() {
        List<Stop> stops = new ArrayList<>();
        stops.add(new Stop("login", () -> chrome.open(authorize())));
        stops.add(new Stop("login-refused", () -> {
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", "not my password");
            chrome.enter();
        }));
        for (String page :
                List.of("/login/passkey", "/reset", "/login/mail", "/sign-up", "/reset?token=gone", "/device")) {
            stops.add(new Stop(page.substring(1).replaceAll("\\W", "-"), () -> open(page)));
        }
        stops.add(new Stop("consent", () -> {
            chrome.open(authorize());
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", PASSWORD);
            chrome.enter();
        }));
        stops.add(new Stop("device-decide", () -> {
            open("/device");
            chrome.type("input[name=user_code]", userCode());
            chrome.enter();
        }));
        for (String page : List.of(
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
                "/admin/users",
                "/admin/users/new",
                "/admin/clients",
                "/admin/clients/new",
                "/admin/clients/shop",
                "/admin/apis",
                "/admin/apis/new",
                "/admin/roles",
                "/admin/roles/buyer",
                "/admin/exchanges/new",
                "/admin/issuers/new",
                "/admin/brands",
                "/admin/brand",
                "/admin/roles",
                "/admin/roles/buyer",
                "/admin/exchanges/new",
                "/admin/issuers/new",
                "/admin/brands",
                "/admin/brand",
                "/admin/keys",
                "/admin/revocations",
                "/admin/audit",
                "/admin/token",
                "/admin/health")) {
            stops.add(new Stop(page.substring(1).replace('/', '-'), () -> open(page)));
        }
        stops.add(new Stop("admin-user", () -> {
            open("/admin/users?q=vera");
            chrome.click("tbody a");
        }));
        stops.add(new Stop("admin-token-taken-apart", () -> {
            open("/admin/token");
            chrome.type("#token", token());
            chrome.click("#look");
        }));
        stops.add(new Stop("logout", () -> open("/logout")));
        stops.add(new Stop("logged-out", () -> chrome.click("#logout-confirm")));
        return stops.stream().map(stop -> DynamicTest.dynamicTest(stop.name, () -> visit(stop)));
    }

    private static void visit(Stop stop) throws IOException, InterruptedException {
        chrome.look(BROAD, 900, false);
        stop.way.go();
        assertThat(chrome.script("return document.documentElement.lang + ' ' + document.documentElement.dir"))
                .isEqualTo("ar rtl");
        for (int width : new int[] {NARROW, BROAD}) {
            chrome.look(width, 640, width == NARROW);
            chrome.script("document.getAnimations().forEach(each => each.finish())");
            assertThat(chrome.script("return document.documentElement.scrollWidth"))
                    .as("how wide %s is", chrome.address())
                    .isEqualTo((long) width);
            assertThat(findings(OUTSIDE)).as("outside the window at %d", width).isEmpty();
            assertThat(findings(LEFT_ALIGNED)).as("at %d", width).isEmpty();
            assertThat(findings(TURNED)).as("at %d", width).isEmpty();
            if (PICTURES.isPresent()) {
                Files.createDirectories(PICTURES.get());
                Files.write(PICTURES.get().resolve("rtl-" + stop.name + "-" + width + ".png"), chrome.picture());
            }
        }
        assertThat(Axe.findings(chrome)).isEmpty();
        if (chrome.has("body.shell")) {
            assertThat(chrome.script("return innerWidth - document.querySelector('.shell > nav')"
                            + ".getBoundingClientRect().right"))
                    .as("the way around is at the right")
                    .isEqualTo(0L);
            assertThat(chrome.script("const here = document.querySelector('.shell > nav [aria-current]');"
                            + "return here ? getComputedStyle(here).boxShadow : '-3px 0px'"))
                    .as("the mark of where one is, too")
                    .asString()
                    .contains("-3px 0px");
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> findings(String script) {
        return (List<String>) chrome.script(script);
    }

    /// The language file.
    private static void write(Path file) throws IOException {
        Properties english = new Properties();
        try (InputStream from =
                RightToLeftTest.class.getResourceAsStream("/dev/handstamp/server/html/messages/en.properties")) {
            english.load(new InputStreamReader(from, StandardCharsets.UTF_8));
        }
        Properties other = new Properties();
        for (String key : english.stringPropertyNames()) other.put(key, turned(english.getProperty(key)));
        other.put("page.direction", "rtl");
        for (String form : List.of("page.time", "page.day", "page.hour")) other.put(form, english.getProperty(form));
        Files.createDirectories(file.getParent());
        try (Writer to = Files.newBufferedWriter(file)) {
            other.store(to, null);
        }
    }

    private static String turned(String text) {
        StringBuilder turned = new StringBuilder();
        Matcher place = PLACE.matcher(text);
        int from = 0;
        while (place.find()) {
            turned.append(letters(text.substring(from, place.start()))).append(place.group());
            from = place.end();
        }
        return turned.append(letters(text.substring(from))).toString();
    }

    private static String letters(String text) {
        StringBuilder letters = new StringBuilder();
        text.toLowerCase(java.util.Locale.ROOT)
                .chars()
                .forEach(c -> letters.append(c >= 'a' && c <= 'z' ? LETTERS.charAt(c - 'a') : (char) c));
        return letters.toString();
    }

    private static void open(String path) {
        chrome.open(server.issuer() + path);
    }

    private static String authorize() {
        return server.issuer() + "/authorize?response_type=code&client_id=shop&redirect_uri=" + BACK
                + "&scope=openid%20profile%20orders:read&state=s&code_challenge_method=S256&code_challenge="
                + CHALLENGE;
    }

    private static String userCode() throws IOException, InterruptedException {
        HttpResponse<String> answer = server.form("/device_authorization", "client_id=shop&scope=orders:read");
        return found("\"user_code\":\"([^\"]+)\"", answer);
    }

    private static String token() throws IOException, InterruptedException {
        String login =
                "{\"username\":\"vera\",\"password\":\"" + PASSWORD + "\",\"audience\":\"https://api.example/orders\"}";
        return found("\"access_token\":\"([^\"]+)\"", server.json("POST", "/session", login));
    }

    private static String found(String pattern, HttpResponse<String> answer) {
        Matcher matcher = Pattern.compile(pattern).matcher(answer.body());
        assertThat(matcher.find())
                .as("%s in an answer of status %d", pattern, answer.statusCode())
                .isTrue();
        return matcher.group(1);
    }

    private static void run(String input, String... arguments) throws IOException, InterruptedException {
        HandstampProcess.Printed printed = server.run(input, arguments);
        assertThat(printed.exit()).as(printed.err()).isZero();
    }
}
