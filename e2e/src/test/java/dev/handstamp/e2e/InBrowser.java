package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/// A server, everybody's mail, and one browser, which a new user has for each test.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InBrowser {

    static final String PASSWORD = Office.PASSWORD;
    static final String NEW = "seven green umbrellas at noon";

    static final String API = "https://api.example/orders";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    final Letterbox letters = new Letterbox();
    private final AtomicInteger names = new AtomicInteger();

    Path folder;
    HandstampProcess server;
    Office office;
    Chrome chrome;
    String user;

    Chrome browser() throws IOException {
        return new Chrome();
    }

    /// Whether the server asks for the name first.
    String login() {
        return "identifier-first";
    }

    @BeforeAll
    void open(@TempDir Path given) throws IOException, InterruptedException {
        folder = given;
        Map<String, String> settings = new HashMap<>(letters.settings());
        settings.put("HANDSTAMP_LOGIN", login());
        settings.put("HANDSTAMP_SIGN_IN_BY_MAIL", "code");
        settings.put("HANDSTAMP_SIGN_UP", "open");
        server = new HandstampProcess(folder.resolve("data"), settings).awaitReady();
        office = Office.open(server);
        office.api(API, "buyer", Map.of("orders:read", "see what you have ordered"));
        office.client(Map.of(
                "client_id", "shop",
                "name", "Corner Shop",
                "public", true,
                "grants",
                        List.of("authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"),
                "redirect_uris", List.of(callback()),
                "apis", List.of(API),
                "scopes", List.of("orders:read")));
        chrome = browser();
    }

    @AfterAll
    void close() throws IOException, InterruptedException {
        if (chrome != null) chrome.close();
        if (server != null) server.close();
        letters.close();
    }

    @BeforeEach
    void arrive() throws IOException, InterruptedException {
        user = "vera" + names.incrementAndGet();
        office.user(user, "buyer");
        chrome.forget();
    }

    void go(String path) {
        chrome.open(server.issuer() + path);
    }

    void assertProblem(String text) {
        assertThat(chrome.one("[role=alert]:not([hidden])").getText()).contains(text);
    }

    List<String> recoveryCodes() {
        return chrome.driver().findElements(By.cssSelector("#recovery-codes li")).stream()
                .map(WebElement::getText)
                .toList();
    }

    String authorize() {
        return server.issuer() + "/authorize?response_type=code&client_id=shop&redirect_uri=" + callback()
                + "&scope=orders:read%20offline_access&state=s&code_challenge_method=S256&code_challenge=" + CHALLENGE;
    }

    /// An address of our own, where nothing is served: what comes back stands in the address bar.
    String callback() {
        return server.issuer() + "/nothing-here";
    }

    String userCode() throws IOException, InterruptedException {
        HttpResponse<String> answer = server.form("/device_authorization", "client_id=shop&scope=orders:read");
        Matcher code = Pattern.compile("\"user_code\":\"([^\"]+)\"").matcher(answer.body());
        assertThat(code.find()).as(answer.body()).isTrue();
        return code.group(1);
    }

    /// What has come back to the application.
    String answered() {
        Matcher code = Pattern.compile("[?&]code=([^&]+)").matcher(chrome.address());
        assertThat(code.find()).as(chrome.address()).isTrue();
        return code.group(1);
    }

    HttpResponse<String> redeem(String code) throws IOException, InterruptedException {
        return server.form(
                "/token",
                "grant_type=authorization_code&client_id=shop&code=" + code + "&code_verifier=" + VERIFIER
                        + "&redirect_uri=" + callback());
    }

    /// What an authenticator application shows in so many seconds.
    static String code(String key, int seconds) {
        try {
            SecretKeySpec secret = new SecretKeySpec(new Base32().decode(key), "RAW");
            Instant at = Instant.now().plus(Duration.ofSeconds(seconds));
            return new TimeBasedOneTimePasswordGenerator().generateOneTimePasswordString(secret, at);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }
}
