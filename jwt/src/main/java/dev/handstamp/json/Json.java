package dev.handstamp.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Reads and writes JSON objects (RFC 8259) as plain, unmodifiable Java values.
///
/// An object is a `Map<String, Object>` in the order of the text, an array a `List<Object>`; the rest are
/// `String`, `Long`, `BigDecimal` (a number with a fraction or an exponent), `Boolean` and
/// [JsonNull]. Refused are: duplicate names (RFC 7515 §4), invalid UTF-8 and a byte order mark,
/// lone surrogates, control characters, anything after the closing brace, more than 32 levels,
/// integers beyond 64 bits, and numbers beyond 64 characters or 308 decimal places to either side.
public final class Json {

    /// How long a text may be unless the caller says otherwise, in bytes: 1 MiB.
    public static final int DEFAULT_MAXIMUM_BYTES = 1 << 20;

    private Json() {}

    /// Reads one JSON object of at most [#DEFAULT_MAXIMUM_BYTES].
    ///
    /// @throws JsonException if it is longer, or anything but one object in the strict grammar of RFC 8259
    public static Map<String, Object> parseObject(byte[] utf8) throws JsonException {
        return parseObject(utf8, DEFAULT_MAXIMUM_BYTES);
    }

    /// Reads one JSON object.
    ///
    /// @param maximumBytes how long the text may be
    /// @throws JsonException if it is longer, or anything but one object in the strict grammar of RFC 8259
    public static Map<String, Object> parseObject(byte[] utf8, int maximumBytes) throws JsonException {
        if (utf8.length > maximumBytes) {
            throw new JsonException("more than " + maximumBytes + " bytes", maximumBytes);
        }
        return parseObject(utf8, 0, utf8.length);
    }

    /// Reads the object that fills `length` bytes from `offset`; the caller has bounded them.
    public static Map<String, Object> parseObject(byte[] buffer, int offset, int length) throws JsonException {
        return new JsonReader(buffer, offset, length).document();
    }

    /// Writes compact UTF-8. Takes what [JsonWriter#value(Object)] takes.
    public static byte[] write(Map<String, ?> object) {
        return new JsonWriter().value(object).toByteArray();
    }

    /// The object as text. [#write] says what the values may be.
    public static String text(Map<String, ?> object) {
        return new String(write(object), StandardCharsets.UTF_8);
    }
}
