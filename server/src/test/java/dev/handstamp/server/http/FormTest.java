package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {

    @Test
    void parameters_are_decoded() {
        Form form = form("grant_type=client_credentials&scope=a%20b+c&name=V%C3%A9ra&empty=&bare&&");

        assertThat(form.get("grant_type")).contains("client_credentials");
        assertThat(form.get("scope")).contains("a b c");
        assertThat(form.get("name")).contains("Véra");
        assertThat(form.get("absent")).isEmpty();
        assertThat(form.has("absent")).isFalse();
    }

    @Test
    @DisplayName("RFC 6749 §3.1: parameters sent without a value are treated as if they were omitted")
    void a_parameter_without_a_value_is_visible_but_has_none() {
        Form form = form("scope=&state");

        assertThat(form.get("scope")).isEmpty();
        assertThat(form.has("scope")).isTrue();
        assertThat(form.get("state")).isEmpty();
        assertThat(form.has("state")).isTrue();
    }

    @ParameterizedTest
    @DisplayName("O-11: a parameter given twice is refused, however it is spelled")
    @ValueSource(
            strings = {
                "client_id=a&client_id=b",
                "client_id=a&client_id=a",
                "client_id&client_id=a",
                "client_id=&client_id=a",
                "client_id=a&client%5Fid=b",
                "scope=a&code=c&scope=b"
            })
    void a_repeated_parameter_is_refused(String body) {
        assertThat(refused(body)).isEqualTo(new MalformedForm(400, "A parameter is given twice."));
    }

    @ParameterizedTest
    @DisplayName("O-12: parameters in the URL are refused")
    @ValueSource(strings = {"client_secret=s", "grant_type=client_credentials", ""})
    void a_query_beside_the_form_is_refused(String query) {
        Request request = Request.builder("POST", "/token")
                .query(query)
                .form("grant_type=x")
                .build();

        assertThat(Form.parse(request))
                .isInstanceOfSatisfying(
                        MalformedForm.class,
                        malformed -> assertThat(malformed.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @DisplayName("O-14: another content type is refused")
    @ValueSource(
            strings = {
                "application/json",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/x-www-form-urlencoded; charset=utf-7",
                "application/x-www-form-urlencoded; charset=utf-16",
                "application/x-www-form-urlencoded; charset = utf-7",
                "application/x-www-form-urlencoded; charset=utf-8; charset=utf-7",
                "application/x-www-form-urlencoded, text/plain",
                ""
            })
    void another_content_type_is_refused(String type) {
        assertThat(Form.parse(
                        Request.builder("POST", "/token").body(type, "a=b").build()))
                .isInstanceOfSatisfying(
                        MalformedForm.class,
                        malformed -> assertThat(malformed.status()).isEqualTo(415));
    }

    @Test
    @DisplayName("O-14: a missing or repeated content type is refused")
    void a_missing_or_repeated_content_type_is_refused() {
        byte[] body = "a=b".getBytes(StandardCharsets.UTF_8);

        assertThat(Form.parse(Request.builder("POST", "/token").body(body).build()))
                .isInstanceOf(MalformedForm.class);
        assertThat(Form.parse(Request.builder("POST", "/token")
                        .header("Content-Type", "text/plain")
                        .form("a=b")
                        .build()))
                .isInstanceOf(MalformedForm.class);
    }

    @Test
    @DisplayName("S-08: a coded body is refused, so that nothing is ever unpacked")
    void a_content_coding_is_refused() {
        assertThat(Form.parse(Request.builder("POST", "/token")
                        .header("Content-Encoding", "gzip")
                        .form("a=b")
                        .build()))
                .isInstanceOfSatisfying(
                        MalformedForm.class,
                        malformed -> assertThat(malformed.status()).isEqualTo(415));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "Application/X-WWW-Form-URLEncoded",
                "application/x-www-form-urlencoded;charset=UTF-8",
                "application/x-www-form-urlencoded; charset=\"utf-8\"",
                "application/x-www-form-urlencoded ; boundary=x"
            })
    void the_content_type_is_read_as_rfc_9110_says(String type) {
        assertThat(Form.parse(
                        Request.builder("POST", "/token").body(type, "a=b").build()))
                .isInstanceOf(Form.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "a=%C3", "a=%C0%80", "a=%ED%A0%80", "%ff=a", "a=\0"})
    void text_that_is_no_utf_8_or_holds_a_bare_nul_is_refused(String body) {
        assertThat(refused(body).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("O-14: a body in UTF-16 is refused")
    void a_body_in_utf_16_is_refused() {
        Request request = Request.builder("POST", "/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body("grant_type=x".getBytes(StandardCharsets.UTF_16LE))
                .build();

        assertThat(Form.parse(request)).isInstanceOf(MalformedForm.class);
    }

    @Test
    void a_parameter_without_a_name_is_refused() {
        assertThat(refused("=a").status()).isEqualTo(400);
    }

    @Test
    @DisplayName("S-08: 64 parameters are read, 65 and 100,000 are refused")
    void the_number_of_parameters_is_bounded() {
        assertThat(form(parameters(64)).get("p63")).contains("63");
        assertThat(refused(parameters(65)).status()).isEqualTo(400);
        assertThat(refused(parameters(100_000)).status()).isEqualTo(400);
    }

    @Test
    void values_are_not_printed() {
        assertThat(form("client_secret=hush")).hasToString("Form[1 parameters]");
    }

    private static String parameters(int count) {
        var body = new StringBuilder();
        for (int i = 0; i < count; i++) body.append("&p").append(i).append('=').append(i);
        return body.toString();
    }

    private static Form form(String body) {
        return (Form) parse(body);
    }

    private static MalformedForm refused(String body) {
        return (MalformedForm) parse(body);
    }

    private static FormResult parse(String body) {
        return Form.parse(Request.builder("POST", "/token").form(body).build());
    }
}
