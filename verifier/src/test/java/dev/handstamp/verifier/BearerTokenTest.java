package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("T-42: a token in other places")
final class BearerTokenTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer tok", "bearer tok", "BEARER tok", "bEaReR tok", "Bearer  tok", " Bearer tok "})
    void the_header_carries_a_token_whatever_the_case_of_the_scheme(String value) {
        assertThat(header(value)).isEqualTo(new BearerToken.Found("tok", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer ", "bearer   "})
    void a_scheme_without_a_token_is_an_invalid_request(String value) {
        assertThat(header(value)).isInstanceOf(BearerToken.InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer tok, Bearer tok2", "Bearer tok,Bearer tok2", "Bearer tok, Basic dTpw"})
    void two_credentials_in_one_header_are_an_invalid_request(String value) {
        assertThat(header(value)).isInstanceOf(BearerToken.InvalidRequest.class);
    }

    @Test
    void two_authorization_headers_are_an_invalid_request() {
        assertThat(BearerToken.read(List.of("Bearer tok", "Bearer tok"), null))
                .isInstanceOf(BearerToken.InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "access_token=tok",
                "a=b&access_token=tok",
                "access%5Ftoken=tok",
                "access_token",
                "%61ccess_token="
            })
    void a_token_in_the_query_is_an_invalid_request_even_beside_a_good_header(String query) {
        assertThat(BearerToken.read(List.of(), query)).isInstanceOf(BearerToken.InvalidRequest.class);
        assertThat(BearerToken.read(List.of("Bearer tok"), query)).isInstanceOf(BearerToken.InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a=access_token", "access_tokens=1", "%zz=access_token", "q=%"})
    void another_query_is_none_of_our_business(String query) {
        assertThat(BearerToken.read(List.of("Bearer tok"), query)).isEqualTo(new BearerToken.Found("tok", false));
    }

    @Test
    void a_basic_credential_is_no_token() {
        String basic = "Basic " + Base64.getEncoder().encodeToString("tok:".getBytes(StandardCharsets.UTF_8));
        assertThat(header(basic)).isEqualTo(new BearerToken.Missing());
        assertThat(header("Bearertok")).isEqualTo(new BearerToken.Missing());
        assertThat(header("Bear tok")).isEqualTo(new BearerToken.Missing());
        assertThat(header("")).isEqualTo(new BearerToken.Missing());
    }

    @Test
    void the_cookie_carries_a_token() {
        assertThat(cookie("a=b; __Host-handstamp=tok; c=d")).isEqualTo(new BearerToken.Found("tok", true));
        assertThat(cookie("__Host-handstamp=tok")).isEqualTo(new BearerToken.Found("tok", true));
        assertThat(cookie("a=b;__Host-handstamp= tok ;")).isEqualTo(new BearerToken.Found("tok", true));
    }

    @Test
    void a_cookie_of_a_similar_name_carries_none() {
        assertThat(cookie("__host-handstamp=tok; X__Host-handstamp=tok; __Host-handstamp; a=__Host-handstamp=tok; ; ="))
                .isEqualTo(new BearerToken.Missing());
    }

    @Test
    void two_cookies_are_an_invalid_request() {
        assertThat(cookie("__Host-handstamp=one; __Host-handstamp=two")).isInstanceOf(BearerToken.InvalidRequest.class);
        assertThat(cookie("__Host-handstamp=one", "__Host-handstamp=one"))
                .isInstanceOf(BearerToken.InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer tok", "Basic dTpw"})
    void a_header_beside_the_cookie_is_an_invalid_request(String header) {
        assertThat(BearerToken.read(List.of(header), List.of("__Host-handstamp=tok"), null))
                .isInstanceOf(BearerToken.InvalidRequest.class);
    }

    @Test
    void an_api_that_does_not_take_cookies_does_not_see_them() {
        assertThat(BearerToken.read(List.of(), null)).isEqualTo(new BearerToken.Missing());
    }

    @Test
    void a_token_is_never_printed() {
        assertThat(header("Bearer tok").toString()).doesNotContain("tok,").contains("hidden");
    }

    private static BearerToken header(String value) {
        return BearerToken.read(List.of(value), null);
    }

    private static BearerToken cookie(String... lines) {
        return BearerToken.read(List.of(), List.of(lines), null);
    }
}
