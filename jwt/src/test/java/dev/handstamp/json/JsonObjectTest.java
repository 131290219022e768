package dev.handstamp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class JsonObjectTest {

    @Test
    void any_number_of_members_is_read_like_a_map_of_the_jdk() throws Exception {
        for (int size = 0; size <= 40; size++) {
            var expected = new LinkedHashMap<String, Object>();
            for (int i = 0; i < size; i++) expected.put("name" + i, (long) i);

            Map<String, Object> read = Json.parseObject(Json.write(expected));

            assertThat(read).isEqualTo(expected).hasSize(size).hasSameHashCodeAs(expected);
            assertThat(expected).isEqualTo(read);
            assertThat(read.keySet()).containsExactlyElementsOf(expected.keySet());
            assertThat(read.values()).containsExactlyElementsOf(expected.values());
            assertThat(read.get("name" + size)).isNull();
            assertThat(read.containsKey("name" + size)).isFalse();
            assertThat(read.containsKey(null)).isFalse();
        }
    }

    @Test
    void a_name_given_twice_is_found_among_few_and_among_many_and_among_names_of_one_hash() {
        for (List<String> names : List.of(numbered(2), numbered(15), numbered(16), numbered(17), ofOneHash())) {
            for (String twice : names) {
                var text = new StringBuilder("{");
                for (String name : names) text.append('"').append(name).append("\":1,");
                text.append('"').append(twice).append("\":2}");
                assertThatThrownBy(() -> Json.parseObject(text.toString().getBytes(StandardCharsets.UTF_8)))
                        .isInstanceOf(JsonException.class)
                        .hasMessageContaining("duplicate name");
            }
        }
    }

    @Test
    void names_of_one_hash_are_told_apart() throws Exception {
        var expected = new LinkedHashMap<String, Object>();
        for (String name : ofOneHash().subList(0, 16)) expected.put(name, name);
        assertThat(Json.parseObject(Json.write(expected))).isEqualTo(expected);
    }

    @Test
    void nothing_can_be_changed() throws Exception {
        for (int size : new int[] {1, 40}) {
            var given = new LinkedHashMap<String, Object>();
            for (int i = 0; i < size; i++) given.put("name" + i, (long) i);
            Map<String, Object> read = Json.parseObject(Json.write(given));

            assertThatThrownBy(() -> read.put("x", 1L)).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> read.remove("name0")).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(read::clear).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> read.values().clear()).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> read.entrySet().iterator().next().setValue(2L))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(read).isEqualTo(given);
        }
    }

    @Test
    void an_object_that_keeps_its_bytes_tells_what_is_written_there_before_and_after_it_made_java_values()
            throws Exception {
        JsonObject read =
                JsonObject.over(utf8("{\"iss\":\"https://id.example\",\"empty\":\"\",\"n\":1,\"list\":[\"a\",\"b\"],"
                        + "\"escaped\":\"\\u0061\",\"beyond\":\"\u00e9\",\"in\":{\"aud\":\"x\"}}"));
        for (int look = 0; look < 2; look++) {
            assertThat(read.hasText("iss")).isTrue();
            assertThat(read.isWritten("iss", utf8("https://id.example"))).isTrue();
            assertThat(read.isWritten("iss", utf8("https://id.exampl"))).isFalse();
            assertThat(read.isWritten("iss", utf8("https://id.examplf"))).isFalse();
            assertThat(read.isWritten("iss", utf8(""))).isFalse();
            for (String name : List.of("empty", "n", "list", "in", "none")) {
                assertThat(read.hasText(name)).as(name).isFalse();
                assertThat(read.isWritten(name, utf8(""))).as(name).isFalse();
            }
            assertThat(read.isWritten("list", utf8("[\"a\",\"b\"]"))).isFalse();
            assertThat(read.hasText("escaped")).isTrue();
            assertThat(read.isWritten("escaped", utf8("a"))).isFalse();
            assertThat(read.hasText("beyond")).isTrue();

            assertThat(read)
                    .containsEntry("iss", "https://id.example")
                    .containsEntry("empty", "")
                    .containsEntry("list", List.of("a", "b"))
                    .containsEntry("escaped", "a")
                    .containsEntry("beyond", "\u00e9")
                    .containsEntry("in", Map.of("aud", "x"));
        }
        assertThat(read.get("iss")).isSameAs(read.get("iss"));
        assertThatThrownBy(() -> ((List<?>) read.get("list")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_list_of_texts_is_kept_only_when_nothing_in_it_is_to_be_resolved() throws Exception {
        for (String list : List.of(
                "[]",
                "[\"\"]",
                "[ \"a\"]",
                "[\"a\" ]",
                "[\"a\",\"b\"]",
                "[\"\u00e9\"]",
                "[\"a\",\"\\\"\"]",
                "[\"a\",[\"b\"]]",
                "[\"a\",1]")) {
            byte[] text = utf8("{\"x\":" + list + "}");
            assertThat(JsonObject.over(text)).as(list).isEqualTo(Json.parseObject(text));
        }
        for (String list :
                List.of("[\"a\",]", "[\"a\"", "[\"a", "[\"a\\]", "[\"a\"}", "[\"a\"\"b\"]", "[\"a\u0001\"]")) {
            byte[] text = utf8("{\"x\":" + list + "}");
            assertThatThrownBy(() -> JsonObject.over(text)).as(list).isInstanceOf(JsonException.class);
        }
        byte[] badUtf8 = "{\"x\":[\"\u00ff\"]}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> JsonObject.over(badUtf8)).hasMessageStartingWith("invalid UTF-8");
    }

    @Test
    void many_members_and_long_texts_are_read_by_one_that_keeps_its_bytes_too() throws Exception {
        for (int size : new int[] {15, 16, 17, 40}) {
            var given = new LinkedHashMap<String, Object>();
            for (int i = 0; i < size; i++) given.put("name" + i, i % 2 == 0 ? "text" + i : List.of("a" + i, "b"));
            JsonObject read = JsonObject.over(Json.write(given));
            assertThat(read.hasText("name14")).isTrue();
            assertThat(read.hasText("name1")).isFalse();
            assertThat(read).isEqualTo(given);
            assertThat(JsonObject.of(given)).isEqualTo(given);
        }
        for (int length : new int[] {32_000, 32_768, 40_000, 70_000}) {
            Map<String, Object> given = Map.of("x", "y".repeat(length));
            assertThat(JsonObject.over(Json.write(given))).isEqualTo(given);
        }
    }

    @Test
    void an_iterator_ends() throws Exception {
        var iterator = Json.parseObject("{\"a\":1}".getBytes(StandardCharsets.UTF_8))
                .entrySet()
                .iterator();
        iterator.next();
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> numbered(int size) {
        var names = new ArrayList<String>();
        for (int i = 0; i < size; i++) names.add("name" + i);
        return names;
    }

    /// "Aa" and "BB" have one hash, and so has whatever is made of them.
    private static List<String> ofOneHash() {
        List<String> names = List.of("");
        for (int i = 0; i < 5; i++) {
            var longer = new ArrayList<String>();
            for (String name : names) {
                longer.add(name + "Aa");
                longer.add(name + "BB");
            }
            names = longer;
        }
        return names;
    }
}
