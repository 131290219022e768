package dev.handstamp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.demo.OpenClub.Checking;
import dev.handstamp.verifier.BearerToken;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/// Nightclub's page in a real Chromium, with the real server.
class PageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> DOORS = List.of("floor", "bar", "lounge", "guestlist", "guestlist-add");

    @TempDir
    static Path folder;

    private static RunningDemo demo;
    private static ChromeDriver browser;

    @BeforeAll
    static void start() throws IOException {
        demo = RunningDemo.in(folder, false);
        browser = browser(folder.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) browser.quit();
        demo.close();
    }

    @BeforeEach
    void arrive() {
        openPage();
        browser.manage().deleteAllCookies();
        openPage();
        console();
    }

    @Test
    void vera_logs_in_passes_every_door_refreshes_and_logs_out() {
        tryEveryDoor();
        assertThat(DOORS).allSatisfy(door -> assertThat(status(door)).isEqualTo("401 Unauthorized"));

        logIn("vera");
        assertThat(text("welcome")).isEqualTo("Good evening, Vera Vale");
        tryEveryDoor();
        assertThat(status("street")).isEqualTo("200 OK");
        assertThat(status("floor")).isEqualTo("200 OK");
        assertThat(status("bar")).isEqualTo("200 OK");
        assertThat(status("lounge")).isEqualTo("200 OK");
        assertThat(status("guestlist")).isEqualTo("200 OK");
        assertThat(status("guestlist-add")).isEqualTo("201 Created");

        String before = text("payload-members");
        click("refresh");
        await(() -> !text("payload-members").equals(before));

        click("log-out");
        await(() -> element("username").isDisplayed());
        assertThat(element("stamp").isDisplayed()).isFalse();
        tryEveryDoor();
        assertThat(DOORS).allSatisfy(door -> assertThat(status(door)).isEqualTo("401 Unauthorized"));
        assertNothingWasBlocked();
    }

    @Test
    void an_operator_in_another_browser_takes_nick_off_the_list_and_every_door_is_shut_to_him() {
        logIn("nick");
        tryEveryDoor();
        assertThat(status("floor")).isEqualTo("200 OK");
        ChromeDriver guests = browser;
        browser = browser(folder.resolve("operator"));
        try {
            openPage();
            logIn("olga");
            click("send-home-nick");
            await(() -> text("off-the-list").matches("nick is off the list: .* after \\d+ ms\\."));
            assertNothingWasBlocked();
        } finally {
            browser.quit();
            browser = guests;
        }

        tryEveryDoor();
        await(() -> DOORS.stream().allMatch(door -> status(door).equals("401 Unauthorized")));
        assertThat(element("operator").isDisplayed()).isFalse();
    }

    @Test
    void mia_reads_what_the_doors_want_of_her() {
        logIn("mia");
        tryEveryDoor();

        assertThat(status("floor")).isEqualTo("200 OK");
        assertThat(status("bar")).isEqualTo("403 Forbidden");
        assertThat(in("guestlist", ".challenge code").getText())
                .startsWith("Bearer realm=\"Nightclub\", error=\"insufficient_scope\"")
                .contains("scope=\"guestlist:read\"");
        assertNothingWasBlocked();
    }

    @Test
    void the_stamp_is_taken_apart_and_counts_down_and_no_script_can_use_it() {
        logIn("nick");

        assertThat(text("header-members")).contains("typ", "at+jwt", "alg", "RS256", "kid");
        assertThat(text("payload-members")).contains("Nick Night", "regular", "guestlist:read", "25", "first-party");
        assertThat(text("encoded-header")).startsWith("eyJ");
        assertThat(text("encoded-payload")).startsWith("eyJ");
        assertThat(text("encoded-signature")).hasSize(TakenApart.SIGNATURE_SHOWN + 1);

        String time = text("time-left");
        assertThat(time).matches("[45]:\\d\\d");
        await(() -> !text("time-left").equals(time));

        assertThat(browser.executeScript("return document.cookie")).isEqualTo("");
        assertThat((Boolean) browser.executeScript("return localStorage.length + sessionStorage.length === 0"))
                .isTrue();
        assertNothingWasBlocked();
    }

    @Test
    void at_zero_the_doors_answer_401_and_a_refresh_is_offered() {
        try (var club = new OpenClub(Checking.LOCAL)) {
            browser.get(club.origin + "/assets/stamp.svg");
            String token = club.vera().expiresAt(Instant.now().plusSeconds(3)).sign();
            browser.manage()
                    .addCookie(new Cookie.Builder(BearerToken.COOKIE, token)
                            .path("/")
                            .isSecure(true)
                            .isHttpOnly(true)
                            .build());
            open(club.origin);
            assertThat(text("time-left")).matches("0:0[0-3]");

            await(() -> element("faded").isDisplayed());
            await(() -> in("floor", ".result").isDisplayed());
            assertThat(text("time-left")).isEqualTo("0:00");
            assertThat(status("floor")).isEqualTo("401 Unauthorized");
            assertThat(element("refresh").isDisplayed()).isTrue();
        }
    }

    @Test
    void a_wrong_password_is_said_and_the_keyboard_is_enough() {
        element("username").sendKeys("vera", Keys.TAB, "not her password", Keys.ENTER);
        await(() -> element("log-in-problem").isDisplayed());

        assertThat(text("log-in-problem")).contains("wrong");
        assertThat(element("log-in-problem").getDomAttribute("role")).isEqualTo("alert");
        assertThat(element("inside").isDisplayed()).isFalse();
    }

    @Test
    void a_page_that_opens_again_still_knows_the_guest() {
        logIn("nick");
        openPage();

        assertThat(text("welcome")).isEqualTo("Good evening, Nick Night");
    }

    @Test
    void markup_stays_text() {
        logIn("vera");
        WebElement name = in("guestlist-add", "input");
        name.clear();
        name.sendKeys("<img src=x onerror=alert(1)>");
        in("guestlist-add", "[type=submit]").click();
        await(() -> in("guestlist-add", ".result").isDisplayed());

        assertThat(in("guestlist-add", ".reason").getText()).contains("<img src=x onerror=alert(1)>");
        assertThat(browser.findElements(By.cssSelector(".door img"))).isEmpty();
    }

    @Test
    void on_a_narrow_phone_nothing_runs_over_the_edge() {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 320, "height", 640, "deviceScaleFactor", 2, "mobile", true));
        try {
            logIn("mia");
            tryEveryDoor();
            assertThat((Boolean) browser.executeScript("return document.documentElement.scrollWidth <= 320"))
                    .isTrue();
        } finally {
            browser.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    private static ChromeDriver browser(Path profile) {
        var logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(onPath("chromium"));
        options.addArguments(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logging);
        var service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver"))
                .usingAnyFreePort()
                .build();
        return new ChromeDriver(service, options);
    }

    /// Where `.mvn/need.sh` has seen it.
    private static File onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(program + " is not on the PATH"));
    }

    private void openPage() {
        open(demo.walk.nightclub());
    }

    private void open(String address) {
        browser.get(address);
        await(() -> browser.findElement(By.tagName("body")).getDomAttribute("data-ready") != null);
    }

    private void logIn(String username) {
        browser.findElement(By.cssSelector("[data-username=" + username + "]")).click();
        element("password").sendKeys(demo.password(username), Keys.ENTER);
        await(() -> element("welcome").isDisplayed());
    }

    private void tryEveryDoor() {
        click("try-all");
        await(() -> browser.findElements(By.cssSelector(".result")).stream().allMatch(WebElement::isDisplayed));
    }

    private String status(String door) {
        return in(door, ".status").getText();
    }

    private String text(String id) {
        return element(id).getText();
    }

    private void click(String id) {
        element(id).click();
    }

    private WebElement element(String id) {
        return browser.findElement(By.id(id));
    }

    private WebElement in(String door, String selector) {
        return element(door).findElement(By.cssSelector(selector));
    }

    /// An element that was just replaced is asked for again.
    private static void await(BooleanSupplier condition) {
        Instant end = Instant.now().plus(PATIENCE);
        while (!holds(condition)) {
            if (Instant.now().isAfter(end)) throw new AssertionError("did not come about in " + PATIENCE);
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (StaleElementReferenceException _) {
            return false;
        }
    }

    /// Refused doors are in the console as failed requests; anything else is a fault of the page.
    private void assertNothingWasBlocked() {
        assertThat(console())
                .map(LogEntry::getMessage)
                .allMatch(message -> message.contains("the server responded with a status of 40"));
    }

    /// What was written there since it was last asked for.
    private static List<LogEntry> console() {
        return browser.manage().logs().get(LogType.BROWSER).getAll();
    }
}
