package dev.handstamp.demo;

import static dev.handstamp.demo.Asking.delete;
import static dev.handstamp.demo.Asking.get;
import static dev.handstamp.demo.Asking.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.demo.OpenClub.Checking;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What holds whoever asks: methods, media types, sizes, headers, the page and its files.
class HouseRulesTest {

    private static OpenClub club;

    @BeforeAll
    static void open() {
        club = new OpenClub(Checking.LOCAL);
    }

    @AfterAll
    static void close() {
        club.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                DELETE  | /floor            | GET, HEAD
                POST    | /                 | GET, HEAD
                OPTIONS | /bar              | GET, HEAD
                PUT     | /guestlist        | GET, HEAD, POST
                PATCH   | /session          | POST, GET, HEAD, DELETE
                GET     | /session/refresh  | POST
                PROPFIND| /lounge           | GET, HEAD
                """)
    void a_wrong_method_is_told_the_right_ones(String method, String path, String allowed) {
        HttpResponse<String> answer = get(at(path)).method(method).send();

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Floor",
                "/floor/",
                "//floor",
                "/fl%6For",
                "/floor/../bar",
                "/assets/",
                "/assets/../index.html",
                "/assets/Nightclub.class",
                "/session/refresh/",
                "/favicon.ico"
            })
    void a_path_is_what_it_is_and_nothing_like_it(String path) {
        assertThat(get(at(path)).bearer(club.tokenOf("vera")).status()).isEqualTo(404);
    }

    @Test
    void head_is_get_without_the_body() {
        HttpResponse<String> answer =
                get(at("/floor")).method("HEAD").bearer(club.tokenOf("vera")).send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"name\":\"\"}",
                "{\"name\":\"  \"}",
                "{\"name\":7}",
                "{\"name\":null}",
                "{\"name\":\"a\\nb\"}",
                "{\"name\":\"a\",\"name\":\"b\"}",
                "{\"name\":\"a\",\"vip\":true}",
                "{\"name\":\"a\"",
                "{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"
            })
    void a_name_that_is_none_is_refused(String body) {
        assertThat(post(at("/guestlist"), body).bearer(club.tokenOf("vera")).status())
                .isEqualTo(400);
    }

    @Test
    void a_form_is_no_name() {
        HttpResponse<String> answer = get(at("/guestlist"))
                .method("POST")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("name=Zora".getBytes(StandardCharsets.US_ASCII))
                .bearer(club.tokenOf("vera"))
                .send();

        assertThat(answer.statusCode()).isEqualTo(415);
    }

    @Test
    void a_body_that_is_too_long_is_refused() {
        String long9k = "{\"name\":\"" + "x".repeat(9 * 1024) + "\"}";

        assertThat(post(at("/guestlist"), long9k).bearer(club.tokenOf("vera")).status())
                .isEqualTo(413);
    }

    @Test
    void markup_in_a_name_comes_back_as_text_in_json() {
        String name = "<img src=x onerror=alert(1)>";
        HttpResponse<String> answer = post(at("/guestlist"), "{\"name\":\"" + name + "\"}")
                .bearer(club.tokenOf("vera"))
                .send();

        assertThat(answer.body()).contains(name);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void a_browser_gets_the_page_and_everyone_else_a_few_words() {
        HttpResponse<String> page =
                get(at("/")).header("Accept", "text/html,application/xhtml+xml").send();
        HttpResponse<String> words = get(at("/")).header("Accept", "*/*").send();

        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(words.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(words.body()).contains("This is Nightclub.");
        assertThat(page.headers().firstValue("Vary")).contains("Accept");
        assertThat(words.headers().firstValue("Vary")).contains("Accept");
    }

    @Test
    @DisplayName("O-36: the page cannot be framed and runs nothing that stands in it")
    void the_page_cannot_be_framed_and_runs_nothing_that_stands_in_it() {
        HttpResponse<String> page = get(at("/")).header("Accept", "text/html").send();

        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertThat(policy)
                .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'self'", "base-uri 'none'");
        assertThat(policy).doesNotContain("unsafe", "http:", "https:", "*", "data:");
        assertThat(page.headers().firstValue("X-Frame-Options")).contains("DENY");
        assertThat(page.body()).doesNotContain("<style", " style=", " onclick=", "javascript:");
        assertThat(page.body()).doesNotContainPattern("<script(?![^>]* src=)");
        assertThat(page.body()).doesNotContainPattern("(src|href)=\"(https?:)?//");
    }

    @ParameterizedTest
    @CsvSource({
        "/assets/nightclub.js,text/javascript; charset=utf-8",
        "/assets/nightclub.css,text/css; charset=utf-8",
        "/assets/stamp.svg,image/svg+xml"
    })
    void the_page_s_files_have_their_types(String path, String type) {
        HttpResponse<String> file = get(at(path)).send();

        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Type")).contains(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/floor", "/assets/nightclub.js", "/nowhere", "/session/refresh"})
    @DisplayName("O-36, S-03: every answer says nosniff and no-referrer")
    void every_answer_says_nosniff_and_no_referrer(String path) {
        HttpResponse<String> answer = get(at(path)).send();

        assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(answer.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.test", "null", "http://localhost:9999"})
    void no_other_origin_is_invited(String origin) {
        HttpResponse<String> answer = get(at("/floor"))
                .header("Origin", origin)
                .bearer(club.tokenOf("vera"))
                .send();
        HttpResponse<String> preflight = get(at("/session"))
                .method("OPTIONS")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .send();

        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
        assertThat(preflight.headers().map().keySet()).noneMatch(name -> name.startsWith("access-control-"));
        assertThat(preflight.statusCode()).isEqualTo(405);
    }

    @Test
    void a_session_request_from_another_site_goes_no_further() {
        assertThat(post(at("/session"), "{}")
                        .header("Sec-Fetch-Site", "cross-site")
                        .status())
                .isEqualTo(403);
        assertThat(post(at("/session/refresh"), "{}")
                        .header("Origin", "http://evil.test")
                        .status())
                .isEqualTo(403);
        assertThat(delete(at("/session")).status()).isEqualTo(403);
    }

    @Test
    void an_issuer_that_is_away_is_a_bad_gateway() {
        try (var lonely = new OpenClub(Checking.LOCAL)) {
            lonely.issuer.goDown();

            assertThat(post(lonely.origin + "/session", "{}").sameOrigin().status())
                    .isEqualTo(502);
        }
    }

    private static String at(String path) {
        return club.origin + path;
    }
}
