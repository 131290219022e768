package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.e2e.Tour.Stop;
import dev.handstamp.e2e.Tour.Way;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;

/// What people seldom see: every page that only tells something, and what each form answers that did not come from its
/// page. Neither list can be left behind by the server: both are held against its source.
///
/// With `-Dhandstamp.screens=FOLDER` pictures are taken: `docs/screens/make` does.
class SeldomPagesTest {

    private static final String PASSWORD = Office.PASSWORD;
    private static final String NEW = "seven green umbrellas at noon";
    private static final String BACK = "http://127.0.0.1:9/callback";
    private static final String API = "https://api.example/orders";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    /// Where a page that only tells something is made.
    private static final Pattern TOLD = Pattern.compile(
            "\\.(?:message|linked|aside)\\(\\s*(?:\\d+|\\w+\\.status\\(\\)),\\s*(?:[\\w.()]+,\\s*){0,2}\"([a-z0-9.-]+)\"");

    /// They take a database that is down, or a mistake of ours.
    private static final Set<String> OUT_OF_REACH = Set.of("page.wait", "page.broken");

    /// As if another site had made the form.
    private static final String FORGE = """
        document.querySelectorAll('input[name=form]').forEach((each) => each.value = 'forged');
        const form = document.querySelector('main form[method=post]');
        form.noValidate = true;
        form.requestSubmit(form.querySelector('button:not([name])'));""";

    /// More than the server takes, and more than it has read when it says so.
    private static final String TOO_MUCH = """
        const form = document.querySelector('main form[method=post]');
        form.querySelector('input[name=username]').value = 'x'.repeat(3000000);
        form.submit();""";

    @TempDir
    static Path folder;

    private static final Properties WORDS = new Properties();
    private static final Letterbox letters = new Letterbox();
    private static HandstampProcess server;

    /// It sends no mails, takes nobody in, and wants two factors of its administrators.
    private static HandstampProcess strict;

    /// It takes in who is invited.
    private static HandstampProcess inviting;

    private static Chrome chrome;
    private static Tour tour;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        try (Reader file = new InputStreamReader(
                Objects.requireNonNull(
                        SeldomPagesTest.class.getResourceAsStream("/dev/handstamp/server/html/messages/en.properties")),
                StandardCharsets.UTF_8)) {
            WORDS.load(file);
        }
        Map<String, String> settings = new HashMap<>(letters.settings());
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "link");
        settings.put("HANDSTAMP_SIGN_UP", "open");
        server = new HandstampProcess(folder.resolve("data"), settings);
        strict = new HandstampProcess(
                Files.createDirectories(folder.resolve("strict")).resolve("data"));
        Map<String, String> byInvitation = new HashMap<>(settings);
        byInvitation.put("HANDSTAMP_SIGN_UP", "invitation");
        inviting = new HandstampProcess(
                Files.createDirectories(folder.resolve("inviting")).resolve("data"), byInvitation);
        furnish(Office.open(server.awaitReady()));
        Office.open(strict.awaitReady()).require(strict.issuer() + "/admin/api", "aal2");
        inviting.awaitReady();
        chrome = new Chrome();
        tour = new Tour(chrome);
    }

    private static void furnish(Office office) throws IOException, InterruptedException {
        office.api(API, "buyer", Map.of("orders:read", "see what you have ordered"));
        for (String name : List.of("vera", "mia", "olga", "otto")) office.user(name, "buyer");
        office.client(Map.of(
                "client_id", "shop",
                "name", "Corner Shop",
                "public", true,
                "grants", List.of("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"),
                "redirect_uris", List.of(BACK),
                "apis", List.of(API),
                "scopes", List.of("orders:read")));
        office.client(Map.of(
                "client_id", "backend",
                "grants",
                        List.of(
                                "client_credentials",
                                "urn:ietf:params:oauth:grant-type:token-exchange",
                                "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                "apis", List.of(API),
                "metadata", Map.of("client_uri", "https://backend.example.com")));
        office.exchange("backend", API, API, Map.of());
        office.issuer("https://ci.example.org", "backend");
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (chrome != null) chrome.close();
        if (server != null) server.close();
        if (strict != null) strict.close();
        if (inviting != null) inviting.close();
        letters.close();
    }

    // What only tells something.

    @TestFactory
    @DisplayName("WCAG 2.2 AA: axe-core finds nothing on a page that tells")
    Stream<DynamicTest> every_page_that_tells_something() throws IOException {
        Map<String, Stop> stops = new LinkedHashMap<>();
        toStrangers(stops);
        byMail(stops);
        toSomebody(stops);
        atTheEnd(stops);
        assertThat(stops.keySet()).as("pages that tell something").isEqualTo(told());
        return stops.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> tour.visit(each.getValue())));
    }

    private static void toStrangers(Map<String, Stop> stops) {
        add(stops, "authorize.error", () -> chrome.open(authorize("backend")));
        add(stops, "page.nowhere", () -> open("/nothing-here"));
        add(stops, "page.method", () -> open("/token"));
        add(stops, "page.malformed", () -> open("/login?to=%ff"));
        answer(stops, "page.long", () -> {
            chrome.forget();
            chrome.open(authorize("shop"));
            chrome.follow(() -> chrome.script(TOO_MUCH));
        });
        add(stops, "kept.over", () -> open("/login?request=gone"));
        add(stops, "by-mail.over", () -> open("/reset?token=gone"));
        add(stops, "login-mail.link.browser", () -> open("/login/mail?token=gone"));
        add(stops, "email.sign-in", () -> open("/email?token=gone"));
        add(stops, "device.over", () -> open("/device?request=gone"));
        add(stops, "logout.wrong", () -> open("/logout?client_id=nobody"));
        add(stops, "by-mail.off", () -> chrome.open(strict.issuer() + "/reset"));
        add(stops, "sign-up.closed", () -> chrome.open(strict.issuer() + "/sign-up"));
        add(stops, "sign-up.over", () -> chrome.open(inviting.issuer() + "/sign-up?token=gone"));
    }

    private static void byMail(Map<String, Stop> stops) {
        answer(stops, "by-mail.sent", () -> {
            open("/reset");
            send("username", "olga");
        });
        answer(stops, "reset.done", () -> {
            chrome.open(letters.linkTo("olga@example.org"));
            send("password", NEW);
        });
        answer(stops, "sign-up.sent", () -> {
            open("/sign-up");
            send("email", "zora@example.org");
        });
        answer(stops, "sign-up.done", () -> {
            chrome.open(letters.linkTo("zora@example.org"));
            chrome.type("input[name=username]", "zora");
            send("password", NEW);
        });
    }

    private static void toSomebody(Map<String, Stop> stops) {
        add(stops, "admin.no-entry", () -> {
            signIn(server, "vera");
            open("/admin/users");
        });
        add(stops, "email.over", () -> open("/email?token=gone"));
        answer(stops, "email.done", () -> {
            open("/account/email");
            send("email", "valentina@example.org");
            chrome.open(letters.linkTo("valentina@example.org"));
            chrome.click("#mail-submit");
        });
        answer(stops, "device.denied", () -> {
            open("/device?user_code=" + userCode());
            chrome.enter();
            chrome.click("#device-deny");
        });
        answer(stops, "device.done", () -> {
            open("/device?user_code=" + userCode());
            chrome.enter();
            chrome.click("#device-allow");
        });
        answer(stops, "logout.stayed", () -> {
            open("/logout");
            chrome.click("#logout-cancel");
        });
    }

    private static void atTheEnd(Map<String, Stop> stops) {
        answer(stops, "account.left", () -> {
            open("/account/sessions");
            chrome.click("#end-all");
        });
        answer(stops, "account.deleted", () -> {
            signIn(server, "mia");
            open("/account/data");
            send("confirm", "mia");
        });
        add(stops, "logout.done", () -> open("/logout"));
        add(stops, "admin.missing", () -> {
            signIn(server, "root");
            open("/admin/users/nobody");
        });
        add(stops, "admin.second-factor", () -> {
            signIn(strict, "root");
            chrome.open(strict.issuer() + "/admin/users");
        });
    }

    private static void add(Map<String, Stop> stops, String key, Way way) {
        stops.put(key, stop(key, way));
    }

    private static void answer(Map<String, Stop> stops, String key, Way way) {
        stops.put(key, stop(key, way).answer());
    }

    private static Stop stop(String key, Way way) {
        return Stop.of(key.replace('.', '-'), () -> {
            way.go();
            assertThat(chrome.one("h1").getText()).matches(pattern(key + ".title"));
            assertThat(chrome.one("main").getText()).containsPattern(pattern(key + ".text"));
        });
    }

    /// The keys of all pages that only tell something, wherever the server makes one.
    private static Set<String> told() throws IOException {
        Set<String> keys = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("../server/src/main/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Matcher told = TOLD.matcher(Files.readString(file));
                while (told.find()) keys.add(told.group(1));
            }
        }
        assertThat(keys).containsAll(OUT_OF_REACH);
        keys.removeAll(OUT_OF_REACH);
        return keys;
    }

    /// The text of a message, whatever is filled in.
    private static Pattern pattern(String key) {
        String text = WORDS.getProperty(key);
        assertThat(text).as(key).isNotNull();
        StringBuilder pattern = new StringBuilder();
        for (String word : text.split("\\s+|(?=\\{\\d})|(?<=\\d})", -1)) {
            pattern.append(word.matches("\\{\\d}") ? "[^\\n]+" : Pattern.quote(word))
                    .append("\\s*");
        }
        return Pattern.compile(pattern.toString());
    }

    // What sends itself, where scripts run.

    @Test
    void an_answer_that_takes_a_button_where_no_scripts_run_is_a_page_too() {
        chrome.forget();
        chrome.look(320, 640, true);
        chrome.scripts(false);
        chrome.open(authorize("shop") + "&response_mode=form_post&prompt=none");
        chrome.scripts(true);
        assertThat(chrome.one("h1").getText()).isEqualTo(WORDS.getProperty("page.moment.title"));
        // Into a noscript axe-core does not look.
        chrome.script("const part = document.querySelector('form noscript'); part.replaceWith(...part.childNodes)");
        assertThat(Axe.findings(chrome)).isEmpty();
        tour.takePictures("page-moment");
    }

    // What did not come from its page.

    @TestFactory
    @DisplayName("WCAG 2.2 AA: axe-core finds nothing on the answer to a forged form at")
    Stream<DynamicTest> every_answer_to_a_forged_form() throws IOException {
        Map<String, Way> forms = new LinkedHashMap<>();
        for (String path : List.of("/login", "/login/mail", "/reset", "/sign-up", "/device")) form(forms, path);
        account(forms);
        Set<String> sent = new TreeSet<>(PageTable.read().sent());
        sent.remove("/authorize"); // It is no form of ours that is sent there.
        administration(forms, sent);
        assertThat(forms.keySet()).as("where forms are sent").isEqualTo(sent);
        return forms.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> forge(each.getKey(), each.getValue())));
    }

    private static void account(Map<String, Way> forms) {
        forms.put("/account", () -> {
            signIn(server, "otto");
            open("/account");
        });
        forms.put("/login/factor", () -> chrome.open(authorize("shop") + "&acr_values=aal2"));
        for (String page : List.of("password", "authenticator", "sessions", "data", "email")) {
            form(forms, "/account/" + page);
        }
        forms.put("/email", () -> {
            open("/account/email");
            send("email", "another@example.org");
            chrome.open(letters.linkTo("another@example.org"));
        });
        forms.put("/consent", () -> chrome.open(authorize("shop")));
        forms.put("/account/applications", () -> {
            chrome.open(authorize("shop"));
            chrome.click("#consent-allow");
            open("/account/applications");
        });
        form(forms, "/logout");
        forms.put("/account/passkeys", SeldomPagesTest::addPasskey);
        forms.put("/account/security", () -> {
            addAuthenticator();
            open("/account/security");
        });
        forms.put("/login/totp", () -> signIn(server, "otto"));
    }

    /// The device goes again: else it would sign in by itself wherever a page offers passkeys.
    private static void addPasskey() {
        VirtualAuthenticator device = chrome.authenticator();
        open("/account/passkeys");
        chrome.click("#passkey-button");
        chrome.awaitText(WORDS.getProperty("passkeys.done.added"));
        chrome.driver().removeVirtualAuthenticator(device);
    }

    private static void addAuthenticator() {
        open("/account/authenticator");
        String key = chrome.one("#authenticator-key").getText().replace(" ", "");
        send("code", Walks.code(key, 0));
    }

    private static void administration(Map<String, Way> forms, Set<String> sent) {
        forms.put("/admin/users/new", () -> {
            signIn(server, "root");
            open("/admin/users/new");
        });
        forms.put("/admin/brands/", () -> open("/admin/brands/shop"));
        for (String path : sent) {
            if (path.startsWith("/admin/"))
                forms.putIfAbsent(path, path.endsWith("/") ? () -> openFirst(path) : () -> open(path));
        }
    }

    /// The first of a list.
    private static void openFirst(String path) {
        open(path.substring(0, path.length() - 1));
        chrome.click("tbody a");
    }

    private static void form(Map<String, Way> forms, String path) {
        forms.put(path, () -> open(path));
    }

    private static void forge(String path, Way way) throws IOException, InterruptedException {
        way.go();
        chrome.follow(() -> chrome.script(FORGE));
        assertThat(chrome.one("[role=alert]:not([hidden])").getText()).as(path).containsPattern(refusals());
        assertThat(Axe.findings(chrome)).as(path).isEmpty();
        assertThat(chrome.complaints().stream().filter(each -> !each.contains("status of 403")))
                .as(path)
                .isEmpty();
    }

    /// What forms are answered that did not come from their page, in whatever words.
    private static Pattern refusals() {
        return Pattern.compile(WORDS.stringPropertyNames().stream()
                .filter(key -> key.endsWith(".forged") || key.equals("consent.changed"))
                .map(key -> Pattern.quote(WORDS.getProperty(key)))
                .collect(Collectors.joining("|")));
    }

    // Steps.

    private static void open(String path) {
        chrome.open(server.issuer() + path);
    }

    /// Fills in the last field of a form, and sends it.
    private static void send(String field, String text) {
        chrome.type("input[name=" + field + "]", text);
        chrome.enter();
    }

    /// Whoever was signed in before is forgotten.
    private static void signIn(HandstampProcess at, String name) {
        chrome.forget();
        chrome.open(at.issuer() + "/login");
        chrome.type("input[name=username]", name);
        send("password", PASSWORD);
    }

    private static String authorize(String client) {
        return server.issuer() + "/authorize?response_type=code&client_id=" + client + "&redirect_uri=" + BACK
                + "&scope=orders:read&state=s&code_challenge_method=S256&code_challenge=" + CHALLENGE;
    }

    private static String userCode() throws IOException, InterruptedException {
        return Office.member(server.form("/device_authorization", "client_id=shop&scope=orders:read"), "user_code");
    }
}
