package dev.handstamp.json;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An object as it is read: its members in the order of the text, each name once.
///
/// As long as they are few they stand in one array, with their numbers in a small table by the hash of the name: a
/// token has a dozen claims, and making a [LinkedHashMap] of them was a fifth of reading it. More than
/// that, as a stranger may send whose names all have one hash, go into a map that is made for it.
final class Members extends AbstractMap<String, Object> {

    private static final int FEW = 16;
    private static final int PLACE_BITS = 5;
    private static final int SPREAD = 0x9E3779B9;

    /// Name and value in turn.
    private final Object[] pairs = new Object[2 * FEW];

    /// The number of the member whose name belongs here, counted from one; zero where none does.
    private final byte[] places = new byte[1 << PLACE_BITS];

    private int size;
    private @Nullable Map<String, Object> many;

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

    /// What was added, and no more.
    Map<String, Object> finished() {
        return many == null ? this : Collections.unmodifiableMap(many);
    }

    /// Where the name stands, or the free place where it would.
    private int place(String name) {
        int place = (name.hashCode() * SPREAD) >>> (Integer.SIZE - PLACE_BITS);
        while (places[place] != 0 && !name.equals(pairs[2 * places[place] - 2])) {
            place = (place + 1) & (places.length - 1);
        }
        return place;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        int number = key instanceof String name ? places[place(name)] : 0;
        return number == 0 ? null : pairs[2 * number - 1];
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
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

    private final class InOrder implements Iterator<Entry<String, Object>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < size;
        }

        @Override
        public Entry<String, Object> next() {
            if (next == size) throw new NoSuchElementException();
            int at = 2 * next++;
            return Map.entry((String) pairs[at], pairs[at + 1]);
        }
    }
}
