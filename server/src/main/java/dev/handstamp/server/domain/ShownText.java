package dev.handstamp.server.domain;

/// What somebody has written for others to read in one line of a page or of a mail, such as a name.
public final class ShownText {

    private ShownText() {}

    /// Whether it stays where it stands: it breaks no line, and leaves the direction of the words around it alone.
    ///
    /// Strangers name clients, and users name themselves: what turns the rest of a sentence around makes it say
    /// something else to whoever decides by it (Unicode Technical Report 36, §2.5). The plain marks of Arabic and
    /// Hebrew (U+200E, U+200F, U+061C) turn nothing around and stay allowed.
    public static boolean isOneLine(String text) {
        return text.codePoints().noneMatch(each -> breaks(each) || turns(each));
    }

    /// Whether there is something to see of it.
    public static boolean isVisible(String text) {
        return text.codePoints().anyMatch(ShownText::isSeen);
    }

    /// The text without what would turn the words after it around, for names that come from other systems.
    public static String unturned(String text) {
        StringBuilder unturned = new StringBuilder(text.length());
        text.codePoints().filter(each -> !turns(each)).forEach(unturned::appendCodePoint);
        return unturned.toString();
    }

    private static boolean breaks(int character) {
        return Character.isISOControl(character) || character == 0x2028 || character == 0x2029;
    }

    /// Embeddings, overrides and isolates, with their ends (Unicode Standard Annex 9, §2).
    private static boolean turns(int character) {
        return (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
    }

    private static boolean isSeen(int character) {
        return switch (character) {
            case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800 -> false; // letters and a symbol that are drawn as nothing
            default ->
                switch (Character.getType(character)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.UNASSIGNED,
                            Character.SPACE_SEPARATOR,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.NON_SPACING_MARK -> false;
                    default -> true;
                };
        };
    }
}
