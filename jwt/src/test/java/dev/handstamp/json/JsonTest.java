package dev.handstamp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Test
    void values_are_read_as_plain_unmodifiable_java_in_their_order() throws Exception {
        Map<String, Object> read =
                parse(" {\"s\":\"\\u00fc\\n\\\"\",\"l\":-9223372036854775808,\"z\":-0,\"f\":1.50,\"e\":1e3,\"t\":true,"
                        + "\"n\":null,\"a\":[1,[]],\"o\":{\"x\":\"\"}}\r\n");

        assertThat(read.keySet()).containsExactly("s", "l", "z", "f", "e", "t", "n", "a", "o");
        assertThat(read)
                .containsEntry("s", "\u00fc\n\"")
                .containsEntry("l", Long.MIN_VALUE)
                .containsEntry("z", 0L)
                .containsEntry("f", new BigDecimal("1.50"))
                .containsEntry("e", new BigDecimal("1E+3"))
                .containsEntry("t", true)
                .containsEntry("n", JsonNull.NULL)
                .containsEntry("a", List.of(1L, List.of()))
                .containsEntry("o", Map.of("x", ""));
        assertThatThrownBy(() -> read.put("x", 1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) read.get("a")).clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void what_is_written_is_read_back() throws Exception {
        var object = new LinkedHashMap<String, Object>();
        object.put("text \" \\ \u0000 \u001f \u007f \u00fc \u20ac \ud83d\ude00", "\t\n\r/");
        object.put("long", Long.MIN_VALUE);
        object.put("zero", 0L);
        object.put("max", Long.MAX_VALUE);
        object.put("decimal", new BigDecimal("-1.50E-7"));
        object.put("yes", true);
        object.put("no", false);
        object.put("nothing", JsonNull.NULL);
        object.put("empty", Map.of());
        object.put("list", List.of("a", List.of(), Map.of("x", List.of(1L, 2L)), false));

        assertThat(Json.parseObject(Json.write(object))).isEqualTo(object);
        assertThat(Json.text(Map.of("a", Arrays.asList(1, null)))).isEqualTo("{\"a\":[1,null]}");
    }

    @Test
    @DisplayName("A number that was read can be written and read again, whatever its form")
    void a_number_that_was_read_is_read_again() throws Exception {
        Random random = new Random(34);
        List<String> numbers = new ArrayList<>(
                List.of("1".repeat(61) + "e9", "-" + "9".repeat(60) + "e-9", "0e9", "7".repeat(62) + "e0"));
        while (numbers.size() < 20_000) numbers.add(number(random));
        int read = 0;
        for (String number : numbers) {
            Map<String, Object> object;
            try {
                object = Json.parseObject(("{\"n\":" + number + "}").getBytes(StandardCharsets.US_ASCII));
            } catch (JsonException e) {
                continue;
            }
            read++;
            assertThat(new BigDecimal(
                            Json.parseObject(Json.write(object)).get("n").toString()))
                    .as(number)
                    .isEqualTo(new BigDecimal(object.get("n").toString()));
        }
        assertThat(read).isGreaterThan(10_000);
    }

    /// One of at most 64 characters, most of them near that.
    private static String number(Random random) {
        String exponent = random.nextInt(3) == 0
                ? ""
                : "e" + List.of("", "+", "-").get(random.nextInt(3)) + random.nextInt(random.nextBoolean() ? 12 : 120);
        int room = 64 - exponent.length() - (random.nextInt(3) == 0 ? random.nextInt(50) : 0);
        StringBuilder number = new StringBuilder(random.nextBoolean() ? "-" : "");
        int whole = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(room - 4);
        number.append(whole == 1 ? random.nextInt(10) : 1 + random.nextInt(9));
        while (--whole > 0) number.append(random.nextInt(10));
        if (room - number.length() < 2 || random.nextInt(4) == 0) return number + exponent;
        number.append('.');
        boolean zeros = random.nextBoolean();
        while (number.length() < room) {
            zeros &= random.nextInt(4) > 0;
            number.append(zeros ? 0 : random.nextInt(10));
        }
        return number + exponent;
    }

    @Test
    void the_streaming_writer_sets_commas_and_can_be_used_again() {
        var writer = new JsonWriter(1);
        writer.beginObject()
                .member("a", "x")
                .member("b", 12L)
                .member("c", true)
                .name("d")
                .beginArray()
                .value("y")
                .value(-3L)
                .nullValue()
                .beginObject()
                .endObject()
                .endArray()
                .name("e")
                .value(new BigDecimal("1.5"))
                .endObject();
        assertThat(new String(writer.toByteArray(), StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":\"x\",\"b\":12,\"c\":true,\"d\":[\"y\",-3,null,{}],\"e\":1.5}");
        assertThat(writer.reset().beginObject().endObject().size()).isEqualTo(2);
    }

    @Test
    void what_stands_in_an_object_is_written_as_it_stands_there() {
        assertThat(Json.text("a \"b\"\n")).isEqualTo("\"a \\\"b\\\"\\n\"");
        assertThat(Json.text(List.of(1L, true, JsonNull.NULL))).isEqualTo("[1,true,null]");
        Object object = Map.of("a", List.of());
        assertThat(Json.text(object)).isEqualTo("{\"a\":[]}");
    }

    @Test
    void what_is_not_json_is_not_written() {
        for (Object value : new Object[] {"\ud800", "a\udc00", 1.5d, 'c', new Object(), Map.of(1, 2)}) {
            assertThatThrownBy(() -> new JsonWriter().value(value)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":\"\\ud800\\ud800\"}",
                "{\"a\":\"\\udc00\\ud800\"}",
                "{\"a\":9223372036854775808}",
                "{\"a\":1e309}",
                "{\"a\":1E-309}",
                "{\"a\":0.00000000000000000000000000000000000000000000000000000000000000001}",
                "{} {}",
                "\ufeff{}",
                "{\"a\":\"\u0000\"}"
            })
    void text_with_a_second_reading_or_without_bounds_is_refused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void text_in_utf_16_or_utf_32_is_refused() {
        for (String charset : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE")) {
            byte[] bytes = "{\"a\":1}".getBytes(Charset.forName(charset));
            assertThatThrownBy(() -> Json.parseObject(bytes)).isInstanceOf(JsonException.class);
        }
    }

    @Test
    void every_text_of_three_bytes_is_judged_as_the_jdks_strict_decoder_judges_it() {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        byte[] bytes = "{\"a\":\"....\"}".getBytes(StandardCharsets.US_ASCII);
        for (int first = 0x80; first < 0x100; first++) {
            for (int second = 0x7F; second < 0x100; second++) {
                for (int third : new int[] {0x20, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xED, 0xFF}) {
                    bytes[6] = (byte) first;
                    bytes[7] = (byte) second;
                    bytes[8] = (byte) third;
                    boolean wellFormed = decodes(decoder, bytes);
                    assertThat(parses(bytes)).isEqualTo(wellFormed);
                }
            }
        }
    }

    @Test
    void a_refusal_says_where_and_never_quotes() {
        assertThatThrownBy(() -> parse("{\"secret\":\"hush\",}")).hasMessage("malformed JSON at byte 17");
        assertThatThrownBy(() -> parse("{\"a\":1,\"a\":2}")).hasMessageStartingWith("duplicate name at byte");
        assertThatThrownBy(() -> Json.parseObject(new byte[11], 10)).hasMessage("more than 10 bytes at byte 10");
        assertThatThrownBy(() -> parse("x".repeat(10_000))).message().hasSizeLessThan(60);
        assertThatThrownBy(() -> parse("x"))
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    private static Map<String, Object> parse(String text) throws JsonException {
        return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean parses(byte[] bytes) {
        try {
            Json.parseObject(bytes);
            return true;
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean decodes(CharsetDecoder decoder, byte[] bytes) {
        try {
            decoder.decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
