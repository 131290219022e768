package dev.handstamp.server.administration.moving;

import dev.handstamp.json.JsonNull;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The members of a JSON object by name and kind. A null is a member left out.
record Members(Map<?, ?> object) {

    private static final Instant AFTER_ALL = Instant.parse("+10000-01-01T00:00:00Z");

    static Members of(Object value, String what) {
        if (value instanceof Map<?, ?> map) return new Members(map);
        throw new Misfit(what + " is no JSON object");
    }

    /// Refuses a member that means nothing: it is misspelt, or of another form.
    ///
    /// @param what whose members these are; empty for the user's own
    void mustBeOf(Set<String> known, String what) {
        for (Object name : object.keySet()) {
            if (known.contains(name)) continue;
            throw new Misfit("there is no member " + name + (what.isEmpty() ? "" : " in " + what) + "; known are "
                    + String.join(", ", known.stream().sorted().toList()));
        }
    }

    Optional<Object> get(String name) {
        return Optional.<Object>ofNullable(object.get(name)).filter(value -> value != JsonNull.NULL);
    }

    Optional<String> text(String name) {
        Optional<Object> value = get(name);
        if (value.isEmpty()) return Optional.empty();
        if (value.get() instanceof String text) return Optional.of(text);
        throw new Misfit(name + " is no text");
    }

    String required(String name) {
        return text(name).orElseThrow(() -> new Misfit(name + " is missing"));
    }

    /// A time of RFC 3339.
    Optional<Instant> instant(String name) {
        return text(name).map(text -> {
            try {
                return kept(name, Instant.parse(text));
            } catch (DateTimeException _) {
                throw new Misfit(name + " is no time such as 2026-01-31T12:00:00Z");
            }
        });
    }

    /// A time in milliseconds since 1970.
    Optional<Instant> millis(String name) {
        return number(name).map(millis -> kept(name, Instant.ofEpochMilli(millis)));
    }

    private static Instant kept(String name, Instant instant) {
        if (isKept(instant)) return instant;
        throw new Misfit(name + " is no time of the years 1970 to 9999");
    }

    /// Whether it is of the years that are written with four digits, from 1970 on.
    static boolean isKept(Instant instant) {
        return !instant.isBefore(Instant.EPOCH) && instant.isBefore(AFTER_ALL);
    }

    String text(String name, String otherwise) {
        return text(name).filter(text -> !text.isEmpty()).orElse(otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        Optional<Object> value = get(name);
        if (value.isEmpty()) return otherwise;
        if (value.get() instanceof Boolean flag) return flag;
        throw new Misfit(name + " is neither true nor false");
    }

    Optional<Long> number(String name) {
        Optional<Object> value = get(name);
        if (value.isEmpty()) return Optional.empty();
        if (value.get() instanceof Long number) return Optional.of(number);
        // Some systems write numbers as texts.
        if (value.get() instanceof String text && text.matches("[0-9]{1,18}")) return Optional.of(Long.valueOf(text));
        throw new Misfit(name + " is no whole number");
    }

    Optional<Long> number(String name, long least, long most) {
        Optional<Long> number = number(name);
        if (number.filter(value -> value < least || value > most).isPresent()) {
            throw new Misfit(name + " is not of " + least + " to " + most);
        }
        return number;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (Object value : list(name)) {
            if (!(value instanceof String text)) throw new Misfit(name + " is no list of texts");
            texts.add(text);
        }
        return texts;
    }

    List<?> list(String name) {
        Optional<Object> value = get(name);
        if (value.isEmpty()) return List.of();
        if (value.get() instanceof List<?> list) return list;
        throw new Misfit(name + " is no list");
    }

    Optional<Members> members(String name) {
        return get(name).map(value -> of(value, name));
    }

    /// What can be an attribute; an object or a list can not.
    static boolean isPlain(Object value) {
        return !(value instanceof Map || value instanceof List || value == JsonNull.NULL);
    }
}
