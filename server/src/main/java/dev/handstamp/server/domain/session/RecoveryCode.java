package dev.handstamp.server.domain.session;

import java.util.Locale;
import java.util.Optional;

/// What lets a user in once in place of an authenticator application that is lost: sixteen letters, 69 bits.
public record RecoveryCode(String value) {

    public static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
    public static final int LENGTH = 16;

    /// How many a user is given at once.
    public static final int SET = 8;

    private static final int LONGEST = 64;
    private static final int GROUP = 4;

    /// Reads what somebody typed: capital or small, with whatever between.
    public static Optional<RecoveryCode> parse(String text) {
        if (text.length() > LONGEST) return Optional.empty();
        String letters = text.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        boolean fits = letters.length() == LENGTH && letters.chars().allMatch(letter -> ALPHABET.indexOf(letter) >= 0);
        return fits ? Optional.of(new RecoveryCode(letters)) : Optional.empty();
    }

    /// In groups, as it is shown.
    public String shown() {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < LENGTH; i += GROUP) {
            if (i > 0) shown.append('-');
            shown.append(value, i, i + GROUP);
        }
        return shown.toString();
    }

    @Override
    public String toString() {
        return "RecoveryCode[hidden]";
    }
}
