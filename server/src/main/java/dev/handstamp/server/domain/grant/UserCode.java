package dev.handstamp.server.domain.grant;

import java.util.Locale;
import java.util.Optional;

/// What a user types to connect a device: eight letters, 34 bits. No vowels, so that it spells nothing, and no digits,
/// so that none is mistaken for a letter (RFC 8628 §6.1).
public record UserCode(String value) {

    public static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
    public static final int LENGTH = 8;

    private static final int LONGEST = 64;

    /// Reads what somebody typed: capital or small, with whatever between.
    public static Optional<UserCode> parse(String text) {
        if (text.length() > LONGEST) return Optional.empty();
        String letters = text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        boolean fits = letters.length() == LENGTH && letters.chars().allMatch(letter -> ALPHABET.indexOf(letter) >= 0);
        return fits ? Optional.of(new UserCode(letters)) : Optional.empty();
    }

    /// As it is shown: `WDJB-MJHT`.
    public String shown() {
        return value.substring(0, LENGTH / 2) + "-" + value.substring(LENGTH / 2);
    }

    @Override
    public String toString() {
        return "UserCode[hidden]";
    }
}
