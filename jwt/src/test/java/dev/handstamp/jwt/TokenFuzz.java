package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Arrays;

/// Jazzer's target for the whole check; `jwt/fuzz token` runs it.
///
/// The first byte says whether the rest is a header or claims, signed as it should be, or a whole token.
public final class TokenFuzz {

    private static final byte[] HEADER = Json.write(Door.header(StricterTest.KEY));
    private static final byte[] CLAIMS = Json.write(Door.claims());

    private TokenFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws ParseException {
        if (data.length == 0) return;
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        String token = switch (data[0] & 3) {
            case 0 -> StricterTest.signed(rest, CLAIMS);
            case 1 -> new String(rest, StandardCharsets.ISO_8859_1);
            default -> StricterTest.signed(HEADER, rest);
        };
        StricterTest.compare(token);
    }
}
