package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.testing.TestIssuer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DoorkeeperTest {

    private static final String ORIGIN = "https://api.example";
    private static final TestIssuer ISSUER = TestIssuer.start();
    private static final TokenVerifier VERIFIER =
            TokenVerifier.builder().issuer(ISSUER.issuer()).audience(ORIGIN).build();

    private final Doorkeeper headerOnly = Doorkeeper.of(VERIFIER).realm("club");
    private final Doorkeeper withCookie = headerOnly.acceptCookie(ORIGIN);
    private final String token = ISSUER.token().subject("vera").scope("list").sign();

    @AfterAll
    static void end() {
        VERIFIER.close();
        ISSUER.close();
    }

    @Test
    void a_good_token_in_the_header_is_admitted() {
        assertThat(admitted(headerOnly.admit(get("Authorization", "Bearer " + token))))
                .isEqualTo("vera");
        assertThat(admitted(withCookie.admit(post("Authorization", "Bearer " + token))))
                .isEqualTo("vera");
    }

    @Test
    void a_good_token_in_the_cookie_is_admitted_where_cookies_are_accepted() {
        assertThat(admitted(withCookie.admit(get("Cookie", "__Host-handstamp=" + token))))
                .isEqualTo("vera");
        assertThat(status(headerOnly.admit(get("Cookie", "__Host-handstamp=" + token))))
                .isEqualTo(401);
    }

    @Test
    void no_token_is_a_401_in_our_realm() {
        assertThat(challenge(headerOnly.admit(get())).authenticate()).contains("Bearer realm=\"club\"");
    }

    @Test
    void a_bad_token_is_a_401_invalid_token() {
        Challenge challenge = challenge(headerOnly.admit(get("Authorization", "Bearer " + token + "A")));

        assertThat(challenge.status()).isEqualTo(401);
        assertThat(challenge.error()).contains("invalid_token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%7B%22payload%22%3A%22e30%22%7D",
                "{\"payload\":\"e30\"}",
                "a b c",
                "..",
                "a.b.c.d",
                "=",
                "\u00ad.a.b"
            })
    void what_is_no_token_at_all_is_a_401_invalid_token(String text) {
        assertThat(challenge(headerOnly.admit(get("Authorization", "Bearer " + text)))
                        .error())
                .contains("invalid_token");
    }

    @Test
    void two_credentials_are_a_400() {
        assertThat(status(
                        headerOnly.admit(get("Authorization", "Bearer " + token, "Authorization", "Bearer " + token))))
                .isEqualTo(400);
        assertThat(status(withCookie.admit(
                        get("Authorization", "Bearer " + token, "Cookie", "__Host-handstamp=" + token))))
                .isEqualTo(400);
        assertThat(status(headerOnly.admit(new ApiRequest("GET", "access_token=" + token, name -> List.of()))))
                .isEqualTo(400);
    }

    @Test
    void a_missing_privilege_is_a_403() {
        ApiRequest request = get("Authorization", "Bearer " + token);

        assertThat(admitted(headerOnly.admit(request, Requirement.scope("list"))))
                .isEqualTo("vera");
        assertThat(challenge(headerOnly.admit(request, Requirement.scope("list", "edit")))
                        .authenticate())
                .hasValueSatisfying(text ->
                        assertThat(text).startsWith("Bearer realm=\"club\"").contains("scope=\"list edit\""));
    }

    @Test
    void an_unsafe_request_with_the_cookie_must_be_our_own() {
        String cookie = "__Host-handstamp=" + token;

        assertThat(status(withCookie.admit(post("Cookie", cookie)))).isEqualTo(403);
        assertThat(status(withCookie.admit(post("Cookie", cookie, "Origin", "https://evil.example"))))
                .isEqualTo(403);
        assertThat(status(withCookie.admit(post("Cookie", cookie, "Sec-Fetch-Site", "cross-site"))))
                .isEqualTo(403);
        assertThat(admitted(withCookie.admit(post("Cookie", cookie, "Sec-Fetch-Site", "same-origin"))))
                .isEqualTo("vera");
        assertThat(admitted(withCookie.admit(post("Cookie", cookie, "Origin", ORIGIN))))
                .isEqualTo("vera");
    }

    @Test
    void a_header_of_another_site_needs_no_origin() {
        ApiRequest request = post("Authorization", "Bearer " + token, "Sec-Fetch-Site", "cross-site");

        assertThat(admitted(withCookie.admit(request))).isEqualTo("vera");
    }

    @Test
    void a_realm_that_no_challenge_can_name_is_refused_when_it_is_configured() {
        assertThatThrownBy(() -> headerOnly.realm("Türsteher"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("realm");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.example", "https://api.example/path", "https://api.example/", "ftp://api.example", ""})
    void what_is_no_origin_is_refused_when_it_is_configured(String origin) {
        assertThatThrownBy(() -> headerOnly.acceptCookie(origin)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ApiRequest get(String... namesAndValues) {
        return request("GET", namesAndValues);
    }

    private static ApiRequest post(String... namesAndValues) {
        return request("POST", namesAndValues);
    }

    private static ApiRequest request(String method, String... namesAndValues) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.computeIfAbsent(namesAndValues[i], name -> new ArrayList<>())
                    .add(namesAndValues[i + 1]);
        }
        return new ApiRequest(method, null, name -> headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }

    private static String admitted(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Admitted.class);
        return ((Admission.Admitted) admission).accessToken().subject();
    }

    private static int status(Admission admission) {
        return challenge(admission).status();
    }

    private static Challenge challenge(Admission admission) {
        assertThat(admission).isInstanceOf(Admission.Refused.class);
        return ((Admission.Refused) admission).challenge();
    }
}
