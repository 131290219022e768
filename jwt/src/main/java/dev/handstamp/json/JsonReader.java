package dev.handstamp.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one JSON object in UTF-8, byte by byte after the grammar of RFC 8259; see
/// [Json] for what is refused beyond it.
///
/// One pass, no look back, no recursion deeper than [#MAXIMUM_DEPTH]. Every problem is a
/// [JsonException] that names the byte.
final class JsonReader {

    private static final int MAXIMUM_DEPTH = 32;
    static final int MAXIMUM_NUMBER_LENGTH = 64;
    private static final int MAXIMUM_EXPONENT = 308;
    private static final int MAXIMUM_NAME_LENGTH = 4096;

    /// So many digits always fit into 64 bits.
    private static final int SAFE_DIGITS = 18;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private final byte[] text;
    private final int start;
    private final int end;
    private final boolean keeps;
    private int at;
    private int depth;

    /// Whether the last text that was gone over holds nothing beyond ASCII; only inside of texts may it.
    private boolean isAscii;

    JsonReader(byte[] text, int offset, int length) {
        this(text, offset, length, false);
    }

    private JsonReader(byte[] text, int offset, int length, boolean keeps) {
        this.text = text;
        this.start = offset;
        this.end = offset + length;
        this.keeps = keeps;
        this.at = offset;
    }

    /// One whose objects keep the bytes, to make their texts later.
    static JsonReader keeping(byte[] text) {
        return new JsonReader(text, 0, text.length, true);
    }

    JsonObject document() throws JsonException {
        if (next() != '{') throw problem("not an object");
        JsonObject object = object();
        if (next() >= 0) throw problem("text after the object");
        return object;
    }

    /// From the opening brace to behind the closing one.
    private JsonObject object() throws JsonException {
        descend();
        var members = keeps ? new JsonObject(text) : new JsonObject();
        if (next() == '}') return ascend(members);
        while (true) {
            if (next() != '"') throw malformed();
            String name = name();
            if (next() != ':') throw malformed();
            at++;
            if (!(keeps ? keep(members, name) : members.add(name, value()))) throw problem("duplicate name");
            int following = next();
            if (following == '}') return ascend(members);
            if (following != ',') throw malformed();
            at++;
        }
    }

    private JsonObject ascend(JsonObject members) {
        at++;
        depth--;
        return members;
    }

    /// Leaves in its place what needs no more than to be copied: a text, or a list of texts, without anything to be
    /// resolved.
    private boolean keep(JsonObject members, String name) throws JsonException {
        int first = next();
        int from = at;
        if (first == '[' && passTexts()) return members.keep(name, from, at);
        if (first != '"') return members.add(name, value());
        int closing = closing(from + 1);
        if (text[closing] != '"') return members.add(name, unescaped(from + 1, closing));
        at = closing + 1;
        return isAscii ? members.keep(name, from + 1, closing) : members.add(name, plain(from + 1, closing));
    }

    /// Passes a list of texts of ASCII without escapes or white space; anything else is left to [#array].
    private boolean passTexts() throws JsonException {
        int opening = at++;
        while (at < end && text[at] == '"') {
            int closing = closing(at + 1);
            at = closing + 1;
            if (text[closing] != '"' || !isAscii || at == end) break;
            if (text[at++] == ']') return true;
            if (text[at - 1] != ',') break;
        }
        at = opening;
        return false;
    }

    /// The list that [#passTexts] has passed.
    static List<Object> texts(byte[] text, int offset, int length) {
        try {
            return new JsonReader(text, offset, length).array();
        } catch (JsonException e) {
            throw new IllegalStateException("it was read before", e);
        }
    }

    /// From the opening bracket to behind the closing one.
    private List<Object> array() throws JsonException {
        descend();
        var elements = new ArrayList<Object>();
        if (next() == ']') return ascend(elements);
        while (true) {
            elements.add(value());
            int following = next();
            if (following == ']') return ascend(elements);
            if (following != ',') throw malformed();
            at++;
        }
    }

    private List<Object> ascend(List<Object> elements) {
        at++;
        depth--;
        return Collections.unmodifiableList(elements);
    }

    private void descend() throws JsonException {
        if (++depth > MAXIMUM_DEPTH) throw problem("more than " + MAXIMUM_DEPTH + " levels");
        at++;
    }

    private Object value() throws JsonException {
        int first = next();
        return switch (first) {
            case '"' -> string();
            case '{' -> object();
            case '[' -> array();
            case 't' -> literal("true", true);
            case 'f' -> literal("false", false);
            case 'n' -> literal("null", JsonNull.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw malformed();
        };
    }

    private Object literal(String word, Object value) throws JsonException {
        for (int i = 0; i < word.length(); i++, at++) {
            if (at == end || text[at] != word.charAt(i)) throw malformed();
        }
        return value;
    }

    private String name() throws JsonException {
        int first = at + 1;
        String known = first + Long.BYTES <= end ? shortKnownName(first) : null;
        return known != null ? known : anyName(first);
    }

    /// One of ours that ends within eight bytes, as nearly all do.
    private @Nullable String shortKnownName(int first) {
        long word = (long) WORDS.get(text, first);
        long found = endOrControl(word);
        int length = Long.numberOfTrailingZeros(found) >>> 3;
        if (found == 0 || text[first + length] != '"') return null;
        at = first + length + 1;
        return KnownNames.find(word & ((1L << (Byte.SIZE * length)) - 1), text, first, length);
    }

    private String anyName(int first) throws JsonException {
        int closing = closing(first);
        if (text[closing] != '"') return requireShort(unescaped(first, closing));
        at = closing + 1;
        int length = closing - first;
        String known =
                first + Long.BYTES <= end ? KnownNames.find(firstBytes(first, length), text, first, length) : null;
        return known != null ? known : requireShort(plain(first, closing));
    }

    /// Up to eight bytes as one word, the first being the lowest.
    private long firstBytes(int from, int length) {
        long word = (long) WORDS.get(text, from);
        return length >= Long.BYTES ? word : word & ((1L << (8 * length)) - 1);
    }

    private String requireShort(String name) throws JsonException {
        if (name.length() > MAXIMUM_NAME_LENGTH) throw problem("a name of more than " + MAXIMUM_NAME_LENGTH);
        return name;
    }

    private String string() throws JsonException {
        int first = at + 1;
        int closing = closing(first);
        if (text[closing] != '"') return unescaped(first, closing);
        at = closing + 1;
        return plain(first, closing);
    }

    /// The piece of a text that [#closing] has just gone over.
    private String plain(int from, int to) throws JsonException {
        if (isAscii) return ascii(from, to);
        int malformed = Utf8.firstMalformed(text, from, to);
        if (malformed >= 0) {
            at = malformed;
            throw problem("invalid UTF-8");
        }
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("deprecation") // For text that may be beyond ASCII. This one is compiled to the copy that it is.
    private String ascii(int from, int to) {
        return new String(text, 0, from, to - from);
    }

    /// The place of the next quotation mark or backslash, eight bytes at a time. Control characters
    /// may not stand before it.
    private int closing(int from) throws JsonException {
        long seen = 0;
        int i = from;
        while (i + Long.BYTES <= end) {
            long word = (long) WORDS.get(text, i);
            long found = endOrControl(word);
            if (found != 0) {
                long before = Long.lowestOneBit(found) - 1; // No high bit but those of the bytes before it.
                isAscii = ((seen | (word & before)) & HIGH_BITS) == 0;
                return requireClosing(i + (Long.numberOfTrailingZeros(found) >>> 3));
            }
            seen |= word;
            i += Long.BYTES;
        }
        for (; i < end && text[i] != '"' && text[i] != '\\' && (text[i] >= 0x20 || text[i] < 0); i++) seen |= text[i];
        isAscii = (seen & HIGH_BITS) == 0;
        return requireClosing(i);
    }

    private int requireClosing(int i) throws JsonException {
        at = i;
        if (i == end || (text[i] != '"' && text[i] != '\\')) throw malformed();
        return i;
    }

    /// The high bit of the first byte that is a quotation mark (0x22), a backslash (0x5C) or below
    /// 0x20, if any. Higher bytes may be marked wrongly, for a subtraction borrows from them.
    private static long endOrControl(long word) {
        long quotation = word ^ 0x2222222222222222L;
        long backslash = word ^ 0x5C5C5C5C5C5C5C5CL;
        long found = ((quotation - EACH_BYTE) & ~quotation)
                | ((backslash - EACH_BYTE) & ~backslash)
                | ((word - 0x2020202020202020L) & ~word);
        return found & HIGH_BITS;
    }

    /// A string that holds at least one escape, the first at `escape`.
    private String unescaped(int from, int escape) throws JsonException {
        var string = new StringBuilder();
        int piece = from;
        int stop = escape;
        while (text[stop] == '\\') {
            string.append(plain(piece, stop));
            at = stop + 1;
            string.append(escaped());
            piece = at;
            stop = closing(piece);
        }
        string.append(plain(piece, stop));
        at = stop + 1;
        String whole = string.toString();
        if (Utf8.hasLoneSurrogate(whole)) throw problem("lone surrogate");
        return whole;
    }

    /// What stands behind a backslash.
    private char escaped() throws JsonException {
        if (at == end) throw malformed();
        char escaped = switch (text[at]) {
            case '"' -> '"';
            case '\\' -> '\\';
            case '/' -> '/';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hexadecimal();
            default -> throw malformed();
        };
        at++;
        return escaped;
    }

    /// Four digits behind the `u`; stays at the last.
    private char hexadecimal() throws JsonException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            at++;
            int digit = at == end ? -1 : Character.digit(text[at], 16);
            if (digit < 0) throw malformed();
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private Object number() throws JsonException {
        int first = at;
        boolean negative = text[at] == '-';
        if (negative) at++;
        int digits = at;
        long value = integerPart();
        int byteAfter = at == end ? -1 : text[at];
        if (byteAfter == '.' || byteAfter == 'e' || byteAfter == 'E') return decimal(first);
        if (at - digits <= SAFE_DIGITS) return negative ? -value : value;
        return longInteger(first);
    }

    /// Reads past the digits; no zero before others. Answers their value, if they are few enough to
    /// have one.
    private long integerPart() throws JsonException {
        int first = at;
        int i = first;
        long value = 0;
        for (; i < end && text[i] >= '0' && text[i] <= '9'; i++) value = value * 10 + (text[i] - '0');
        at = i;
        if (at == first) throw malformed();
        if (text[first] == '0' && at > first + 1) {
            at = first + 1;
            throw malformed();
        }
        return value;
    }

    private void digits() throws JsonException {
        if (!isDigit()) throw malformed();
        while (isDigit()) at++;
    }

    private boolean isDigit() {
        return at < end && text[at] >= '0' && text[at] <= '9';
    }

    private Long longInteger(int first) throws JsonException {
        try {
            return Long.valueOf(digitsFrom(first));
        } catch (NumberFormatException e) {
            throw problem("integer beyond 64 bits");
        }
    }

    /// The bounds keep whoever expands the number later from running out of memory.
    private BigDecimal decimal(int first) throws JsonException {
        if (text[at] == '.') {
            at++;
            digits();
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            if (at < end && (text[at] == '+' || text[at] == '-')) at++;
            digits();
        }
        BigDecimal number;
        try {
            number = new BigDecimal(digitsFrom(first));
        } catch (ArithmeticException | NumberFormatException e) {
            throw problem("number out of bounds");
        }
        long magnitude = (long) number.precision() - number.scale();
        if (Math.abs(magnitude) > MAXIMUM_EXPONENT || Math.abs((long) number.scale()) > MAXIMUM_EXPONENT) {
            throw problem("number out of bounds");
        }
        return number;
    }

    private String digitsFrom(int first) throws JsonException {
        if (at - first > MAXIMUM_NUMBER_LENGTH) throw problem("number out of bounds");
        return ascii(first, at);
    }

    /// Skips white space and answers the byte behind it, or -1 at the end.
    private int next() {
        int i = at;
        while (i < end && text[i] <= ' ' && isWhiteSpace(text[i])) i++;
        at = i;
        return i < end ? text[i] & 0xFF : -1;
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private JsonException malformed() {
        return problem("malformed JSON");
    }

    private JsonException problem(String what) {
        return new JsonException(what, at - start);
    }
}
