package dev.handstamp.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An object as it was read: its members in the order of the text, each name once. It cannot be changed.
///
/// One that was read by [#over] is checked as a whole like any other, but makes its texts and lists of texts only when
/// they are asked for: a check compares most claims without ever needing them as Java objects.
public final class JsonObject extends AbstractMap<String, Object> {

    // As long as they are few the members stand in one array, with their numbers in a small table by the hash of the
    // name: a token has a dozen claims, and making a LinkedHashMap of them was a fifth of reading it. More than
    // that, as a stranger may send whose names all have one hash, go into a map that is made for it.
    private static final int FEW = 16;
    private static final int PLACE_BITS = 6;

    /// Found by search: with it the claims that tokens mostly have do not meet in one place.
    private static final int SPREAD = 0x65AD3781;

    private static final byte[] NOTHING_KEPT = {};
    private static final int[] NO_SPANS = {};

    /// So many bits hold the length of a value that is made later, and the others where it begins.
    private static final int LENGTH_BITS = 16;

    /// More than so many bytes are not kept.
    private static final int LONGEST_KEPT = 1 << (Integer.SIZE - LENGTH_BITS - 1);

    /// Name and value in turn. The value that was not asked for yet is null; whichever threads then make it, they make
    /// the same.
    private final @Nullable Object[] pairs = new Object[2 * FEW];

    /// The number of the member whose name belongs here, counted from one; zero where none does.
    private final byte[] places = new byte[1 << PLACE_BITS];

    /// What values are made of later, and where each stands; both empty when none is.
    private final byte[] text;

    private final int[] spans;

    private int size;
    private @Nullable Map<String, Object> many;

    JsonObject() {
        this.text = NOTHING_KEPT;
        this.spans = NO_SPANS;
    }

    /// @param text the bytes that [#keep] speaks of
    JsonObject(byte[] text) {
        this.text = text;
        this.spans = new int[FEW];
    }

    /// Reads like [Json#parseObject(byte[])], but keeps the bytes, and leaves it to the caller to bound their
    /// number.
    ///
    /// @param utf8 one object in UTF-8; kept, not copied, so it must not be changed any more
    /// @return its members
    /// @throws JsonException if it is anything but one object within the bounds that [Json] names
    public static JsonObject over(byte[] utf8) throws JsonException {
        boolean keeps = utf8.length <= LONGEST_KEPT;
        return (keeps ? JsonReader.keeping(utf8) : new JsonReader(utf8, 0, utf8.length)).document();
    }

    /// The same members, for whoever has them in a map.
    ///
    /// @param members names and values such as [Json] reads them, none of them null; copied, but not the values
    /// @return an object of its own, in the order of the map
    public static JsonObject of(Map<String, Object> members) {
        var object = new JsonObject();
        members.forEach(object::add);
        return object;
    }

    /// Tells whether this member is a text that is not empty.
    ///
    /// @param name of the member, character by character
    /// @return false too if there is no such member
    public boolean hasText(String name) {
        if (many != null) return isText(many.get(name));
        int number = places[place(name)];
        if (number == 0) return false;
        Object value = pairs[2 * number - 1];
        return value == null ? isKeptText(number) && length(number) > 0 : isText(value);
    }

    /// Tells whether this member is a text that the sender wrote as exactly these characters, at least one. False
    /// says nothing: the same text can be written with escapes.
    ///
    /// @param name of the member, character by character
    /// @param ascii the characters, none beyond ASCII; they are only read
    /// @return true only if that is certain; compare with [#get] otherwise
    public boolean isWritten(String name, byte[] ascii) {
        if (many != null) return false;
        int number = places[place(name)];
        if (number == 0 || ascii.length == 0 || length(number) != ascii.length || !isKeptText(number)) return false;
        int from = from(number);
        return Arrays.equals(text, from, from + ascii.length, ascii, 0, ascii.length);
    }

    /// Answers false when the name is there already.
    boolean add(String name, Object value) {
        if (many != null) return many.put(name, value) == null;
        int place = place(name);
        if (places[place] != 0) return false;
        if (size == FEW) {
            many = new LinkedHashMap<>(this);
            return add(name, value);
        }
        pairs[2 * size] = name;
        pairs[2 * size + 1] = value;
        places[place] = (byte) ++size;
        return true;
    }

    /// The same for a value that is made of these bytes later: all of ASCII and without escapes, a text, without its
    /// quotation marks, or a list of such texts.
    boolean keep(String name, int from, int to) {
        if (size == FEW) return add(name, made(from, to - from));
        int place = place(name);
        if (places[place] != 0) return false;
        pairs[2 * size] = name;
        spans[size] = from << LENGTH_BITS | (to - from);
        places[place] = (byte) ++size;
        return true;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        if (many != null) return many.get(key);
        int number = key instanceof String name ? places[place(name)] : 0;
        return number == 0 ? null : value(number);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        if (many != null) return many.containsKey(key);
        return key instanceof String name && places[place(name)] != 0;
    }

    @Override
    public int size() {
        return many != null ? many.size() : size;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
        if (many != null) return Collections.unmodifiableMap(many).entrySet();
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Entry<String, Object>> iterator() {
                return new InOrder();
            }
        };
    }

    private Object value(int number) {
        Object value = pairs[2 * number - 1];
        if (value == null) {
            value = made(from(number), length(number));
            pairs[2 * number - 1] = value;
        }
        return value;
    }

    private Object made(int from, int length) {
        return isText(from) ? ascii(from, length) : JsonReader.texts(text, from, length);
    }

    private int from(int number) {
        return spans[number - 1] >>> LENGTH_BITS;
    }

    /// Of a value that is made later; zero for one that never was kept.
    private int length(int number) {
        return spans.length == 0 ? 0 : spans[number - 1] & ((1 << LENGTH_BITS) - 1);
    }

    /// Tells whether it is, or was, made of bytes that are a text.
    private boolean isKeptText(int number) {
        return spans.length > 0 && isText(from(number));
    }

    private boolean isText(int from) {
        return from > 0 && text[from - 1] == '"';
    }

    @SuppressWarnings("deprecation") // For text that may be beyond ASCII. This one is compiled to the copy that it is.
    private String ascii(int from, int length) {
        return new String(text, 0, from, length);
    }

    private static boolean isText(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty();
    }

    /// Where the name stands, or the free place where it would.
    private int place(String name) {
        int place = (name.hashCode() * SPREAD) >>> (Integer.SIZE - PLACE_BITS);
        while (places[place] != 0 && !name.equals(pairs[2 * places[place] - 2])) {
            place = (place + 1) & (places.length - 1);
        }
        return place;
    }

    private final class InOrder implements Iterator<Entry<String, Object>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public Entry<String, Object> next() {
            if (next == size) throw new NoSuchElementException();
            int number = ++next;
            return Map.entry((String) pairs[2 * number - 2], value(number));
        }
    }
}
