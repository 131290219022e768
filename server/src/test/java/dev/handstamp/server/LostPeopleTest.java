package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What people are told whose browser came to no page, or to one that is broken: words, and nothing of what broke.
class LostPeopleTest {

    private static final String BROWSERS = "text/html,application/xhtml+xml,*/*;q=0.8";

    @Test
    void whoever_comes_with_a_browser_where_nothing_is_reads_a_page_and_a_machine_gets_json() {
        try (RunningServer server = RunningServer.start()) {
            for (String path : List.of("/", "/login/", "/nothing/here", "/admin/nothing/at/all")) {
                Reply page = server.call("GET", path).header("Accept", BROWSERS).send();
                assertThat(page.status()).as(path).isEqualTo(404);
                assertThat(page.header("Content-Security-Policy")).isPresent();
                assertThat(page.text()).contains("There is nothing here", "href=\"/account\"");
            }
            assertThat(inGerman(server, "/").text()).contains("Hier ist nichts");
            assertThat(server.call("GET", "/").send().outcome()).isEqualTo("404 not_found");
            assertThat(server.call("POST", "/")
                            .header("Accept", BROWSERS)
                            .form()
                            .send()
                            .outcome())
                    .isEqualTo("404 not_found");
        }
    }

    @Test
    void whoever_sends_what_cannot_be_read_is_told_so_in_their_own_words_and_finds_a_way_on() {
        try (RunningServer server = RunningServer.start()) {
            for (String path : List.of("/login?to=%ff", "/account?page=1&page=2")) {
                Reply page = inGerman(server, path);
                assertThat(page.status()).as(path).isEqualTo(400);
                assertThat(page.text())
                        .contains("Das ist nicht lesbar", "Es ist nichts geschehen", "href=\"/account\"")
                        .doesNotContain("parameter");
            }
            for (String path : List.of("/login//", "/account%2Fsecurity")) {
                Reply page = inGerman(server, path);
                assertThat(page.status()).as(path).isEqualTo(400);
                assertThat(page.header("Content-Security-Policy")).as(path).isPresent();
                assertThat(page.text()).contains("Das ist nicht lesbar", "href=\"/account\"");
                assertThat(server.call("GET", path).send().outcome()).isEqualTo("400 invalid_request");
            }
            Reply asked = server.call("GET", "/authorize?client_id=a&client_id=b")
                    .header("Accept-Language", "de")
                    .send();
            assertThat(asked.status()).isEqualTo(400);
            assertThat(asked.text())
                    .contains("Was die Anwendung mitgeschickt hat, ist nicht lesbar.", "beginnen Sie dort neu")
                    .doesNotContain("parameter");
        }
    }

    @Test
    @DisplayName("RFC 9110 §15.5.6: Allow lists what the path knows, on a page for people and in JSON for machines")
    void whoever_comes_with_a_browser_where_only_programs_go_reads_a_page_and_a_machine_gets_json() {
        try (RunningServer server = RunningServer.start()) {
            Map<String, String> allowed =
                    Map.of("/token", "POST, OPTIONS", "/session/refresh", "POST", "/par", "POST, OPTIONS");
            allowed.forEach((path, methods) -> {
                Reply page = server.call("GET", path).header("Accept", BROWSERS).send();
                assertThat(page.status()).as(path).isEqualTo(405);
                assertThat(page.all("Allow")).containsExactly(methods);
                assertThat(page.header("Content-Security-Policy")).isPresent();
                assertThat(page.text()).contains("There is no page here", "href=\"/account\"");
                Reply json = server.call("GET", path).send();
                assertThat(json.outcome()).isEqualTo("405 method_not_allowed");
                assertThat(json.all("Allow")).containsExactly(methods);
            });
            Reply posted = server.call("POST", "/account/activity")
                    .header("Accept", BROWSERS)
                    .header("Accept-Language", "de")
                    .form("page", "2")
                    .send();
            assertThat(posted.status()).isEqualTo(405);
            assertThat(posted.all("Allow")).containsExactly("GET, HEAD");
            assertThat(posted.text()).contains("Hier ist keine Seite");
            Reply head =
                    server.call("HEAD", "/token").header("Accept", BROWSERS).send();
            assertThat(head.status()).isEqualTo(405);
            assertThat(head.all("Allow")).containsExactly("POST, OPTIONS");
            assertThat(head.text()).isEmpty();
        }
    }

    @Test
    void the_page_leads_below_the_path_of_the_issuer() {
        try (RunningServer server = RunningServer.start(Map.of("issuer", "http://localhost:8080/door"))) {
            for (String path : List.of("/", "/door", "/door/nothing")) {
                Reply page = server.call("GET", path).header("Accept", BROWSERS).send();
                assertThat(page.text()).as(path).contains("href=\"/door/account\"", "href=\"/door/assets/");
            }
            Reply page =
                    server.call("GET", "/door/token").header("Accept", BROWSERS).send();
            assertThat(page.status()).isEqualTo(405);
            assertThat(page.text()).contains("href=\"/door/account\"", "href=\"/door/assets/");
        }
    }

    @Test
    @DisplayName("S-04: a page that breaks says so in words, and nothing of what broke")
    void whoever_meets_a_broken_page_reads_that_it_is_and_not_why() throws Exception {
        try (RunningServer server = RunningServer.start()) {
            TestBrowser browser = new TestBrowser(server);
            browser.signIn(browser.open("/account"));
            try (Connection connection =
                            DriverManager.getConnection("jdbc:sqlite:" + server.data.resolve("handstamp.db"));
                    Statement statement = connection.createStatement()) {
                statement.execute("ALTER TABLE known_device RENAME TO forgotten");
            }
            Reply page = browser.open("/account/sessions");

            assertThat(page.status()).isEqualTo(500);
            assertThat(page.header("Content-Security-Policy")).isPresent();
            assertThat(page.text()).contains("This did not work").doesNotContain("known_device", "SQL", "Exception");
            assertThat(server.call("GET", "/jwks").send().status()).isEqualTo(200);
        }
    }

    private static Reply inGerman(RunningServer server, String path) {
        return server.call("GET", path)
                .header("Accept", BROWSERS)
                .header("Accept-Language", "de")
                .send();
    }
}
