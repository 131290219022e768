package dev.handstamp.server.web;

import java.util.List;
import java.util.function.Function;

/// As much of a list as one page shows: pages weigh less than 30 KiB, however much there is of something.
///
/// @param name  the parameter of the address that says which part
/// @param page  which part this is, beginning with 1
/// @param pages how many there are
/// @param total how many lines there are on all of them
public record Part<T>(List<T> lines, String name, int page, int pages, int total) {

    private static final int LONGEST_NUMBER = 6;

    public Part {
        lines = List.copyOf(lines);
    }

    /// The part that a visit asks for; the first if it asks for none that there is.
    ///
    /// @param most how many make a page
    public static <T> Part<T> of(List<T> all, Visit visit, String name, int most) {
        return at(number(visit.parameter(name)), all, name, most);
    }

    /// The first part, whatever the address says.
    public static <T> Part<T> first(List<T> all, int most) {
        return at(1, all, "", most);
    }

    /// The part that one of the lines is in; the first if it is in none.
    ///
    /// @param index of the line; -1 for none
    public static <T> Part<T> around(int index, List<T> all, String name, int most) {
        return at(Math.max(index, 0) / most + 1, all, name, most);
    }

    private static <T> Part<T> at(int wanted, List<T> all, String name, int most) {
        int pages = Math.max(1, (all.size() + most - 1) / most);
        int page = Math.min(wanted, pages);
        List<T> lines = all.subList((page - 1) * most, Math.min(page * most, all.size()));
        return new Part<>(lines, name, page, pages, all.size());
    }

    /// The same part in other words.
    public <U> Part<U> map(Function<? super T, ? extends U> words) {
        return new Part<>(lines.stream().<U>map(words).toList(), name, page, pages, total);
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    public boolean isFirst() {
        return page == 1;
    }

    public boolean isLast() {
        return page == pages;
    }

    private static int number(String text) {
        boolean isNumber = !text.isEmpty()
                && text.length() <= LONGEST_NUMBER
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Math.max(1, Integer.parseInt(text)) : 1;
    }
}
