package dev.handstamp.demo;

import static dev.handstamp.demo.Asking.get;
import static dev.handstamp.demo.Asking.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.demo.OpenClub.Checking;
import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every door and every kind of caller over real HTTP, with both ways of checking: the answers are the same.
@ParameterizedClass
@EnumSource(Checking.class)
class NightclubTest {

    private static final String CALLERS = """
        CALLER                 | FLOOR | BAR | LOUNGE | READ | WRITE
        vera                   | 200   | 200 | 200    | 200  | 201
        nick                   | 200   | 200 | 403    | 200  | 403
        mia                    | 200   | 403 | 403    | 403  | 403
        just 18                | 200   | 200 | 403    | 403  | 403
        almost 18              | 200   | 403 | 403    | 403  | 403
        an age in words        | 200   | 403 | 403    | 403  | 403
        vip in the wrong case  | 200   | 200 | 403    | 200  | 201
        a client on its own    | 200   | 403 | 403    | 403  | 201
        a little changed       | 401   | 401 | 401    | 401  | 401
        of another key         | 401   | 401 | 401    | 401  | 401
        expired                | 401   | 401 | 401    | 401  | 401
        for another API        | 401   | 401 | 401    | 401  | 401
        of another issuer      | 401   | 401 | 401    | 401  | 401
        an ID token            | 401   | 401 | 401    | 401  | 401
        no token at all        | 401   | 401 | 401    | 401  | 401
        """;

    @Parameter
    Checking checking;

    private OpenClub club;

    @BeforeEach
    void open() {
        club = new OpenClub(checking);
    }

    @AfterEach
    void close() {
        club.close();
    }

    @ParameterizedTest
    @CsvSource(textBlock = CALLERS, delimiter = '|', useHeadersInDisplayName = true)
    void each_door_knows_whom_to_let_in(String caller, int floor, int bar, int lounge, int read, int write) {
        String token = club.tokenOf(caller);

        assertThat(get(at("/floor")).bearer(token).status()).isEqualTo(floor);
        assertThat(get(at("/bar")).bearer(token).status()).isEqualTo(bar);
        assertThat(get(at("/lounge")).bearer(token).status()).isEqualTo(lounge);
        assertThat(get(at("/guestlist")).bearer(token).status()).isEqualTo(read);
        assertThat(addZora().bearer(token).status()).isEqualTo(write);
    }

    @ParameterizedTest
    @CsvSource(textBlock = CALLERS, delimiter = '|', useHeadersInDisplayName = true)
    void the_cookie_opens_what_the_header_opens(String caller, int floor, int bar, int lounge, int read, int write) {
        String token = club.tokenOf(caller);

        assertThat(get(at("/floor")).cookie("__Host-handstamp", token).status()).isEqualTo(floor);
        assertThat(get(at("/bar")).cookie("__Host-handstamp", token).status()).isEqualTo(bar);
        assertThat(get(at("/lounge")).cookie("__Host-handstamp", token).status())
                .isEqualTo(lounge);
        assertThat(get(at("/guestlist")).cookie("__Host-handstamp", token).status())
                .isEqualTo(read);
        assertThat(addZora().cookie("__Host-handstamp", token).sameOrigin().status())
                .isEqualTo(write);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/floor", "/bar", "/lounge", "/guestlist", "/stamp"})
    @DisplayName("RFC 6750 §3.1: a request without a token is challenged, and told no error code")
    void a_request_without_a_token_is_challenged(String door) {
        HttpResponse<String> refused = get(at(door)).send();

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(challenge(refused))
                .startsWith("Bearer realm=\"Nightclub\", resource_metadata=\"")
                .doesNotContain("error");
    }

    @Test
    void a_bad_token_is_challenged_with_invalid_token_and_nothing_of_its_content() {
        HttpResponse<String> refused =
                get(at("/floor")).bearer(club.tokenOf("expired")).send();

        assertThat(challenge(refused)).startsWith("Bearer realm=\"Nightclub\", error=\"invalid_token\"");
        assertThat(json(refused)).containsEntry("error", "invalid_token");
        assertThat(refused.body()).doesNotContain("vera", "Vera");
    }

    @Test
    void a_missing_scope_is_named_in_the_challenge() {
        HttpResponse<String> refused = addZora().bearer(club.tokenOf("nick")).send();

        assertThat(challenge(refused)).contains("error=\"insufficient_scope\"", "scope=\"guestlist:write\"");
        assertThat(json(refused)).containsEntry("error", "insufficient_scope");
    }

    @Test
    void a_token_in_the_query_is_refused_even_beside_a_good_header() {
        String token = club.tokenOf("vera");

        assertThat(get(at("/floor?access_token=" + token)).status()).isEqualTo(400);
        assertThat(get(at("/floor?access_token=" + token)).bearer(token).status())
                .isEqualTo(400);
    }

    @Test
    void two_credentials_are_refused() {
        String token = club.tokenOf("vera");

        assertThat(get(at("/floor")).bearer(token).bearer(token).status()).isEqualTo(400);
        assertThat(get(at("/floor")).bearer(token + ", Bearer " + token).status())
                .isEqualTo(400);
        assertThat(get(at("/floor"))
                        .bearer(token)
                        .cookie("__Host-handstamp", token)
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"bearer,200", "BEARER,200", "'Bearer ',200", "Basic,401", "Token,401"})
    void only_the_scheme_bearer_is_read_in_any_case(String scheme, int status) {
        String credentials = scheme + " " + club.tokenOf("vera");

        assertThat(get(at("/floor")).header("Authorization", credentials).status())
                .isEqualTo(status);
    }

    @Test
    void another_cookie_carries_nothing() {
        assertThat(get(at("/floor")).cookie("handstamp", club.tokenOf("vera")).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                cross-site |                   | 403
                same-site  |                   | 403
                cross-site | {own}             | 403
                           | http://evil.test  | 403
                           | null              | 403
                           | {own}.evil.test   | 403
                           |                   | 403
                           | {own}             | 201
                same-origin| {own}             | 201
                """, delimiter = '|')
    void with_the_cookie_only_our_own_page_may_write(String fetchSite, String origin, int status) {
        Asking asking = addZora().cookie("__Host-handstamp", club.tokenOf("vera"));
        if (fetchSite != null) asking.header("Sec-Fetch-Site", fetchSite);
        if (origin != null) asking.header("Origin", origin.replace("{own}", club.origin));

        assertThat(asking.status()).isEqualTo(status);
    }

    @Test
    @DisplayName("O-36: the stamp is shown in its parts but never whole, and is not stored")
    void the_stamp_is_shown_in_its_parts_but_never_whole() {
        String token = club.tokenOf("vera");
        String[] parts = token.split("\\.", -1);

        HttpResponse<String> answer = get(at("/stamp")).bearer(token).send();
        Map<String, Object> stamp = json(answer);

        assertThat(stamp.get("header")).isEqualTo(decoded(parts[0]));
        assertThat(stamp.get("payload")).isEqualTo(decoded(parts[1]));
        assertThat(stamp).containsEntry("encodedHeader", parts[0]).containsEntry("encodedPayload", parts[1]);
        assertThat(stamp.get("signatureStart")).isEqualTo(parts[2].substring(0, 12));
        assertThat(stamp.get("signatureLength")).isEqualTo((long) parts[2].length());
        assertThat((Long) stamp.get("millisecondsLeft")).isBetween(1L, 300_000L);
        assertThat(answer.body()).doesNotContain(parts[2].substring(0, 13));
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void while_the_issuer_is_away_a_token_that_cannot_be_judged_is_neither_good_nor_bad() {
        String token = club.tokenOf("vera");
        club.issuer.goDown();

        HttpResponse<String> answer = get(at("/floor")).bearer(token).send();

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    }

    @Test
    @DisplayName("RFC 9728: the club says of itself where its tokens come from, and each refusal says where it says so")
    void a_client_without_a_token_finds_out_where_to_get_one() {
        HttpResponse<String> refused = get(at("/floor")).send();
        String address = challenge(refused).replaceAll(".*resource_metadata=\"([^\"]*)\".*", "$1");

        Map<String, Object> metadata = json(get(address).send());

        assertThat(metadata)
                .containsEntry("resource", club.origin)
                .containsEntry("authorization_servers", List.of(club.issuer.issuer()))
                .containsEntry("scopes_supported", List.of("guestlist:read", "guestlist:write"));
    }

    private Asking addZora() {
        return post(at("/guestlist"), "{\"name\":\"Zora\"}");
    }

    private String at(String door) {
        return club.origin + door;
    }

    private static String challenge(HttpResponse<String> response) {
        return response.headers().firstValue("WWW-Authenticate").orElseThrow();
    }

    private static Map<String, Object> decoded(String part) {
        return json(Base64.getUrlDecoder().decode(part));
    }

    private static Map<String, Object> json(HttpResponse<String> response) {
        return json(response.body().getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, Object> json(byte[] text) {
        try {
            return Json.parseObject(text);
        } catch (JsonException e) {
            throw new AssertionError(e);
        }
    }
}
