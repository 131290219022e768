package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Reads the files under `src/test/resources/vectors`, through the very parser that is under test.
final class Vectors {

    private static final int MAXIMUM_BYTES = 8 << 20;

    private Vectors() {}

    static Map<String, Object> read(String path) {
        try (var in = Vectors.class.getResourceAsStream("/vectors/" + path)) {
            return Json.parseObject(in.readAllBytes(), MAXIMUM_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new IllegalStateException(path, e);
        }
    }

    /// The cases of a Wycheproof file, each beside its group.
    static Stream<Case> wycheproof(String file) {
        var cases = new ArrayList<Case>();
        for (Map<String, Object> group : objects(read("wycheproof/" + file), "testGroups")) {
            for (Map<String, Object> test : objects(group, "tests")) {
                cases.add(new Case(group, test));
            }
        }
        return cases.stream();
    }

    static List<Map<String, Object>> objects(Map<String, Object> parent, String name) {
        return ((List<?>) parent.get(name)).stream().map(Vectors::object).toList();
    }

    static Map<String, Object> object(Map<String, Object> parent, String name) {
        return object(parent.get(name));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    static String text(Map<String, Object> parent, String name) {
        return (String) parent.get(name);
    }

    record Case(Map<String, Object> group, Map<String, Object> test) {

        long id() {
            return (Long) test.get("tcId");
        }

        boolean isValid() {
            return "valid".equals(test.get("result"));
        }

        @Override
        public String toString() {
            return "tcId " + id() + " " + group.getOrDefault("comment", "") + " " + test.get("comment");
        }
    }
}
