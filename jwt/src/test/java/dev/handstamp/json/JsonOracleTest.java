package dev.handstamp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Our reader beside jackson-core: whatever we read, it reads alike; what it reads and we refuse
/// has a reason of ours.
class JsonOracleTest {

    private static final int TEXTS = 150_000;

    /// The rules that go beyond the grammar of RFC 8259, by the words of their refusals.
    private static final List<String> OUR_RULES = List.of(
            "duplicate name",
            "lone surrogate",
            "integer beyond 64 bits",
            "number out of bounds",
            "invalid UTF-8",
            "control character",
            "more than 32 levels",
            "a name of more than 4096");

    private static final String[] SEEDS = {
        "{}",
        "{\"iss\":\"https://id.example\",\"aud\":[\"a\",\"b\"],\"exp\":1767226200,\"x\":{\"y\":[null,true,false]}}",
        "{\"a\":-0,\"b\":1.5e-3,\"c\":[[],{}],\"d\":\"\\u00e9\\ud83d\\ude00\\n\",\"\u00fc\":\"\u20ac \ud83d\ude00\"}",
        " { \"n\" : 12345678901234567890 , \"t\"\t:\r\n[ 1 , 2.0 , 3E2 ] } ",
        "{\"iss\":\"i\",\"roles\":[\"vip\",\"\u00e9\"],\"x\":[\"a\",\"b\\n\"],\"groups\":[\"a\",\"b\",\"\"]}",
        "{\"client_id\":\"x\",\"preferred_username\":\"y\",\"\":\"\",\"email_verified\":false,\"e\":0}"
    };

    private static final String[] FRAGMENTS = {
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        " ",
        "\t",
        "\n",
        "0",
        "00",
        "-",
        "1e",
        "e9",
        ".",
        "1.",
        ".5",
        "+1",
        "NaN",
        "true",
        "tru",
        "null",
        "nul",
        "\\u",
        "\\u12",
        "\\ud800",
        "\\udc00",
        "\\x",
        "\\/",
        "\u0001",
        "/*x*/",
        "//",
        "'a'",
        "\"a\":1",
        "\"a\":1,",
        "\"iss\":2,",
        "99999999999999999999",
        "1e400",
        "\u00e9",
        "\ufeff",
        "\u007f"
    };

    @Test
    void what_we_read_jackson_reads_alike_and_what_only_jackson_reads_we_refuse_by_a_rule() {
        var random = new Random(20_260_102);
        int alike = 0;
        int refusedByRule = 0;
        for (int i = 0; i < TEXTS; i++) {
            byte[] text = mutant(random);
            switch (compare(text)) {
                case READ_ALIKE -> alike++;
                case REFUSED_BY_RULE -> refusedByRule++;
                case REFUSED_BY_BOTH -> {}
            }
        }
        assertThat(alike).isGreaterThan(TEXTS / 20);
        assertThat(refusedByRule).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "\"a\"",
                "1",
                "null",
                "{",
                "}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":01}",
                "{\"a\":-}",
                "{\"a\":-01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":1.}",
                "{\"a\":1.e1}",
                "{\"a\":1e}",
                "{\"a\":1e+}",
                "{\"a\":0x1}",
                "{\"a\":1L}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":tru}",
                "{\"a\":TRUE}",
                "{\"a\":truex}",
                "{\"a\":nul",
                "{\"a\":\"x}",
                "{\"a\":\"\\\"}",
                "{\"a\":\"\\q\"}",
                "{\"a\":\"\\u00g0\"}",
                "{\"a\":\"\\u00\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":[1,]}",
                "{\"a\":[,1]}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "{\"a\":]}",
                "{\"a\":1}}",
                "{\"a\":1}x",
                "{}{}",
                "{\"a\":1}//x",
                "{/**/\"a\":1}",
                "{\"a\":1;}",
                "{\"a\"::1}",
                "{\"a\":1,,\"b\":2}",
                "{\"a\\\":1}",
                "{\"\\ud800\":1}"
            })
    void what_is_not_json_is_refused(String text) {
        Optional<Map<String, Object>> read = ours(text.getBytes(StandardCharsets.UTF_8));
        assertThat(read).isEmpty();
    }

    @Test
    void every_cut_of_a_text_is_refused() {
        for (String seed : SEEDS) {
            byte[] whole = seed.strip().getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length < whole.length; length++) {
                assertThat(ours(Arrays.copyOf(whole, length))).isEmpty();
            }
        }
    }

    @Test
    void a_piece_of_a_buffer_is_read_without_a_look_beyond_it() throws Exception {
        for (String seed : SEEDS) {
            if (seed.contains("12345678901234567890")) continue;
            byte[] whole = seed.getBytes(StandardCharsets.UTF_8);
            for (int after = 0; after < 12; after++) {
                byte[] buffer = new byte[7 + whole.length + after];
                Arrays.fill(buffer, (byte) '"');
                System.arraycopy(whole, 0, buffer, 7, whole.length);
                assertThat(Json.parseObject(buffer, 7, whole.length)).isEqualTo(Json.parseObject(whole));
            }
        }
    }

    @Test
    void thirty_two_levels_are_read_and_thirty_three_are_not() {
        assertThat(ours(nested(32))).isPresent();
        assertThat(ours(nested(33))).isEmpty();
    }

    /// Around the eight bytes that are looked at together.
    @Test
    void strings_and_names_of_every_length_are_read() throws Exception {
        for (int length = 0; length < 40; length++) {
            String text = "\u00e9xyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyzxyz".substring(0, length);
            String escaped = text + "\\n";
            Map<String, Object> read = Json.parseObject(
                    ("{\"" + text + "\":\"" + text + "\",\"e\":\"" + escaped + "\"}").getBytes(StandardCharsets.UTF_8));
            assertThat(read).containsEntry(text, text).containsEntry("e", text + "\n");
        }
    }

    enum Agreement {
        READ_ALIKE,
        REFUSED_BY_RULE,
        REFUSED_BY_BOTH
    }

    /// Reads a text twice; fails when the readings differ, or we refuse without a rule what Jackson reads.
    static Agreement compare(byte[] text) {
        Optional<Map<String, Object>> theirs = jackson(text);
        String as = new String(text, StandardCharsets.ISO_8859_1);
        try {
            Map<String, Object> ours = Json.parseObject(text);
            assertThat(theirs).as(as).contains(ours);
            assertKeptAlike(text, ours, as);
            return Agreement.READ_ALIKE;
        } catch (JsonException e) {
            assertThatThrownBy(() -> JsonObject.over(text)).as(as).hasMessage(e.getMessage());
            if (theirs.isEmpty()) return Agreement.REFUSED_BY_BOTH;
            assertThat(OUR_RULES).as(as).anyMatch(e.getMessage()::startsWith);
            return Agreement.REFUSED_BY_RULE;
        }
    }

    /// An object that keeps its bytes is read like one that does not.
    private static void assertKeptAlike(byte[] text, Map<String, Object> made, String as) throws JsonException {
        JsonObject kept = JsonObject.over(text);
        made.forEach((name, value) -> {
            String string = value instanceof String found ? found : "";
            assertThat(kept.hasText(name)).as(as).isEqualTo(!string.isEmpty());
            assertThat(kept.containsKey(name)).as(as).isTrue();
            if (kept.isWritten(name, string.getBytes(StandardCharsets.UTF_8)))
                assertThat(string).isNotEmpty();
            assertThat(kept.isWritten(name, "another".getBytes(StandardCharsets.US_ASCII)))
                    .as(as)
                    .isFalse();
        });
        assertThat(kept).as(as).isEqualTo(made).hasSameHashCodeAs(made);
        assertThat(kept.keySet()).as(as).containsExactlyElementsOf(made.keySet());
    }

    private static byte[] nested(int levels) {
        String text = "{\"a\":" + "[".repeat(levels - 1) + "]".repeat(levels - 1) + "}";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] mutant(Random random) {
        byte[] text = SEEDS[random.nextInt(SEEDS.length)].getBytes(StandardCharsets.UTF_8);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) text = changed(text, random);
        return text;
    }

    private static byte[] changed(byte[] text, Random random) {
        int at = random.nextInt(text.length + 1);
        int end = Math.min(text.length, at + random.nextInt(6));
        var out = new ByteArrayOutputStream();
        out.write(text, 0, at);
        switch (random.nextInt(4)) {
            case 0 -> out.write(random.nextInt(256));
            case 1 -> out.writeBytes(FRAGMENTS[random.nextInt(FRAGMENTS.length)].getBytes(StandardCharsets.UTF_8));
            case 2 -> out.write(text, at, end - at);
            default -> {
                out.write(text, end, text.length - end);
                return out.toByteArray();
            }
        }
        int rest = random.nextBoolean() ? at : end;
        out.write(text, rest, text.length - rest);
        return out.toByteArray();
    }

    private static Optional<Map<String, Object>> ours(byte[] text) {
        try {
            return Optional.of(Json.parseObject(text));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /// What jackson-core reads with its defaults; a big integer becomes a value that we never make.
    private static Optional<Map<String, Object>> jackson(byte[] text) {
        if (text.length > 0 && text[0] < 0) return Optional.empty(); // It would skip a byte order mark in silence.
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) return Optional.empty();
            Map<String, Object> object = object(parser);
            return parser.nextToken() == null ? Optional.of(object) : Optional.empty();
        } catch (JacksonException | ArithmeticException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> object(JsonParser parser) {
        var object = new LinkedHashMap<String, Object>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            object.put(name, value(parser, parser.nextToken()));
        }
        return object;
    }

    private static Object value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> {
                BigInteger number = parser.getBigIntegerValue();
                yield number.bitLength() < 64 ? (Object) number.longValue() : number;
            }
            case VALUE_NUMBER_FLOAT -> parser.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> JsonNull.NULL;
            case START_OBJECT -> object(parser);
            default -> {
                var elements = new ArrayList<Object>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    elements.add(value(parser, next));
                }
                yield elements;
            }
        };
    }
}
