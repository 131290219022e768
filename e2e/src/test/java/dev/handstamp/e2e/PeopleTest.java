package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;

/// What people do at the server's doors, in a real Chromium: as they would, by keyboard alone, with scripts off, in two
/// tabs, and with the back button.
class PeopleTest {

    private static final String PASSWORD = "correct horse battery staple";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String API = "https://api.example/orders";
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    static Path folder;

    private static HandstampProcess server;
    private static GreenMail mail;

    private String user;
    private Chrome chrome;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        Map<String, String> settings = Map.of(
                "HANDSTAMP_MAIL_HOST", "127.0.0.1",
                "HANDSTAMP_MAIL_PORT", Integer.toString(mail.getSmtp().getPort()),
                "HANDSTAMP_MAIL_FROM", "no-reply@shop.example",
                "HANDSTAMP_MAIL_TLS", "none",
                "HANDSTAMP_SIGN_UP", "open");
        server = new HandstampProcess(folder.resolve("data"), settings).awaitReady();
        run("", "api", "add", API, "--scope", "orders:read");
        run("", "role", "add", "buyer", "--api", API, "--scope", "orders:read");
        String[] client = {
            "client",
            "add",
            "shop",
            "--public",
            "--grant",
            "authorization_code",
            "--grant",
            "refresh_token",
            "--redirect-uri",
            callback(),
            "--api",
            API,
            "--scope",
            "orders:read",
            "--id",
            "shop"
        };
        run("", client);
        run(PASSWORD + "\n", "user", "add", "root", "--role", "administrator", "--password-stdin");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        server.close();
        mail.stop();
    }

    @BeforeEach
    void arrive() throws IOException, InterruptedException {
        user = "vera" + NAMES.incrementAndGet();
        String address = user + "@example.org";
        run(PASSWORD + "\n", "user", "add", user, "--email", address, "--role", "buyer", "--password-stdin");
        chrome = new Chrome();
    }

    @AfterEach
    void leave() throws IOException {
        chrome.close();
    }

    @Test
    void somebody_allows_an_application_and_takes_it_back() throws IOException, InterruptedException {
        chrome.open(authorize());
        signIn();
        assertThat(chrome.title()).contains("Allow");
        chrome.click("#consent-allow");
        String refreshToken = member(redeem(), "refresh_token");
        assertThat(refresh(refreshToken).statusCode()).isEqualTo(200);

        chrome.open(server.issuer() + "/account/applications");
        assertThat(chrome.page()).contains("shop");
        chrome.click("form[action='/account/applications'] button");
        assertThat(chrome.page()).contains("No application has access");
        assertThat(refresh(refreshToken).body()).contains("invalid_grant");

        chrome.open(authorize());
        assertThat(chrome.title()).as("asked again").contains("Allow");
        chrome.click("#consent-deny");
        assertThat(chrome.address()).contains("error=access_denied");
    }

    @Test
    void a_second_factor_is_added_asked_for_and_replaced_by_a_recovery_code() throws InvalidKeyException {
        signInAtAccount();
        chrome.open(server.issuer() + "/account/security");
        chrome.click("#add-authenticator");
        String key = chrome.one("#authenticator-key").getText().replace(" ", "");
        assertThat(chrome.has("svg")).as("a code to scan").isTrue();
        chrome.type("input[name=code]", code(key, Instant.now()));
        chrome.click("#authenticator-submit");
        List<String> recovery = chrome.driver().findElements(By.cssSelector("#recovery-codes li")).stream()
                .map(WebElement::getText)
                .toList();
        assertThat(recovery).hasSizeGreaterThanOrEqualTo(8).doesNotHaveDuplicates();
        chrome.click("#codes-kept");

        signOut();
        signInAtAccount();
        chrome.type("input[name=code]", "000000");
        chrome.enter();
        assertThat(chrome.has("[role=alert]")).isTrue();
        chrome.type("input[name=code]", code(key, Instant.now().plus(Duration.ofSeconds(30))));
        chrome.enter();
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);

        signOut();
        signInAtAccount();
        chrome.click("#other-code");
        chrome.type("input[name=code]", recovery.getFirst());
        chrome.enter();
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);

        signOut();
        signInAtAccount();
        chrome.click("#other-code");
        chrome.type("input[name=code]", recovery.getFirst());
        chrome.enter();
        assertThat(chrome.has("[role=alert]"))
                .as("a recovery code is good once")
                .isTrue();
    }

    @Test
    void signing_out_everywhere_ends_the_other_browser_too() throws IOException {
        signInAtAccount();
        try (Chrome other = new Chrome()) {
            Chrome first = chrome;
            chrome = other;
            signInAtAccount();
            chrome = first;

            chrome.open(server.issuer() + "/account/sessions");
            chrome.click("#end-all");
            chrome.open(server.issuer() + "/account");
            assertThat(chrome.title()).contains("Sign in");
            other.open(server.issuer() + "/account");
            assertThat(other.title()).contains("Sign in");
        }
    }

    @Test
    void an_administrator_disables_a_user_who_is_refused_from_then_on() throws IOException, InterruptedException {
        chrome.open(authorize());
        signIn();
        chrome.click("#consent-allow");
        String refreshToken = member(redeem(), "refresh_token");
        try (Chrome office = new Chrome()) {
            office.open(server.issuer() + "/admin");
            office.type("input[name=username]", "root");
            office.type("input[name=password]", PASSWORD);
            office.enter();
            office.open(server.issuer() + "/admin/users?q=" + user);
            office.press(user);
            office.press("Disable");
            assertThat(office.one("#state").getText()).isEqualTo("disabled");
        }

        assertThat(refresh(refreshToken).body()).contains("invalid_grant");
        chrome.open(server.issuer() + "/account");
        assertThat(chrome.title()).contains("Sign in");
        signIn();
        assertThat(chrome.has("[role=alert]")).isTrue();
        assertThat(chrome.title()).contains("Sign in");
    }

    @Test
    void somebody_registers_by_a_link_in_a_mail_and_is_in() throws IOException, MessagingException {
        chrome.open(server.issuer() + "/sign-up");
        chrome.type("#email", "new-" + user + "@example.org");
        chrome.enter();
        chrome.open(linkTo("new-" + user + "@example.org"));
        chrome.type("#username", "new-" + user);
        chrome.type("#name", "Someone New");
        chrome.type("#password", "a long and quiet evening");
        chrome.click("#mail-submit");

        chrome.open(server.issuer() + "/account");
        if (chrome.title().contains("Sign in")) {
            user = "new-" + user;
            chrome.type("input[name=username]", user);
            chrome.type("input[name=password]", "a long and quiet evening");
            chrome.enter();
        }
        assertThat(chrome.one("#account-email").getText()).contains("@example.org");
    }

    @Test
    void a_forgotten_password_is_reset_by_a_link_in_a_mail_which_ends_what_was_open()
            throws IOException, MessagingException {
        signInAtAccount();
        try (Chrome other = new Chrome()) {
            other.open(server.issuer() + "/reset");
            other.type("#username", user);
            other.enter();
            String link = linkTo(user + "@example.org");
            other.open(link);
            other.type("#password", "a long and quiet evening");
            other.click("#mail-submit");
            other.open(link);
            assertThat(other.has("#password")).as("a link is good once").isFalse();
        }

        chrome.open(server.issuer() + "/account");
        assertThat(chrome.title()).contains("Sign in");
        signIn();
        assertThat(chrome.has("[role=alert]")).as("the old password").isTrue();
        chrome.type("input[name=password]", "a long and quiet evening");
        chrome.enter();
        assertThat(chrome.one("#account-username").getText()).isEqualTo(user);
    }

    /// The link in the mail that somebody has got last.
    private String linkTo(String address) throws IOException, MessagingException {
        chrome.await(() -> !mailsTo(address).isEmpty(), () -> "no mail to " + address);
        String text = GreenMailUtil.getBody(mailsTo(address).getLast())
                .replace("=\r\n", "")
                .replace("=3D", "=");
        Matcher link = Pattern.compile(Pattern.quote(server.issuer()) + "/(?:reset|sign-up)\\?[^\\s\"<]+")
                .matcher(text);
        assertThat(link.find()).as(text).isTrue();
        return link.group();
    }

    private static List<MimeMessage> mailsTo(String address) {
        return Arrays.stream(mail.getReceivedMessages())
                .filter(each -> GreenMailUtil.getAddressList(recipients(each)).contains(address))
                .filter(each -> GreenMailUtil.getBody(each).contains("/reset?")
                        || GreenMailUtil.getBody(each).contains("/sign-up?"))
                .toList();
    }

    private static Address[] recipients(MimeMessage message) {
        try {
            return message.getAllRecipients();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void two_tabs_sign_in_side_by_side_and_both_go_on() {
        chrome.open(authorize());
        String first = chrome.driver().getWindowHandle();
        chrome.driver().switchTo().newWindow(WindowType.TAB);
        chrome.open(authorize());
        signIn();
        chrome.click("#consent-allow");
        assertThat(chrome.address()).contains("code=");

        chrome.driver().switchTo().window(first);
        signIn();
        // An application at a loopback address is asked about each time: anybody could be there.
        chrome.click("#consent-allow");
        assertThat(chrome.address()).contains("code=");
    }

    @Test
    void the_back_button_never_leads_into_a_dead_end() {
        chrome.open(authorize());
        chrome.type("input[name=username]", user);
        chrome.type("input[name=password]", "not my password");
        chrome.enter();
        chrome.back();
        signIn();
        assertThat(chrome.title()).contains("Allow");

        chrome.back();
        signIn();
        assertThat(chrome.title()).as("signed in again after going back").contains("Allow");

        chrome.click("#consent-allow");
        assertThat(chrome.address()).contains("code=");
        chrome.back();
        assertThat(chrome.page()).doesNotContain("server_error").isNotBlank();
        assertThat(chrome.has("form, a.button") || chrome.page().contains("Go back to the application"))
                .as("a way on from %s:\n%s", chrome.address(), chrome.page())
                .isTrue();
    }

    @Test
    void the_keyboard_is_enough() {
        chrome.open(authorize());
        assertThat(focused()).isEqualTo("username");
        keys(user, Keys.TAB);
        assertThat(focused()).isEqualTo("password");
        keys(PASSWORD);
        chrome.enter();
        for (int i = 0; i < 10 && !"consent-allow".equals(chrome.script("return document.activeElement.id")); i++) {
            keys(Keys.TAB);
        }
        assertThat(chrome.script("return document.activeElement.id")).isEqualTo("consent-allow");
        chrome.enter();
        assertThat(chrome.address()).contains("code=");
    }

    @Test
    void scripts_are_not_needed() {
        chrome.scripts(false);
        chrome.driver().get(authorize());
        plain("input[name=username]", user);
        plain("input[name=password]", PASSWORD);
        chrome.driver().findElement(By.id("login-submit")).click();
        chrome.await(() -> chrome.has("#consent-allow"), () -> "no consent on " + chrome.address());
        chrome.driver().findElement(By.id("consent-allow")).click();
        chrome.await(() -> chrome.address().contains("code="), () -> "no code on " + chrome.address());
    }

    private void plain(String css, String text) {
        chrome.driver().findElement(By.cssSelector(css)).sendKeys(text);
    }

    private String focused() {
        return String.valueOf(chrome.script("return document.activeElement.name"));
    }

    private void keys(CharSequence... keys) {
        chrome.driver().switchTo().activeElement().sendKeys(keys);
    }

    private void signInAtAccount() {
        chrome.open(server.issuer() + "/account");
        signIn();
    }

    private void signIn() {
        // After a wrong password the name stands there already.
        if (chrome.one("input[name=username]").isDisplayed()) chrome.type("input[name=username]", user);
        chrome.type("input[name=password]", PASSWORD);
        chrome.enter();
    }

    private void signOut() {
        chrome.open(server.issuer() + "/logout");
        chrome.click("#logout-confirm");
    }

    private static String code(String key, Instant at) throws InvalidKeyException {
        TimeBasedOneTimePasswordGenerator generator = new TimeBasedOneTimePasswordGenerator();
        return generator.generateOneTimePasswordString(new SecretKeySpec(new Base32().decode(key), "RAW"), at);
    }

    private static String authorize() {
        return server.issuer() + "/authorize?response_type=code&client_id=shop&redirect_uri=" + callback()
                + "&scope=orders:read%20offline_access&state=s&code_challenge_method=S256&code_challenge=" + CHALLENGE;
    }

    /// An address of our own, where nothing is served: what comes back stands in the address bar.
    private static String callback() {
        return server.issuer() + "/nothing-here";
    }

    private HttpResponse<String> redeem() throws IOException, InterruptedException {
        Matcher code = Pattern.compile("code=([^&]+)").matcher(chrome.address());
        assertThat(code.find()).as(chrome.address()).isTrue();
        return server.form(
                "/token",
                "grant_type=authorization_code&client_id=shop&code=" + code.group(1) + "&code_verifier=" + VERIFIER
                        + "&redirect_uri=" + callback());
    }

    private static HttpResponse<String> refresh(String token) throws IOException, InterruptedException {
        return server.form("/token", "grant_type=refresh_token&client_id=shop&refresh_token=" + token);
    }

    private static String member(HttpResponse<String> answer, String name) {
        try {
            Object value = Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8))
                    .get(name);
            assertThat(value).as(answer.body()).isInstanceOf(String.class);
            return (String) value;
        } catch (JsonException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private static void run(String input, String... arguments) throws IOException, InterruptedException {
        HandstampProcess.Printed printed = server.run(input, arguments);
        assertThat(printed.exit()).as(printed.err()).isZero();
    }
}
