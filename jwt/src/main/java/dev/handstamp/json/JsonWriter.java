package dev.handstamp.json;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes compact JSON (RFC 8259) into one growing buffer, for paths that are too hot for a map.
///
/// Commas come by themselves; that names and values alternate and that braces close is the caller's care: nothing
/// checks it. Not for use by two threads at once. What was thrown at leaves a part behind, until [#reset].
public final class JsonWriter {

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int LONGEST_LONG = 20;

    private byte[] buffer;
    private int size;
    private boolean commaDue;

    /// A writer with room for a few hundred bytes, which grows.
    public JsonWriter() {
        this(256);
    }

    /// A writer with room for so many bytes, which grows.
    ///
    /// @param capacity in bytes; fewer than 16 are taken for 16
    public JsonWriter(int capacity) {
        buffer = new byte[Math.max(16, capacity)];
    }

    /// Opens an object, as a value.
    ///
    /// @return this writer
    public JsonWriter beginObject() {
        return open('{');
    }

    /// Closes the object.
    ///
    /// @return this writer
    public JsonWriter endObject() {
        return close('}');
    }

    /// Opens an array, as a value.
    ///
    /// @return this writer
    public JsonWriter beginArray() {
        return open('[');
    }

    /// Closes the array.
    ///
    /// @return this writer
    public JsonWriter endArray() {
        return close(']');
    }

    /// Writes the name of a member; its value comes next.
    ///
    /// @param name of the member; that it is not yet in the object is for the caller to know
    /// @return this writer
    /// @throws IllegalArgumentException if it has a lone surrogate
    public JsonWriter name(String name) {
        comma();
        quoted(name);
        put(':');
        commaDue = false;
        return this;
    }

    /// Writes a member that is text.
    ///
    /// @param name of the member
    /// @param value its text, escaped like [#value(String)]
    /// @return this writer
    /// @throws IllegalArgumentException if one of the two has a lone surrogate
    public JsonWriter member(String name, String value) {
        return name(name).value(value);
    }

    /// Writes a member that is an integer.
    ///
    /// @param name of the member
    /// @param value its integer, in digits
    /// @return this writer
    /// @throws IllegalArgumentException if the name has a lone surrogate
    public JsonWriter member(String name, long value) {
        return name(name).value(value);
    }

    /// Writes a member that is `true` or `false`.
    ///
    /// @param name of the member
    /// @param value which of the two
    /// @return this writer
    /// @throws IllegalArgumentException if the name has a lone surrogate
    public JsonWriter member(String name, boolean value) {
        return name(name).value(value);
    }

    /// Writes text, as a value, escaped as RFC 8259 §7 asks for.
    ///
    /// @param text what it reads as
    /// @return this writer
    /// @throws IllegalArgumentException if it has a lone surrogate
    public JsonWriter value(String text) {
        comma();
        quoted(text);
        commaDue = true;
        return this;
    }

    /// Writes an integer, as a value.
    ///
    /// @param number any; other readers may be exact only below 2⁵³ (RFC 8259 §6)
    /// @return this writer
    public JsonWriter value(long number) {
        comma();
        digits(number);
        commaDue = true;
        return this;
    }

    /// Writes `true` or `false`, as a value.
    ///
    /// @param bool which of the two
    /// @return this writer
    public JsonWriter value(boolean bool) {
        return literal(bool ? "true" : "false");
    }

    /// Writes `null`, as a value.
    ///
    /// @return this writer
    public JsonWriter nullValue() {
        return literal("null");
    }

    /// Writes whatever Java value has a form in JSON.
    ///
    /// @param value a `String`, `Integer`, `Long`, `BigDecimal`, `Boolean`, `Collection`, `Map` with text keys,
    ///     [JsonNull], or null, which is written like it
    /// @return this writer
    /// @throws IllegalArgumentException for any other type, and for text with a lone surrogate
    public JsonWriter value(@Nullable Object value) {
        if (value == null || value == JsonNull.NULL) {
            return nullValue();
        }
        if (value instanceof String text) {
            return value(text);
        }
        if (value instanceof Long || value instanceof Integer) {
            return value(((Number) value).longValue());
        }
        if (value instanceof Boolean bool) {
            return value(bool.booleanValue());
        }
        if (value instanceof BigDecimal number) {
            return literal(textOf(number));
        }
        if (value instanceof Map<?, ?> object) {
            return object(object);
        }
        if (value instanceof Collection<?> array) {
            return array(array);
        }
        throw new IllegalArgumentException(
                "not a JSON value: " + value.getClass().getName());
    }

    /// {@return how many bytes were written so far}
    public int size() {
        return size;
    }

    /// {@return what was written, in UTF-8, as a copy}
    public byte[] toByteArray() {
        return Arrays.copyOf(buffer, size);
    }

    /// Forgets what was written and keeps the buffer.
    ///
    /// @return this writer, as new
    public JsonWriter reset() {
        size = 0;
        commaDue = false;
        return this;
    }

    /// What the reader takes back. One that it has read fits into its bounds as digits with an exponent, if not in the
    /// usual form; with an exponent, it is no integer that would have to fit into 64 bits.
    private static String textOf(BigDecimal number) {
        String usual = number.toString();
        boolean isLongInteger = number.scale() == 0 && number.unscaledValue().bitLength() >= Long.SIZE;
        return usual.length() <= JsonReader.MAXIMUM_NUMBER_LENGTH && !isLongInteger
                ? usual
                : number.unscaledValue() + "E" + -(long) number.scale();
    }

    private JsonWriter object(Map<?, ?> object) {
        beginObject();
        for (var member : object.entrySet()) {
            if (!(member.getKey() instanceof String name)) {
                throw new IllegalArgumentException("a member's name must be text");
            }
            name(name).value(member.getValue());
        }
        return endObject();
    }

    private JsonWriter array(Collection<?> array) {
        beginArray();
        for (Object element : array) {
            value(element);
        }
        return endArray();
    }

    private JsonWriter open(char bracket) {
        comma();
        put(bracket);
        commaDue = false;
        return this;
    }

    private JsonWriter close(char bracket) {
        put(bracket);
        commaDue = true;
        return this;
    }

    private JsonWriter literal(String ascii) {
        comma();
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            buffer[size++] = (byte) ascii.charAt(i);
        }
        commaDue = true;
        return this;
    }

    private void comma() {
        if (commaDue) {
            put(',');
        }
    }

    private void put(char ascii) {
        reserve(1);
        buffer[size++] = (byte) ascii;
    }

    private void digits(long number) {
        reserve(LONGEST_LONG);
        if (number < 0) {
            buffer[size++] = '-';
        }
        int start = size;
        long rest = number;
        do {
            buffer[size++] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        for (int low = start, high = size - 1; low < high; low++, high--) {
            byte swapped = buffer[low];
            buffer[low] = buffer[high];
            buffer[high] = swapped;
        }
    }

    private void quoted(String text) {
        int length = text.length();
        reserve(length + 2);
        buffer[size++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\') {
                buffer[size++] = (byte) c;
            } else {
                i += special(text, i);
                reserve(length - i + 1);
            }
        }
        buffer[size++] = '"';
    }

    /// Writes the character at `i` that needs more than one byte; answers 1 when it took two `char`s.
    private int special(String text, int i) {
        char c = text.charAt(i);
        reserve(6);
        if (c == '"' || c == '\\') {
            two('\\', c);
        } else if (c < 0x20 || c == 0x7F) {
            control(c);
        } else if (c < 0x800) {
            buffer[size++] = (byte) (0xC0 | c >> 6);
            buffer[size++] = (byte) (0x80 | (c & 0x3F));
        } else if (!Character.isSurrogate(c)) {
            buffer[size++] = (byte) (0xE0 | c >> 12);
            buffer[size++] = (byte) (0x80 | (c >> 6 & 0x3F));
            buffer[size++] = (byte) (0x80 | (c & 0x3F));
        } else {
            supplementary(text, i);
            return 1;
        }
        return 0;
    }

    private void supplementary(String text, int i) {
        int point = text.codePointAt(i);
        if (point < 0x10000) {
            throw new IllegalArgumentException("lone surrogate");
        }
        buffer[size++] = (byte) (0xF0 | point >> 18);
        buffer[size++] = (byte) (0x80 | (point >> 12 & 0x3F));
        buffer[size++] = (byte) (0x80 | (point >> 6 & 0x3F));
        buffer[size++] = (byte) (0x80 | (point & 0x3F));
    }

    private void control(char c) {
        switch (c) {
            case '\n' -> two('\\', 'n');
            case '\r' -> two('\\', 'r');
            case '\t' -> two('\\', 't');
            default -> {
                two('\\', 'u');
                two('0', '0');
                buffer[size++] = HEX[c >> 4];
                buffer[size++] = HEX[c & 0xF];
            }
        }
    }

    private void two(char first, char second) {
        buffer[size++] = (byte) first;
        buffer[size++] = (byte) second;
    }

    private void reserve(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
