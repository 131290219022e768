package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/// Pages tell times as the reader's clock does, with what the server's says at hand; without scripts, in UTC.
class LocalTimesTest {

    private static final String PASSWORD = "correct horse battery staple";

    /// As far from UTC as anybody lives, and by an hour that is not whole.
    private static final String CHATHAM = "Pacific/Chatham";

    private static final String TOLD = """
        const times = [...document.querySelectorAll('main time')];
        return times.length > 0 && times.every(time => {
          const form = new Intl.DateTimeFormat(arguments[0], {
            dateStyle: 'medium', timeStyle: /:\\d\\d:/.test(time.title) ? 'medium' : 'short', timeZone: 'Pacific/Chatham' });
          return time.title.endsWith(' UTC') && time.textContent === form.format(new Date(time.dateTime));
        })""";

    private static final String SHIFTED = """
        return new Promise(done => new PerformanceObserver(list => done(list.getEntries().length))
          .observe({ type: 'layout-shift', buffered: true }) ?? setTimeout(() => done(0), 500))""";

    @TempDir
    Path folder;

    @Test
    void by_the_clock_and_in_the_language_of_whoever_reads() throws Exception {
        try (HandstampProcess server = new HandstampProcess(folder.resolve("data"), Map.of()).awaitReady();
                Chrome chrome = new Chrome("en-GB,en")) {
            assertThat(server.run(PASSWORD + "\n", "user", "add", "vera", "--role", "administrator", "--password-stdin")
                            .exit())
                    .isZero();
            chrome.driver().executeCdpCommand("Emulation.setTimezoneOverride", Map.of("timezoneId", CHATHAM));
            chrome.look(1280, 900, false);
            chrome.open(server.issuer() + "/login?to=%2Faccount%2Fsessions");
            chrome.type("input[name=username]", "vera");
            chrome.type("input[name=password]", PASSWORD);
            chrome.enter();
            for (String page : List.of("/account/sessions", "/account/activity", "/admin/users", "/admin/audit")) {
                chrome.open(server.issuer() + page);
                assertThat(chrome.has("main time")).as(page).isTrue();
                assertThat(chrome.script(TOLD, "en-GB")).as(page).isEqualTo(true);
                assertThat(chrome.script(SHIFTED)).as("moved on %s", page).isEqualTo(0L);
                assertThat(chrome.page()).as(page).doesNotContain("UTC");
            }
            chrome.click("tbody time ~ a, nav a[href='/admin/users']");
            chrome.click("tbody th a");
            assertThat(chrome.script(TOLD, "en-GB")).isEqualTo(true);

            findsByTheReadersClock(server, chrome);
            tellsWhatIsRenewed(server, chrome);
            speaksGerman(server, chrome);

            chrome.scripts(false);
            chrome.open(server.issuer() + "/account/sessions");
            assertThat(chrome.one("main time").getText()).endsWith(" UTC");
            assertThat(chrome.complaints()).isEmpty();
        }
    }

    /// What happened in the last hour is found by that hour of the reader's clock.
    private static void findsByTheReadersClock(HandstampProcess server, Chrome chrome) {
        chrome.open(server.issuer() + "/admin/audit");
        int all = chrome.driver().findElements(By.cssSelector("tbody tr")).size();
        fill(chrome, "since", -3_600_000);
        chrome.click("form.filters button");
        assertThat(chrome.address()).contains("Z&", "since=");
        assertThat(chrome.driver().findElements(By.cssSelector("tbody tr"))).hasSize(all);
        String asked = (String) chrome.script("return document.querySelector('input[name=since]').value");
        assertThat(asked).isEqualTo(chrome.script("return sessionStorage.getItem('filled')"));
        fill(chrome, "since", 3_600_000);
        chrome.click("form.filters button");
        assertThat(chrome.has("tbody tr")).isFalse();
    }

    /// Types into a field what the reader's clock says.
    private static void fill(Chrome chrome, String field, long away) {
        chrome.script("""
                const at = new Date(Date.now() + arguments[1]);
                const two = number => String(number).padStart(2, '0');
                const text = at.getFullYear() + '-' + two(at.getMonth() + 1) + '-' + two(at.getDate())
                    + 'T' + two(at.getHours()) + ':' + two(at.getMinutes());
                sessionStorage.setItem('filled', text);
                document.querySelector('input[name=' + arguments[0] + ']').value = text;""", field, away);
    }

    private static void tellsWhatIsRenewed(HandstampProcess server, Chrome chrome) throws Exception {
        chrome.open(server.issuer() + "/admin/revocations");
        assertThat(server.run("", "revocations", "all").exit()).isZero();
        chrome.await(() -> chrome.has("#live tbody time[title]"), () -> "not renewed: " + chrome.page());
        assertThat(chrome.script(TOLD, "en-GB")).isEqualTo(true);
        chrome.script(
                "document.querySelector('#live').dataset.same = 'yes'; window.row = document.querySelector('#live tr')");
        // Longer than the page waits before it asks again.
        Thread.sleep(6_000);
        assertThat(chrome.script("return window.row.isConnected"))
                .as("what has not changed is left alone")
                .isEqualTo(true);
    }

    private static void speaksGerman(HandstampProcess server, Chrome chrome) {
        chrome.speak("de");
        chrome.open(server.issuer() + "/account/sessions");
        assertThat(chrome.script(TOLD, "de")).isEqualTo(true);
        assertThat(chrome.one("main time").getText()).matches("\\d{2}\\.\\d{2}\\.\\d{4}, \\d{2}:\\d{2}");
    }
}
