package dev.handstamp.server.domain.passkey;

import java.util.Optional;

/// What a user calls a passkey: 1 to 64 characters, none of them a control character.
public record PasskeyName(String value) {

    public static final int LONGEST = 64;

    /// Reads what somebody typed; blanks around it do not count.
    public static Optional<PasskeyName> parse(String text) {
        String name = text.strip();
        boolean fits =
                !name.isEmpty() && name.length() <= LONGEST && name.codePoints().noneMatch(PasskeyName::isHidden);
        return fits ? Optional.of(new PasskeyName(name)) : Optional.empty();
    }

    private static boolean isHidden(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    @Override
    public String toString() {
        return value;
    }
}
