package dev.handstamp.server.http;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/// Names requests, to find them again in the log. An id is no secret: it has to be unlikely twice, not hard to
/// guess.
final class RequestIds {

    private static final byte[] ALPHABET = "abcdefghijklmnopqrstuvwxyz234567".getBytes(StandardCharsets.US_ASCII);
    private static final int LENGTH = 16;

    private RequestIds() {}

    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] text = new byte[LENGTH];
        for (int half = 0; half < LENGTH; half += LENGTH / 2) {
            long bits = random.nextLong();
            for (int i = 0; i < LENGTH / 2; i++) {
                text[half + i] = ALPHABET[(int) (bits & 31)];
                bits >>>= 5;
            }
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
