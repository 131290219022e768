package dev.handstamp.json;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// Reads and writes JSON objects (RFC 8259) as plain, unmodifiable Java values.
///
/// An object is a `Map<String, Object>` in the order of the text, an array a `List<Object>`; the rest are
/// `String`, `Long`, `BigDecimal` (a number with a fraction or an exponent), `Boolean` and [JsonNull]. Refused
/// are: duplicate names (RFC 7515 §4), invalid UTF-8 and a byte order mark, lone surrogates, control characters,
/// anything after the closing brace, more than 32 levels, integers beyond 64 bits, and numbers beyond 64
/// characters or 308 decimal places to either side.
public final class Json {

    public static final int DEFAULT_MAXIMUM_BYTES = 1 << 20;

    private static final int MAXIMUM_DEPTH = 32;
    private static final int MAXIMUM_NUMBER_LENGTH = 64;
    private static final int MAXIMUM_EXPONENT = 308;
    private static final int MAXIMUM_NAME_LENGTH = 4096;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAXIMUM_DEPTH)
                    .maxNumberLength(MAXIMUM_NUMBER_LENGTH)
                    .maxNameLength(MAXIMUM_NAME_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private Json() {}

    public static Map<String, Object> parseObject(byte[] utf8) throws JsonException {
        return parseObject(utf8, DEFAULT_MAXIMUM_BYTES);
    }

    public static Map<String, Object> parseObject(byte[] utf8, int maximumBytes) throws JsonException {
        if (utf8.length > maximumBytes) {
            throw new JsonException("more than " + maximumBytes + " bytes", maximumBytes);
        }
        return parseObject(utf8, 0, utf8.length);
    }

    /// Reads the object that fills `length` bytes from `offset`; the caller has bounded them.
    public static Map<String, Object> parseObject(byte[] buffer, int offset, int length) throws JsonException {
        boolean escapes = Utf8.checkAndFindEscape(buffer, offset, length);
        if (length > 0 && buffer[offset] < 0) {
            throw new JsonException("not an object", 0); // A byte order mark would be skipped in silence.
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), buffer, offset, length)) {
            return new Reader(parser, offset, escapes).document();
        } catch (JacksonException e) {
            long position = e.getLocation() == null ? 0 : e.getLocation().getByteOffset() - offset;
            throw new JsonException("malformed JSON", Math.max(0, position));
        }
    }

    /// Writes compact UTF-8. Takes what [JsonWriter#value(Object)] takes.
    public static byte[] write(Map<String, ?> object) {
        return new JsonWriter().value(object).toByteArray();
    }

    public static String text(Map<String, ?> object) {
        return new String(write(object), StandardCharsets.UTF_8);
    }

    private record Reader(JsonParser parser, int offset, boolean escapes) {

        Map<String, Object> document() throws JsonException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw problem("not an object");
            }
            Map<String, Object> object = object();
            if (parser.nextToken() != null) {
                throw problem("text after the object");
            }
            return object;
        }

        private Map<String, Object> object() throws JsonException {
            var members = new LinkedHashMap<String, Object>();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                Object value = value(parser.nextToken());
                if (members.put(wellFormed(name), value) != null) {
                    throw problem("duplicate name");
                }
            }
            return Collections.unmodifiableMap(members);
        }

        private List<Object> array() throws JsonException {
            var elements = new ArrayList<Object>();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                elements.add(value(token));
            }
            return Collections.unmodifiableList(elements);
        }

        private Object value(JsonToken token) throws JsonException {
            return switch (token) {
                case VALUE_STRING -> wellFormed(parser.getString());
                case VALUE_NUMBER_INT -> integer();
                case VALUE_NUMBER_FLOAT -> decimal();
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                case VALUE_NULL -> JsonNull.NULL;
                case START_OBJECT -> object();
                case START_ARRAY -> array();
                default -> throw problem("malformed JSON");
            };
        }

        private String wellFormed(String text) throws JsonException {
            if (escapes && Utf8.hasLoneSurrogate(text)) {
                throw problem("lone surrogate");
            }
            return text;
        }

        private Long integer() throws JsonException {
            if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw problem("integer beyond 64 bits");
            }
            return parser.getLongValue();
        }

        /// The bounds keep whoever expands the number later from running out of memory.
        private BigDecimal decimal() throws JsonException {
            BigDecimal number;
            try {
                number = parser.getDecimalValue();
            } catch (ArithmeticException | NumberFormatException e) {
                throw problem("number out of bounds");
            }
            long magnitude = (long) number.precision() - number.scale();
            if (Math.abs(magnitude) > MAXIMUM_EXPONENT || Math.abs((long) number.scale()) > MAXIMUM_EXPONENT) {
                throw problem("number out of bounds");
            }
            return number;
        }

        private JsonException problem(String what) {
            return new JsonException(
                    what, Math.max(0, parser.currentTokenLocation().getByteOffset() - offset));
        }
    }
}
