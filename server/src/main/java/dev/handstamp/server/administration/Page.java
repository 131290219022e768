package dev.handstamp.server.administration;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A part of a list. It may be shorter than was asked for, and even empty, though more follows: each page looks at so
/// much and no more.
///
/// @param next what the next page is asked for with; empty if this is the last one
public record Page<T>(List<T> items, Optional<String> next) {

    /// How many a page has at most.
    public static final int MOST = 200;

    public Page {
        items = List.copyOf(items);
    }

    public <R> Page<R> map(Function<T, R> mapping) {
        return new Page<>(items.stream().map(mapping).toList(), next);
    }

    static int checked(int limit) {
        if (limit < 1 || limit > MOST) throw new Refused("refused.page", MOST);
        return limit;
    }
}
