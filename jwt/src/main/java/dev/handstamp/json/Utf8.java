package dev.handstamp.json;

/// What a text may be made of: well-formed UTF-8 (RFC 3629 §4).
///
/// Nothing is replaced and nothing guessed, or a token would have two readings (RFC 8725 §3.7).
final class Utf8 {

    private Utf8() {}

    /// The place of the first byte that does not belong there, or -1.
    static int firstMalformed(byte[] text, int from, int to) {
        int i = from;
        while (i < to) {
            int size = text[i] >= 0 ? 1 : sequenceLength(text, i, to);
            if (size == 0) return i;
            i += size;
        }
        return -1;
    }

    /// The length of the well-formed sequence that starts at `i`, or 0. The bounds are the table of
    /// RFC 3629 §4.
    private static int sequenceLength(byte[] text, int i, int end) {
        int first = text[i] & 0xFF;
        if (first >= 0xC2 && first <= 0xDF) {
            return continues(text, i + 1, end, 0x80, 0xBF) ? 2 : 0;
        }
        if (first >= 0xE0 && first <= 0xEF) {
            int low = first == 0xE0 ? 0xA0 : 0x80;
            int high = first == 0xED ? 0x9F : 0xBF;
            return continues(text, i + 1, end, low, high) && continues(text, i + 2, end, 0x80, 0xBF) ? 3 : 0;
        }
        if (first >= 0xF0 && first <= 0xF4) {
            int low = first == 0xF0 ? 0x90 : 0x80;
            int high = first == 0xF4 ? 0x8F : 0xBF;
            return continues(text, i + 1, end, low, high)
                            && continues(text, i + 2, end, 0x80, 0xBF)
                            && continues(text, i + 3, end, 0x80, 0xBF)
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean continues(byte[] text, int i, int end, int low, int high) {
        if (i >= end) {
            return false;
        }
        int b = text[i] & 0xFF;
        return b >= low && b <= high;
    }

    static boolean hasLoneSurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i); // A pair comes out as one code point beyond the surrogates.
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                return true;
            }
            i += Character.charCount(point);
        }
        return false;
    }
}
