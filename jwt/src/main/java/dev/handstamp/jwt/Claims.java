package dev.handstamp.jwt;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a token says, read-only, with typed getters: a claim of another type is as good as absent.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7519#section-4">RFC 7519 §4</a>
public final class Claims {

    /// The end of the year 9999; a NumericDate beyond it is a mistake or an attack.
    static final long LATEST = 253_402_300_799L;

    private final Map<String, Object> members;

    Claims(Map<String, Object> members) {
        this.members = members;
    }

    /// Claims from values that [dev.handstamp.json.Json] could have read.
    ///
    /// @param members by name; copied, but not the values
    /// @return the claims, in the order of the map
    public static Claims of(Map<String, Object> members) {
        return new Claims(Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    /// {@return all claims by name, in their order, with values as [dev.handstamp.json.Json] reads them}
    public Map<String, Object> toMap() {
        return members;
    }

    /// Tells whether a claim is there, whatever its value.
    ///
    /// @param name of the claim, character by character, as everywhere here
    /// @return true also if its value is JSON's `null`
    public boolean has(String name) {
        return members.containsKey(name);
    }

    /// Finds a claim of any type.
    ///
    /// @param name of the claim
    /// @return its value as [dev.handstamp.json.Json] reads it; empty if it is not there
    public Optional<Object> get(String name) {
        return Optional.ofNullable(members.get(name));
    }

    /// Finds a claim that is text.
    ///
    /// @param name of the claim
    /// @return empty if it is not there, or no text
    public Optional<String> string(String name) {
        return members.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /// Finds a claim that is an integer of 64 bits.
    ///
    /// @param name of the claim
    /// @return empty if it is not there, or no integer; one with a fraction or an exponent is none
    public Optional<Long> integer(String name) {
        return members.get(name) instanceof Long number ? Optional.of(number) : Optional.empty();
    }

    /// Finds a claim that is a NumericDate (RFC 7519 §2): seconds since 1970, up to the year 9999.
    ///
    /// @param name of the claim
    /// @return in whole seconds, a fraction is cut off; empty if it is not there, or no such date
    public Optional<Instant> instant(String name) {
        long seconds = numericDate(members.get(name));
        return seconds < 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(seconds));
    }

    /// Finds a claim that is a list of texts, or one text, as `aud` may be (RFC 7519 §4.1.3).
    ///
    /// @param name of the claim
    /// @return one text as a list of one; empty if it is not there, or neither of the two
    public List<String> strings(String name) {
        List<String> strings = stringsOrNull(members.get(name));
        return strings == null ? List.of() : strings;
    }

    static @Nullable List<String> stringsOrNull(@Nullable Object value) {
        if (value instanceof String text) {
            return List.of(text);
        }
        if (!(value instanceof List<?> list)) {
            return null;
        }
        var strings = new ArrayList<String>(list.size());
        for (Object element : list) {
            if (!(element instanceof String text)) {
                return null;
            }
            strings.add(text);
        }
        return Collections.unmodifiableList(strings);
    }

    /// Seconds since 1970, or -1 when the value is not a NumericDate that we accept.
    static long numericDate(@Nullable Object value) {
        if (value instanceof Long seconds) {
            return seconds >= 0 && seconds <= LATEST ? seconds : -1;
        }
        if (!(value instanceof BigDecimal number)
                || number.signum() < 0
                || number.compareTo(BigDecimal.valueOf(LATEST)) > 0) {
            return -1;
        }
        return number.setScale(0, RoundingMode.DOWN).longValue();
    }

    @Override
    public String toString() {
        return "Claims" + members.keySet();
    }
}
