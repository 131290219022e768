package dev.handstamp.server.web.admin;

/// The beginning of a text that may be of any length, for a line among many. Where it comes from, all of it is told.
final class Brief {

    private static final int LONGEST = 120;

    private Brief() {}

    static String of(String text) {
        return of(text, LONGEST);
    }

    static String of(String text, int longest) {
        if (text.codePointCount(0, text.length()) <= longest) return text;
        return text.substring(0, text.offsetByCodePoints(0, longest)) + "…";
    }
}
