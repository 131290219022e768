package dev.handstamp.server.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What went wrong with a form that was sent. A page says it once, above the form, ties it to the fields that it is
/// about, and puts the focus into the first of them.
///
/// @param text   in the language of the page; empty if nothing went wrong
/// @param fields by their names; empty if it is about none of them
public record Problem(String text, List<String> fields) {

    public static final Problem NONE = new Problem("", List.of());

    /// Where the text stands in the page: the `id` in `parts/Problem`.
    private static final String ID = "problem";

    public Problem {
        fields = List.copyOf(fields);
    }

    /// About the form as a whole.
    public static Problem of(String text) {
        return new Problem(text, List.of());
    }

    public static Problem at(String text, String... fields) {
        return new Problem(text, List.of(fields));
    }

    /// The attribute `aria-invalid` of a field; null for none.
    public @Nullable String invalid(String field) {
        return fields.contains(field) ? "true" : null;
    }

    /// The attribute `aria-describedby` of a field; null for none.
    public @Nullable String describes(String field) {
        return describes(field, null);
    }

    /// The same for a field with a hint, which goes on being read.
    ///
    /// @param hint the `id` of it; null if there is none
    public @Nullable String describes(String field, @Nullable String hint) {
        if (!fields.contains(field)) return hint;
        return hint == null ? ID : ID + " " + hint;
    }

    /// Whether the focus belongs into a field.
    public boolean isFirst(String field) {
        return !fields.isEmpty() && fields.getFirst().equals(field);
    }

    /// The same where it belongs somewhere anyway.
    ///
    /// @param otherwise whether that is this field, as long as no other one is wrong
    public boolean isFirst(String field, boolean otherwise) {
        return fields.isEmpty() ? otherwise : isFirst(field);
    }
}
