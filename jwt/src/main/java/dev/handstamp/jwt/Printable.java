package dev.handstamp.jwt;

import java.util.HexFormat;

/// Text from a stranger, made fit for one line of a log: printable ASCII, the rest escaped, cut at a bound.
final class Printable {

    private static final int MAXIMUM_LENGTH = 200;

    private Printable() {}

    static String of(String text) {
        var printable = new StringBuilder(Math.min(text.length(), MAXIMUM_LENGTH));
        for (int i = 0; i < text.length(); i++) {
            if (printable.length() >= MAXIMUM_LENGTH) {
                return printable.append("...").toString();
            }
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7F && c != '\\') {
                printable.append(c);
            } else {
                printable.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return printable.toString();
    }
}
