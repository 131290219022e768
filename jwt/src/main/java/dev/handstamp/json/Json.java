package dev.handstamp.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Reads and writes JSON objects (RFC 8259) as plain, unmodifiable Java values.
///
/// An object is a `Map<String, Object>` in the order of the text, an array a `List<Object>`; the rest are
/// `String`, `Long`, `BigDecimal` (a number with a fraction or an exponent), `Boolean` and [JsonNull]. Refused
/// are: duplicate names (RFC 7515 §4), invalid UTF-8 and a byte order mark, lone surrogates, control characters,
/// anything after the closing brace, more than 32 levels, names beyond 4096 characters, integers beyond 64 bits,
/// and numbers beyond 64 characters or 308 decimal places to either side.
public final class Json {

    /// How long a text may be unless the caller says otherwise, in bytes: 1 MiB.
    public static final int DEFAULT_MAXIMUM_BYTES = 1 << 20;

    private Json() {}

    /// Reads one JSON object of at most [#DEFAULT_MAXIMUM_BYTES].
    ///
    /// @param utf8 the object in UTF-8; only read, and not kept
    /// @return its members, unmodifiable all through
    /// @throws JsonException if it is longer, or anything but one object within the bounds above
    public static Map<String, Object> parseObject(byte[] utf8) throws JsonException {
        return parseObject(utf8, DEFAULT_MAXIMUM_BYTES);
    }

    /// Reads one JSON object of at most so many bytes.
    ///
    /// @param utf8 the object in UTF-8; only read, and not kept
    /// @param maximumBytes how long it may be
    /// @return its members, unmodifiable all through
    /// @throws JsonException if it is longer, or anything but one object within the bounds above
    public static Map<String, Object> parseObject(byte[] utf8, int maximumBytes) throws JsonException {
        if (utf8.length > maximumBytes) {
            throw new JsonException("more than " + maximumBytes + " bytes", maximumBytes);
        }
        return parseObject(utf8, 0, utf8.length);
    }

    /// Reads one JSON object that is part of a buffer. Its length has no bound but what the caller asks for.
    ///
    /// @param buffer holds the object in UTF-8; only read, and not kept
    /// @param offset where the object begins, in bytes
    /// @param length how many bytes it has; all of them must lie within the buffer
    /// @return its members, unmodifiable all through
    /// @throws JsonException if these bytes are anything but one object within the bounds above
    public static Map<String, Object> parseObject(byte[] buffer, int offset, int length) throws JsonException {
        return new JsonReader(buffer, offset, length).document();
    }

    /// Writes an object as compact UTF-8, its members in the order of the map.
    ///
    /// @param object the members, with values that [JsonWriter#value(Object)] takes
    /// @return the bytes, the caller's own
    /// @throws IllegalArgumentException if a value, at whatever depth, is none of those
    public static byte[] write(Map<String, ?> object) {
        return new JsonWriter().value(object).toByteArray();
    }

    /// Writes an object as compact text, as [#write] does.
    ///
    /// @param object the members, with values that [JsonWriter#value(Object)] takes
    /// @return the text
    /// @throws IllegalArgumentException if a value, at whatever depth, is none of those
    public static String text(Map<String, ?> object) {
        return text((Object) object);
    }

    /// Writes any value as compact text, an object or what stands in one.
    ///
    /// @param value one that [JsonWriter#value(Object)] takes
    /// @return the text
    /// @throws IllegalArgumentException if the value, or one in it at whatever depth, is none of those
    public static String text(Object value) {
        return new String(new JsonWriter().value(value).toByteArray(), StandardCharsets.UTF_8);
    }
}
