package dev.handstamp.server.domain.user;

import java.util.Optional;
import java.util.regex.Pattern;

/// A role's name, a member of the `roles` claim: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
public record RoleName(String value) implements Comparable<RoleName> {

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    public static Optional<RoleName> parse(String text) {
        return PATTERN.matcher(text).matches() ? Optional.of(new RoleName(text)) : Optional.empty();
    }

    @Override
    public int compareTo(RoleName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
