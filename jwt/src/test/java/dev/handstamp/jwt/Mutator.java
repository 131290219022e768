package dev.handstamp.jwt;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Makes mutants of tokens: flipped bits, cut and doubled pieces, parts of two tokens joined, and JSON that is a
/// little off.
final class Mutator {

    private static final String[] FRAGMENTS = {
        "\"alg\":\"none\"",
        "\"alg\":\"HS256\"",
        "\"exp\":99999999999",
        "\"sub\":\"admin\"",
        "null",
        "true",
        "1e999",
        "-1",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\u0000",
        "\\ud800",
        " ",
        "\u0000",
        "0",
        "9223372036854775808",
        "\"crit\":[\"exp\"]",
        "\"\"",
        "[]",
        "{}",
        "/**/",
        "\u00e9"
    };

    private final Random random;

    Mutator(long seed) {
        this.random = new Random(seed);
    }

    String mutate(String token, List<String> others) {
        return switch (random.nextInt(6)) {
            case 0 -> flippedBit(token);
            case 1 -> edited(token);
            case 2 -> spliced(token, others.get(random.nextInt(others.size())));
            case 3 -> withPart(token, 0, json(part(token, 0)));
            case 4 -> withPart(token, 1, json(part(token, 1)));
            default -> withPart(token, random.nextInt(3), edited(token.split("\\.", -1)[random.nextInt(3)]));
        };
    }

    /// Changes JSON text as bytes: a fragment put in, a piece cut or doubled, a byte replaced.
    byte[] json(byte[] json) {
        String text = new String(json, StandardCharsets.ISO_8859_1);
        String fragment = FRAGMENTS[random.nextInt(FRAGMENTS.length)];
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(8));
        String changed = switch (random.nextInt(5)) {
            case 0 -> text.substring(0, at) + fragment + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(end);
            case 2 -> text.substring(0, end) + text.substring(at);
            case 3 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(end);
            default -> text.replaceFirst("\\{", "{" + fragment.replace("\\", "\\\\") + ",");
        };
        return changed.getBytes(StandardCharsets.ISO_8859_1);
    }

    private String flippedBit(String token) {
        byte[] bytes = token.getBytes(StandardCharsets.ISO_8859_1);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String edited(String text) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(6));
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + text.substring(end);
            case 1 -> text.substring(0, end) + text.substring(at);
            case 2 -> text.substring(0, at) + "._-=A\u0141".charAt(random.nextInt(6)) + text.substring(at);
            default -> text.substring(0, at);
        };
    }

    private String spliced(String one, String other) {
        int whole = random.nextInt(3);
        String[] parts = one.split("\\.", -1);
        if (random.nextBoolean()) {
            parts[whole] = other.split("\\.", -1)[whole];
            return String.join(".", parts);
        }
        return one.substring(0, random.nextInt(one.length())) + other.substring(random.nextInt(other.length()));
    }

    private String withPart(String token, int index, byte[] decoded) {
        return withPart(token, index, Base64Url.encode(decoded));
    }

    private static String withPart(String token, int index, String part) {
        String[] parts = token.split("\\.", -1);
        parts[index] = part;
        return String.join(".", parts);
    }

    private static byte[] part(String token, int index) {
        return Base64Url.decode(token.split("\\.", -1)[index]);
    }
}
