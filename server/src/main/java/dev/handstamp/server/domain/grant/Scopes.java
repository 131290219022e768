package dev.handstamp.server.domain.grant;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// A set of scope tokens (RFC 6749 §3.3), in alphabetical order. Each has 1 to 128 characters of `%x21 / %x23-5B /
/// %x5D-7E`.
public final class Scopes implements Iterable<String> {

    public static final Scopes NONE = new Scopes(Collections.emptySortedSet());
    private static final int LONGEST = 128;
    private static final int MOST = 100;

    private final SortedSet<String> tokens;

    private Scopes(SortedSet<String> tokens) {
        this.tokens = tokens;
    }

    /// Reads a `scope` parameter: tokens with single blanks between. A token given twice counts once; empty text is
    /// [#NONE].
    public static Optional<Scopes> parse(String text) {
        return text.isEmpty() ? Optional.of(NONE) : of(Set.of(), text.split(" ", -1));
    }

    public static Optional<Scopes> of(Collection<String> tokens) {
        return of(tokens, new String[0]);
    }

    private static Optional<Scopes> of(Collection<String> some, String[] others) {
        SortedSet<String> tokens = new TreeSet<>(some);
        Collections.addAll(tokens, others);
        if (tokens.size() > MOST) return Optional.empty();
        for (String token : tokens) {
            if (!isToken(token)) return Optional.empty();
        }
        return Optional.of(new Scopes(tokens));
    }

    private static boolean isToken(String text) {
        if (text.isEmpty() || text.length() > LONGEST) return false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x21 || c > 0x7E || c == '"' || c == '\\') return false;
        }
        return true;
    }

    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    public boolean contains(String token) {
        return tokens.contains(token);
    }

    public boolean containsAll(Scopes others) {
        return tokens.containsAll(others.tokens);
    }

    /// Those that both have.
    public Scopes intersection(Scopes others) {
        SortedSet<String> both = new TreeSet<>(tokens);
        both.retainAll(others.tokens);
        return new Scopes(both);
    }

    /// Those that either has.
    public Scopes union(Scopes others) {
        SortedSet<String> either = new TreeSet<>(tokens);
        either.addAll(others.tokens);
        return new Scopes(either);
    }

    /// Those of these that are none of those.
    public Scopes minus(Scopes others) {
        SortedSet<String> rest = new TreeSet<>(tokens);
        rest.removeAll(others.tokens);
        return new Scopes(rest);
    }

    public Set<String> tokens() {
        return Collections.unmodifiableSortedSet(tokens);
    }

    @Override
    public Iterator<String> iterator() {
        return tokens().iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Scopes that && tokens.equals(that.tokens);
    }

    @Override
    public int hashCode() {
        return tokens.hashCode();
    }

    /// The value of a `scope` parameter or claim.
    @Override
    public String toString() {
        return String.join(" ", tokens);
    }
}
