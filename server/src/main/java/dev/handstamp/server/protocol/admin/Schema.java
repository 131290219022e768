package dev.handstamp.server.protocol.admin;

import dev.handstamp.json.JsonNull;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The shape of a JSON value (JSON Schema 2020-12): what the document says of a body is what a body is read by.
///
/// @see <a href="https://spec.openapis.org/oas/v3.1.0#schema-object">OpenAPI 3.1 §4.8.24</a>
sealed interface Schema {

    /// What the document says.
    Map<String, Object> toJson();

    /// Why a value is not of this shape; empty if it is.
    ///
    /// @param where the name of the value, for the message
    Optional<String> problemOf(@Nullable Object value, String where);

    /// The schemas with a name that this one holds, itself included.
    default void collect(Map<String, Shape> named) {}

    /// A text.
    ///
    /// @param format of JSON Schema, or empty
    record Text(String description, int longest, String format) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = described("string", description);
            if (longest > 0) json.put("maxLength", longest);
            if (!format.isEmpty()) json.put("format", format);
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            if (!(value instanceof String text)) return Optional.of(where + " must be a text");
            return longest > 0 && text.codePointCount(0, text.length()) > longest
                    ? Optional.of(where + " has at most " + longest + " characters")
                    : Optional.empty();
        }
    }

    /// One of a few texts.
    record OneOf(String description, List<String> values) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = described("string", description);
            json.put("enum", values);
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            return value instanceof String text && values.contains(text)
                    ? Optional.empty()
                    : Optional.of(where + " must be one of " + String.join(", ", values));
        }
    }

    /// A whole number.
    record Whole(String description, long least) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = described("integer", description);
            json.put("minimum", least);
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            return value instanceof Long number && number >= least
                    ? Optional.empty()
                    : Optional.of(where + " must be a whole number from " + least + " on");
        }
    }

    record Flag(String description) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            return described("boolean", description);
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            return value instanceof Boolean ? Optional.empty() : Optional.of(where + " must be true or false");
        }
    }

    /// A value of a user's attribute: a text, a number, true or false; null, where one is taken away.
    record Scalar(String description, boolean orNull) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put(
                    "type",
                    orNull ? List.of("string", "number", "boolean", "null") : List.of("string", "number", "boolean"));
            json.put("description", description);
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            boolean fits = (value == JsonNull.NULL && orNull)
                    || value instanceof String
                    || value instanceof Long
                    || value instanceof BigDecimal
                    || value instanceof Boolean;
            return fits ? Optional.empty() : Optional.of(where + " must be a text, a number, true or false");
        }
    }

    /// Any JSON value.
    record Anything(String description) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            return new LinkedHashMap<>(Map.of("description", description));
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            return Optional.empty();
        }
    }

    record Items(String description, Schema each, int most) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = described("array", description);
            json.put("items", each.toJson());
            json.put("maxItems", most);
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            if (!(value instanceof List<?> items)) return Optional.of(where + " must be a list");
            if (items.size() > most) return Optional.of(where + " has at most " + most + " items");
            for (Object item : items) {
                Optional<String> problem = each.problemOf(item, "each of " + where);
                if (problem.isPresent()) return problem;
            }
            return Optional.empty();
        }

        @Override
        public void collect(Map<String, Shape> named) {
            each.collect(named);
        }
    }

    /// Values by names that are data.
    record ByName(String description, Schema each) implements Schema {

        @Override
        public Map<String, Object> toJson() {
            Map<String, Object> json = described("object", description);
            json.put("additionalProperties", each.toJson());
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            if (!(value instanceof Map<?, ?> values)) return Optional.of(where + " must be an object");
            for (Map.Entry<?, ?> entry : values.entrySet()) {
                Optional<String> problem = each.problemOf(entry.getValue(), where + "." + entry.getKey());
                if (problem.isPresent()) return problem;
            }
            return Optional.empty();
        }

        @Override
        public void collect(Map<String, Shape> named) {
            each.collect(named);
        }
    }

    /// One member of an object.
    record Member(String name, Schema schema, boolean required) {}

    /// An object with these members and no others, under a name of its own in the document.
    record Shape(String name, String description, List<Member> members) implements Schema {

        public Shape {
            members = List.copyOf(members);
        }

        @Override
        public Map<String, Object> toJson() {
            return new LinkedHashMap<>(Map.of("$ref", "#/components/schemas/" + name));
        }

        /// What the document says under its name.
        Map<String, Object> definition() {
            Map<String, Object> json = described("object", description);
            Map<String, Object> properties = new LinkedHashMap<>();
            for (Member member : members) properties.put(member.name, member.schema.toJson());
            json.put("properties", properties);
            json.put(
                    "required",
                    members.stream().filter(Member::required).map(Member::name).toList());
            json.put("additionalProperties", false);
            return json;
        }

        @Override
        public Optional<String> problemOf(@Nullable Object value, String where) {
            if (!(value instanceof Map<?, ?> values)) return Optional.of(where + " must be an object");
            Map<String, Schema> known = new TreeMap<>();
            for (Member member : members) {
                known.put(member.name, member.schema);
                if (member.required && !values.containsKey(member.name)) {
                    return Optional.of(member.name + " is missing");
                }
            }
            for (Map.Entry<?, ?> entry : values.entrySet()) {
                String name = String.valueOf(entry.getKey());
                Schema schema = known.get(name);
                if (schema == null)
                    return Optional.of(
                            "there is no " + shown(name) + "; there are " + String.join(", ", known.keySet()));
                Optional<String> problem = schema.problemOf(entry.getValue(), name);
                if (problem.isPresent()) return problem;
            }
            return Optional.empty();
        }

        @Override
        public void collect(Map<String, Shape> named) {
            if (named.putIfAbsent(name, this) != null) return;
            for (Member member : members) member.schema.collect(named);
        }
    }

    static Text text(String description) {
        return new Text(description, 0, "");
    }

    static Text text(String description, int longest) {
        return new Text(description, longest, "");
    }

    static Text instant(String description) {
        return new Text(description, 0, "date-time");
    }

    static Items texts(String description) {
        return new Items(description, text("One of them.", 2_048), 500);
    }

    static Items list(Schema each) {
        return new Items("The items.", each, 100_000);
    }

    static Member must(String name, Schema schema) {
        return new Member(name, schema, true);
    }

    static Member may(String name, Schema schema) {
        return new Member(name, schema, false);
    }

    private static Map<String, Object> described(String type, String description) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", type);
        json.put("description", description);
        return json;
    }

    /// A name that came from outside, cut and without what would disturb a log.
    private static String shown(String name) {
        String cut = name.length() > 60 ? name.substring(0, 60) + "…" : name;
        return '"' + cut.replaceAll("\\p{Cntrl}", "?") + '"';
    }
}
