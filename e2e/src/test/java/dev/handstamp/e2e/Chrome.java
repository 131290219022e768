package dev.handstamp.e2e;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticatorOptions;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticatorOptions.Protocol;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticatorOptions.Transport;

/// A real Chromium with a profile of its own, as somebody uses it.
final class Chrome implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// Whether the page is another one than that which began at a moment, and all there.
    private static final String WHOLE_SINCE =
            "return performance.timeOrigin !== arguments[0] && document.readyState === 'complete'";

    private static final List<String> BETWEEN_PAGES = List.of(
            "does not belong to the document", "aborted by navigation", "document unloaded", "execution context");

    private final ChromeDriver driver;
    private final Path profile;

    /// @param languages as in `Accept-Language`
    Chrome(String languages) throws IOException {
        this(languages, Map.of());
    }

    private Chrome(String languages, Map<String, Object> preferences) throws IOException {
        this.profile = Files.createTempDirectory("handstamp-chromium");
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
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
                "--hide-scrollbars",
                // A page takes the frame of the one before, which is there already.
                "--disable-features=RenderDocument",
                "--user-data-dir=" + profile);
        Map<String, Object> all = new HashMap<>(preferences);
        all.put("intl.accept_languages", languages);
        options.setExperimentalOption("prefs", all);
        options.setCapability("goog:loggingPrefs", logging);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(onPath("chromedriver"))
                .usingAnyFreePort()
                .build();
        this.driver = new ChromeDriver(service, options);
        // Its window is the one in front, whatever else runs on the machine.
        driver.executeCdpCommand("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    }

    Chrome() throws IOException {
        this("en");
    }

    /// One whose owner lets no page run scripts.
    static Chrome withoutScripts() throws IOException {
        return new Chrome("en", Map.of("profile.managed_default_content_settings.javascript", 2));
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(String address) {
        driver.get(address);
    }

    String address() {
        return driver.getCurrentUrl();
    }

    String title() {
        return driver.getTitle();
    }

    /// All that can be read on the page.
    String page() {
        return driver.findElement(By.tagName("body")).getText();
    }

    boolean has(String css) {
        return !driver.findElements(By.cssSelector(css)).isEmpty();
    }

    WebElement one(String css) {
        await(() -> has(css), () -> "nothing is " + css + " on " + address() + ":\n" + page());
        return driver.findElement(By.cssSelector(css));
    }

    void type(String css, String text) {
        WebElement field = one(css);
        field.clear();
        field.sendKeys(text);
    }

    /// Clicks and waits for the page that follows.
    void click(String css) {
        follow(() -> one(css).click());
    }

    /// The button or link of that text, and the page that follows.
    void press(String text) {
        By words = By.xpath("//*[self::button or self::a][normalize-space()=\"" + text + "\"]");
        await(
                () -> !driver.findElements(words).isEmpty(),
                () -> "nothing to press says " + text + " on " + address() + ":\n" + page());
        follow(() -> push(driver.findElement(words)));
    }

    /// What a form says while it is filled in moves what stands below it, away from under a pointer that is on its way.
    private void push(WebElement it) {
        if ((boolean) script("return arguments[0].matches('form[data-check] button')", it)) it.sendKeys(Keys.ENTER);
        else it.click();
    }

    /// Sends the form that the focus is in, as the Enter key does.
    void enter() {
        follow(() -> driver.switchTo().activeElement().sendKeys(Keys.ENTER));
    }

    void back() {
        driver.navigate().back();
    }

    /// Runs a script in the page, as an inspector would.
    Object script(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /// Waits until the page is another one, and whole.
    void follow(Runnable act) {
        Object before = script("return performance.timeOrigin");
        act.run();
        await(() -> (boolean) script(WHOLE_SINCE, before), () -> "nothing followed on " + address() + ":\n" + page());
    }

    void await(BooleanSupplier condition, java.util.function.Supplier<String> otherwise) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                if (condition.getAsBoolean()) return;
            } catch (WebDriverException e) {
                if (!isBetweenPages(e)) throw e;
            }
            if (System.nanoTime() > deadline) throw new AssertionError(otherwise.get());
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /// What the driver says while one page takes the place of the other.
    private static boolean isBetweenPages(WebDriverException thrown) {
        String said = String.valueOf(thrown.getMessage());
        return thrown instanceof StaleElementReferenceException
                || BETWEEN_PAGES.stream().anyMatch(said::contains);
    }

    void awaitText(String text) {
        await(() -> page().contains(text), () -> "no \"" + text + "\" on " + address() + ":\n" + page());
    }

    /// An authenticator in the device, whose owner is there and proves it.
    VirtualAuthenticator authenticator() {
        return driver.addVirtualAuthenticator(new VirtualAuthenticatorOptions()
                .setProtocol(Protocol.CTAP2)
                .setTransport(Transport.INTERNAL)
                .setHasResidentKey(true)
                .setHasUserVerification(true)
                .setIsUserVerified(true));
    }

    /// The size of the window, and whether the device is set to dark.
    void look(int width, int height, boolean dark) {
        resize(width, height);
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                                // Else a colour on its way to another one is measured.
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /// The language that pages are asked for in from here on.
    void speak(String language) {
        driver.executeCdpCommand("Network.enable", Map.of());
        driver.executeCdpCommand("Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Accept-Language", language)));
    }

    /// Switches the scripts of pages off or on.
    void scripts(boolean on) {
        driver.executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", !on));
    }

    /// As if it had just been bought: it knows nobody, and there is nothing to go back to.
    void forget() {
        driver.get("about:blank");
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Page.resetNavigationHistory", Map.of());
    }

    /// Where files go that pages offer.
    void keepDownloads(Path folder) {
        driver.executeCdpCommand(
                "Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()));
    }

    byte[] picture() {
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    /// What the browser has complained about, such as something that the policy of a page forbids.
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() throws IOException {
        driver.quit();
        try (var files = Files.walk(profile)) {
            for (Path file : files.toList().reversed()) Files.deleteIfExists(file);
        }
    }

    private static File onPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(program + " is not on the PATH"));
    }
}
