package dev.handstamp.server.administration;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Where a list goes on, as text that means nothing to whoever carries it. It is no secret and opens nothing: what a
/// forged one names is only a place to begin at.
final class Cursor {

    private static final int LONGEST = 2_000;

    private Cursor() {}

    static String of(String first, String second) {
        byte[] text = (first.length() + ":" + first + second).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text);
    }

    /// The two texts of a cursor.
    static String[] parse(String cursor) {
        if (cursor.length() > LONGEST) throw wrong();
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            int colon = text.indexOf(':');
            int end = colon + 1 + Integer.parseInt(text, 0, Math.max(colon, 0), 10);
            return new String[] {text.substring(colon + 1, end), text.substring(end)};
        } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException _) {
            throw wrong();
        }
    }

    static Refused wrong() {
        return new Refused("refused.cursor");
    }
}
