package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CrossSiteTest {

    private static final String OWN = "https://api.example";

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void a_safe_method_passes_from_anywhere(String method) {
        assertThat(CrossSite.refusal(method, List.of("cross-site"), List.of("https://evil.example"), OWN))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "get", "TRACE", "BREW"})
    void any_other_method_without_a_word_from_the_browser_is_refused(String method) {
        Optional<Challenge> refusal = CrossSite.refusal(method, List.of(), List.of(), OWN);
        assertThat(refusal).map(Challenge::status).contains(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-origin", "none"})
    void sec_fetch_site_says_that_the_request_is_ours(String site) {
        assertThat(CrossSite.refusal("POST", List.of(site), List.of(), OWN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"same-site", "cross-site", "Same-Origin", "", "same-origin, none", "other"})
    void every_other_sec_fetch_site_is_refused_even_with_our_origin(String site) {
        assertThat(CrossSite.refusal("POST", List.of(site), List.of(OWN), OWN)).isPresent();
    }

    @Test
    void sec_fetch_site_twice_is_refused() {
        assertThat(CrossSite.refusal("POST", List.of("same-origin", "same-origin"), List.of(), OWN))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://api.example", "https://API.example", "https://api.example:443"})
    void without_sec_fetch_site_our_own_origin_passes(String origin) {
        assertThat(CrossSite.refusal("POST", List.of(), List.of(origin), OWN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "http://api.example",
                "https://api.example:444",
                "https://evil.example",
                "https://api.example.evil.example",
                "https://evil-api.example",
                "https://app.api.example",
                "https://api.example/",
                "https://api.example@evil.example",
                "https://x@api.example",
                "https://api.example https://api.example",
                "api.example",
                "file://api.example"
            })
    void without_sec_fetch_site_every_other_origin_is_refused(String origin) {
        assertThat(CrossSite.refusal("POST", List.of(), List.of(origin), OWN)).isPresent();
    }

    @Test
    void two_origins_are_refused() {
        assertThat(CrossSite.refusal("POST", List.of(), List.of(OWN, OWN), OWN)).isPresent();
    }

    @Test
    void the_port_of_our_origin_counts() {
        assertThat(CrossSite.refusal("POST", List.of(), List.of("http://localhost:9001"), "http://localhost:9001"))
                .isEmpty();
        assertThat(CrossSite.refusal("POST", List.of(), List.of("http://localhost:9000"), "http://localhost:9001"))
                .isPresent();
    }
}
