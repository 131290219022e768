package dev.handstamp.demo;

import static dev.handstamp.demo.Asking.delete;
import static dev.handstamp.demo.Asking.get;
import static dev.handstamp.demo.Asking.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The guests of the real server at the doors, checked by Nightclub itself and by introspection.
@ParameterizedClass(name = "introspect = {0}")
@ValueSource(booleans = {false, true})
class DemoTest {

    @TempDir
    static Path folder;

    private static RunningDemo demo;

    @Parameter
    boolean introspect;

    @BeforeParameterizedClassInvocation
    static void start(boolean introspect) throws IOException {
        demo = RunningDemo.in(folder.resolve(introspect ? "introspecting" : "local"), introspect);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        demo.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
        GUEST | FLOOR | BAR | LOUNGE | READ | WRITE
        vera  | 200   | 200 | 200    | 200  | 201
        nick  | 200   | 200 | 403    | 200  | 403
        mia   | 200   | 403 | 403    | 403  | 403
        """)
    void each_guest_passes_the_doors_that_are_theirs(
            String guest, int floor, int bar, int lounge, int read, int write) {
        HttpResponse<String> login = demo.logIn(demo.walk.server(), guest, "body");
        String token = (String) json(login).get("access_token");

        assertThat(get(at("/floor")).bearer(token).status()).isEqualTo(floor);
        assertThat(get(at("/bar")).bearer(token).status()).isEqualTo(bar);
        assertThat(get(at("/lounge")).bearer(token).status()).isEqualTo(lounge);
        assertThat(get(at("/guestlist")).bearer(token).status()).isEqualTo(read);
        assertThat(post(at("/guestlist"), "{\"name\":\"Zora\"}").bearer(token).status())
                .isEqualTo(write);
    }

    @Test
    void the_cookies_of_the_issuer_pass_through_nightclub_unchanged() {
        HttpResponse<String> login = demo.logIn(demo.walk.nightclub(), "vera", "cookie");
        List<String> cookies = login.headers().allValues("Set-Cookie");

        assertThat(login.statusCode()).isEqualTo(200);
        assertThat(login.body()).doesNotContain("access_token", "eyJ");
        assertThat(cookies)
                .hasSize(3)
                .allSatisfy(cookie -> assertThat(cookie)
                        .contains("; Secure", "; HttpOnly", "; SameSite=")
                        .doesNotContain("Domain"))
                .anySatisfy(cookie ->
                        assertThat(cookie).startsWith("__Host-handstamp=").contains("; Path=/;"))
                .anySatisfy(cookie -> assertThat(cookie).contains("; Path=/session;", "SameSite=Strict"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("__Host-handstamp-device=")
                        .contains("; Path=/;"));
    }

    @Test
    void a_browser_s_evening_goes_from_login_over_refresh_to_logout() {
        String first = cookies(demo.logIn(demo.walk.nightclub(), "vera", "cookie"));
        assertThat(get(at("/stamp")).header("Cookie", first).status()).isEqualTo(200);

        HttpResponse<String> refresh = browser(post(at("/session/refresh"), ""), first);
        assertThat(refresh.statusCode()).isEqualTo(200);
        String second = cookies(refresh);
        assertThat(second).isNotEqualTo(first);
        assertThat(get(at("/lounge")).header("Cookie", second).status()).isEqualTo(200);

        HttpResponse<String> logout = browser(delete(at("/session")), second);
        assertThat(logout.statusCode()).isEqualTo(204);
        assertThat(logout.headers().allValues("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie).contains("Max-Age=0"));
        assertThat(browser(post(at("/session/refresh"), ""), second).statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_stamp_that_was_kept_over_the_logout_is_refused_whether_the_issuer_is_asked_or_heard() throws Exception {
        HttpResponse<String> login = demo.logIn(demo.walk.server(), "vera", "body");
        String token = (String) json(login).get("access_token");
        assertThat(get(at("/floor")).bearer(token).status()).isEqualTo(200);

        assertThat(delete(demo.walk.server() + "/session").bearer(token).status())
                .isEqualTo(204);

        // Where the issuer is asked, at once; where it is heard, when its word has come.
        if (introspect) assertThat(get(at("/floor")).bearer(token).status()).isEqualTo(401);
        awaitRefusal(token);
    }

    @Test
    void only_the_operator_takes_guests_off_the_list_and_their_stamps_open_no_door_then() throws Exception {
        String nick =
                (String) json(demo.logIn(demo.walk.server(), "nick", "body")).get("access_token");
        String olga =
                (String) json(demo.logIn(demo.walk.server(), "olga", "body")).get("access_token");
        String order = "{\"username\":\"nick\"}";
        assertThat(get(at("/floor")).bearer(nick).status()).isEqualTo(200);

        assertThat(post(at("/off-the-list"), order).status()).isEqualTo(401);
        assertThat(post(at("/off-the-list"), order).bearer(nick).status()).isEqualTo(403);
        assertThat(post(at("/off-the-list"), "{\"username\":\"root\"}")
                        .bearer(olga)
                        .status())
                .isEqualTo(400);
        assertThat(get(at("/floor")).bearer(nick).status()).isEqualTo(200);

        HttpResponse<String> answer =
                post(at("/off-the-list"), order).bearer(olga).send();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat((Long) json(answer).get("milliseconds")).isNotNegative();
        for (String door : List.of("/floor", "/bar", "/lounge", "/guestlist", "/stamp")) {
            assertThat(get(at(door)).bearer(nick).status()).as(door).isEqualTo(401);
        }
        assertThat(get(at("/floor")).bearer(olga).status()).isEqualTo(200);
    }

    private static void awaitRefusal(String token) throws InterruptedException {
        for (long end = System.nanoTime() + 60_000_000_000L;
                get(at("/floor")).bearer(token).status() != 401; ) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void only_the_issuer_s_cookies_are_passed_on() {
        String cookies = cookies(demo.logIn(demo.walk.nightclub(), "nick", "cookie"));

        HttpResponse<String> whoAmI = get(at("/session"))
                .header("Cookie", "other=" + "x".repeat(20_000) + "; " + cookies)
                .send();

        assertThat(whoAmI.statusCode()).isEqualTo(200);
        assertThat(json(whoAmI)).containsEntry("username", "nick");
    }

    @Test
    void a_wrong_password_is_refused_in_the_issuer_s_words() {
        HttpResponse<String> refused = post(at("/session"), "{\"username\":\"vera\",\"password\":\"wrong password\"}")
                .sameOrigin()
                .send();

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(json(refused)).containsKeys("error", "error_description");
    }

    private static String at(String path) {
        return demo.nightclub(path);
    }

    private static HttpResponse<String> browser(Asking asking, String cookies) {
        return asking.header("Cookie", cookies).sameOrigin().send();
    }

    /// What a browser would send back.
    private static String cookies(HttpResponse<String> response) {
        return String.join(
                "; ",
                response.headers().allValues("Set-Cookie").stream()
                        .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
                        .toList());
    }

    private static Map<String, Object> json(HttpResponse<String> response) {
        try {
            return Json.parseObject(response.body().getBytes(StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new AssertionError(response.body(), e);
        }
    }
}
