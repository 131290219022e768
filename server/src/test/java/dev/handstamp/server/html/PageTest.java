package dev.handstamp.server.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.http.Header;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {

    private static final Messages GERMAN = Messages.of(List.of("de"));

    @Test
    void a_language_that_is_written_from_right_to_left_turns_the_page_around() throws IOException {
        Messages words = new Messages("ar", Map.of("page.direction", "rtl", "page.wait.title", "لحظة من فضلك"));

        assertThat(html(Page.message(503, words, Look.PLAIN, "page.wait")))
                .contains("<html lang=\"ar\" dir=\"rtl\">", "<h1>لحظة من فضلك</h1>");
        // Nothing in the style is bound to a side, so that nothing has to be turned by hand.
        try (InputStream style = Asset.class.getResourceAsStream("assets/handstamp.css")) {
            assertThat(new String(style.readAllBytes(), StandardCharsets.UTF_8))
                    .doesNotContainPattern("(?:margin|padding|border)-(?:left|right)")
                    .doesNotContainPattern("text-align:\\s*(?:left|right)")
                    .doesNotContainPattern("(?:^|[\\s;{])(?:left|right|float)\\s*:");
        }
    }

    @Test
    void what_is_filled_in_from_left_to_right_leaves_the_sentence_around_it_as_it_is() {
        Messages words = new Messages("ar", Map.of("page.direction", "rtl", "logout.client", "{0} يسأل."));

        assertThat(words.text("logout.client", "C++ (beta)")).isEqualTo("\u2068C++ (beta)\u2069 يسأل.");
        assertThat(GERMAN.text("logout.client", "C++ (beta)")).doesNotContain("\u2068");
    }

    @Test
    @DisplayName("A-17: whatever a page shows is text")
    void values_are_escaped() {
        Page page =
                Page.problem(400, Messages.ENGLISH, Look.PLAIN, "<script>alert(1)</script>", List.of("a \" b < c & d"));

        assertThat(html(page))
                .doesNotContain("<script>")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .contains("b &lt; c &amp; d");
    }

    @Test
    void a_page_says_its_language_and_direction() {
        assertThat(html(Page.message(503, GERMAN, Look.PLAIN, "page.wait")))
                .contains("<html lang=\"de\" dir=\"ltr\">")
                .contains("<title>Bitte einen Augenblick warten</title>");
    }

    @Test
    @DisplayName("A-17: no script and no style runs but ours")
    void the_policy_is_strict() {
        assertThat(header(Page.message(503, GERMAN, Look.PLAIN, "page.wait").toResponse(), "Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none';"
                        + " base-uri 'none'; form-action 'self'");
    }

    @Test
    void an_answer_to_a_form_names_the_address_that_one_comes_back_to() {
        Response response = Page.message(403, GERMAN, Look.PLAIN, "page.wait")
                .standingAt("/reset?to=/account&again=yes")
                .toResponse();

        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .contains("<link rel=\"canonical\" href=\"/reset?to=/account&amp;again=yes\">")
                .contains("<script src=\"" + Asset.ANSWER.path() + "\" defer>");
        assertThat(header(response, "Content-Security-Policy"))
                .contains("; script-src 'self';")
                .doesNotContain("connect-src");
        assertThat(html(Page.message(403, GERMAN, Look.PLAIN, "page.wait"))).doesNotContain("canonical", "<script");
    }

    @Test
    void a_brand_gives_name_and_colours_and_its_style_is_named_by_digest() {
        Look look = new Look("Corner <Shop>", "/brand/shop", "#ffcc00", "#ffdd55");
        Response response =
                Page.message(503, Messages.ENGLISH, look, "page.wait").toResponse();

        assertThat(new String(response.body(), StandardCharsets.UTF_8))
                .contains("<span>Corner &lt;Shop&gt;</span>")
                .contains("src=\"/brand/shop\"")
                .contains("--accent:#ffcc00;--accent-dark:#ffdd55;--on-brand:#111116");
        assertThat(header(response, "Content-Security-Policy")).contains("style-src 'self' 'sha256-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "#fff", "#FFCC00", "#ffcc00;}", "", "#ffcc0g"})
    void a_colour_is_six_digits(String colour) {
        assertThatThrownBy(() -> new Look("", "", colour, "#ffffff")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_style_is_kept_for_good_and_found_only_by_its_digest() {
        Assets assets = new Assets("/auth");
        Request.Builder known = Request.builder("GET", "/auth" + Asset.STYLE.path());

        Response plain = assets.handle(known.build());
        assertThat(plain.status()).isEqualTo(200);
        assertThat(header(plain, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(new String(plain.body(), StandardCharsets.UTF_8)).contains("--accent");

        Response small =
                assets.handle(known.header("Accept-Encoding", "gzip, br").build());
        assertThat(header(small, "Content-Encoding")).isEqualTo("gzip");
        assertThat(small.body().length).isLessThan(plain.body().length / 2);

        assertThat(assets.handle(Request.builder("GET", "/auth/assets/handstamp.css")
                                .build())
                        .status())
                .isEqualTo(404);
    }

    private static String html(Page page) {
        return new String(page.toResponse().body(), StandardCharsets.UTF_8);
    }

    private static String header(Response response, String name) {
        return response.headers().stream()
                .filter(header -> header.name().equals(name))
                .map(Header::value)
                .findFirst()
                .orElse("");
    }
}
