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

class MembersTest {

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
    void an_iterator_ends() throws Exception {
        var iterator = Json.parseObject("{\"a\":1}".getBytes(StandardCharsets.UTF_8))
                .entrySet()
                .iterator();
        iterator.next();
        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
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
