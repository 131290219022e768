package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Forms that come in parts, as browsers send them when there is a file in them.
class MultipartTest {

    private static final String TYPE = "multipart/form-data; boundary=----edge";

    @Test
    void parameters_and_a_file_are_read() {
        byte[] image = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, '-', '-'};
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(bytes(part("name", "Véra\r\nand others") + part("empty", "")));
        body.writeBytes(
                bytes("------edge\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"a \\\"b\\\".png\"\r\n"
                        + "Content-Type: image/png\r\n\r\n"));
        body.writeBytes(image);
        body.writeBytes(bytes("\r\n------edge--\r\n"));

        Form form = (Form) parse(TYPE, body.toByteArray());

        assertThat(form.get("name")).contains("Véra\r\nand others");
        assertThat(form.get("empty")).isEmpty();
        assertThat(form.has("empty")).isTrue();
        assertThat(form.file("logo").orElseThrow()).isEqualTo(image);
        assertThat(form.get("logo")).as("a file is no parameter").isEmpty();
        assertThat(form.file("name")).as("a parameter is no file").isEmpty();
    }

    @Test
    void a_file_that_was_not_chosen_is_none() {
        Form form = (Form) parse("------edge\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n\r\n------edge--\r\n");

        assertThat(form.file("logo")).isEmpty();
    }

    @Test
    void a_form_without_parts_is_read_as_it_was() {
        Request request = Request.builder("POST", "/x").form("a=b").build();

        assertThat(((Form) Form.parseWithFiles(request)).get("a")).contains("b");
        Request parts = Request.builder("POST", "/x")
                .header("Content-Type", TYPE)
                .body(bytes(part("a", "b") + "------edge--\r\n"))
                .build();
        assertThat(Form.parse(parts)).as("elsewhere nothing comes in parts").isInstanceOf(MalformedForm.class);
    }

    @Test
    @DisplayName("O-11: a parameter given twice is refused, a file of the same name too")
    void a_repeated_parameter_is_refused() {
        assertThat(refused(part("a", "1") + part("a", "2") + "------edge--\r\n"))
                .isEqualTo("A parameter is given twice.");
        String file = "------edge\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"\r\n\r\nx\r\n";
        assertThat(refused(part("a", "1") + file + "------edge--\r\n")).isEqualTo("A parameter is given twice.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a=b",
                "------edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
                "------edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n------edge",
                "------edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n------other--\r\n",
                "------edge\r\nContent-Disposition: form-data; name=\"a\"\r\n",
                "------edge\r\nContent-Disposition: form-data\r\n\r\nb\r\n------edge--\r\n",
                "------edge\r\nContent-Disposition: form-data; name=\"\"\r\n\r\nb\r\n------edge--\r\n",
                "------edge\r\n\r\nb\r\n------edge--\r\n",
                "------edge\nContent-Disposition: form-data; name=\"a\"\n\nb\n------edge--\n",
                "------edge\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\0\r\n------edge--\r\n"
            })
    void what_is_malformed_is_refused(String body) {
        FormResult result = parse(body);

        assertThat(result)
                .isInstanceOfSatisfying(
                        MalformedForm.class,
                        malformed -> assertThat(malformed.status()).isEqualTo(400));
    }

    @Test
    void what_is_no_utf_8_is_refused() {
        byte[] body = bytes(part("a", "x") + "------edge--\r\n");
        body[body.length - "\r\n------edge--\r\n".length() - 1] = (byte) 0xff;

        assertThat(parse(TYPE, body)).isEqualTo(new MalformedForm(400, "A parameter is not UTF-8."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x"
            })
    void a_body_without_a_boundary_is_refused(String type) {
        assertThat(parse(type, bytes(part("a", "b") + "------edge--\r\n"))).isInstanceOf(MalformedForm.class);
    }

    @Test
    @DisplayName("S-08: parts and their headers are bounded")
    void parts_and_their_headers_are_bounded() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= Form.MAXIMUM_PARAMETERS; i++) many.append(part("p" + i, "x"));
        assertThat(parse(many + "------edge--\r\n")).isInstanceOf(MalformedForm.class);
        String wide =
                "------edge\r\nX: " + "y".repeat(2_000) + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n";
        assertThat(parse(wide + "------edge--\r\n")).isInstanceOf(MalformedForm.class);
    }

    /// Whatever bytes come, there is an answer.
    @RepeatedTest(50)
    void bytes_that_were_changed_anywhere_never_break_it(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 200; i++) {
            byte[] body = bytes(part("a", "some text") + part("b", "other") + "------edge--\r\n");
            for (int j = 0; j < 1 + random.nextInt(4); j++)
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            assertThat(parse(TYPE, body)).isNotNull();
        }
    }

    private static String part(String name, String value) {
        return "------edge\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private static String refused(String body) {
        return ((MalformedForm) parse(body)).problem();
    }

    private static FormResult parse(String body) {
        return parse(TYPE, bytes(body));
    }

    private static FormResult parse(String type, byte[] body) {
        return Form.parseWithFiles(Request.builder("POST", "/admin/brand")
                .header("Content-Type", type)
                .body(body)
                .build());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
