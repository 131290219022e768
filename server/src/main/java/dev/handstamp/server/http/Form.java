package dev.handstamp.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The parameters of an `application/x-www-form-urlencoded` body, read strictly.
///
/// A parameter given twice is refused, never first or last wins (RFC 6749 §3.1, §3.2). The two that may be repeated,
/// `resource` (RFC 8707 §2) and `audience` (RFC 8693 §2.1), then have one value with blanks between, which is no URI.
/// So is a query string beside
/// the form: credentials do not belong into a URL (RFC 6749 §2.3.1). Text is UTF-8 (RFC 6749 appendix B). U+0000 must
/// be escaped, and counts like any other character: a credential with one more of it is another credential.
public final class Form implements FormResult {

    /// More parameters than that are refused.
    public static final int MAXIMUM_PARAMETERS = 64;

    private static final Set<String> SEVERAL = Set.of("resource", "audience");

    private final String[] names;
    private final String[] values;

    private final Map<String, byte[]> files;

    private Form(String[] names, String[] values) {
        this.names = names;
        this.values = values;
        this.files = Map.of();
    }

    /// What a body of several parts holds, each name found to be there once.
    Form(Map<String, String> parameters, Map<String, byte[]> files) {
        this.names = parameters.keySet().toArray(String[]::new);
        this.values = parameters.values().toArray(String[]::new);
        this.files = files;
    }

    public static FormResult parse(Request request) {
        if (!request.mediaType().orElse("").equals("application/x-www-form-urlencoded")) {
            return new MalformedForm(
                    415, "The body must be application/x-www-form-urlencoded in UTF-8, without a content coding.");
        }
        if (request.query().isPresent()) return malformed("Parameters belong into the body, not into the URL.");
        return parse(request.body());
    }

    /// The parameters of a body, and files if it came in parts (RFC 7578), under the same rules.
    public static FormResult parseWithFiles(Request request) {
        if (!request.mediaType().orElse("").equals(Multipart.MEDIA_TYPE)) return parse(request);
        if (request.query().isPresent()) return malformed("Parameters belong into the body, not into the URL.");
        return Multipart.parse(request);
    }

    /// The parameters of a query string, under the same rules.
    public static FormResult parseQuery(Request request) {
        if (request.body().length > 0) return malformed("Parameters belong into the URL here, not into a body.");
        return parse(request.query().orElse("").getBytes(StandardCharsets.UTF_8));
    }

    /// Every parameter that has a value, by name.
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
            if (!values[i].isEmpty()) map.put(names[i], values[i]);
        }
        return map;
    }

    /// The value of a parameter. One without a value counts as not sent (RFC 6749 §3.1).
    public Optional<String> get(String name) {
        int index = indexOf(names, names.length, name);
        return index < 0 || values[index].isEmpty() ? Optional.empty() : Optional.of(values[index]);
    }

    /// The content of a file; empty if none was chosen.
    public Optional<byte[]> file(String name) {
        return Optional.ofNullable(files.get(name)).map(byte[]::clone);
    }

    /// Whether a parameter was sent at all, even without a value.
    public boolean has(String name) {
        return indexOf(names, names.length, name) >= 0;
    }

    /// Leaves the values out: they may be credentials.
    @Override
    public String toString() {
        return "Form[" + names.length + " parameters]";
    }

    private static FormResult parse(byte[] body) {
        String[] names = new String[8];
        String[] values = new String[8];
        int count = 0;
        int start = 0;
        while (start < body.length) {
            int end = indexOf(body, '&', start, body.length);
            if (end > start) {
                if (count == MAXIMUM_PARAMETERS) return malformed("There are too many parameters.");
                if (count == names.length) {
                    names = Arrays.copyOf(names, count * 2);
                    values = Arrays.copyOf(values, count * 2);
                }
                int equals = indexOf(body, '=', start, end);
                String name = decode(body, start, equals);
                String value = equals == end ? "" : decode(body, equals + 1, end);
                if (name == null || value == null) return malformed("A parameter is not percent-encoded UTF-8.");
                if (name.isEmpty()) return malformed("A parameter has no name.");
                int earlier = indexOf(names, count, name);
                if (earlier >= 0 && !SEVERAL.contains(name)) return malformed("A parameter is given twice.");
                if (earlier < 0) {
                    names[count] = name;
                    values[count++] = value;
                } else if (!values[earlier].equals(value)) {
                    values[earlier] = values[earlier] + " " + value;
                }
            }
            start = end + 1;
        }
        return new Form(Arrays.copyOf(names, count), Arrays.copyOf(values, count));
    }

    private static MalformedForm malformed(String problem) {
        return new MalformedForm(400, problem);
    }

    /// The text of a name or value; null when it is no UTF-8, wrongly escaped, or holds a bare U+0000.
    private static @Nullable String decode(byte[] body, int start, int end) {
        if (isPlain(body, start, end)) return new String(body, start, end - start, StandardCharsets.ISO_8859_1);
        byte[] decoded = new byte[end - start];
        int length = 0;
        int i = start;
        while (i < end) {
            int b = body[i++];
            if (b == 0) return null;
            if (b == '+') {
                b = ' ';
            } else if (b == '%') {
                if (end - i < 2) return null;
                int high = Character.digit(body[i++], 16);
                int low = Character.digit(body[i++], 16);
                if (high < 0 || low < 0) return null;
                b = (high << 4) | low;
            }
            decoded[length++] = (byte) b;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded, 0, length))
                    .toString();
        } catch (CharacterCodingException _) {
            return null;
        }
    }

    private static boolean isPlain(byte[] body, int start, int end) {
        for (int i = start; i < end; i++) {
            byte b = body[i];
            if (b <= 0 || b == '%' || b == '+') return false;
        }
        return true;
    }

    /// The index of a byte, or `end`.
    private static int indexOf(byte[] body, char wanted, int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] == wanted) return i;
        }
        return end;
    }

    private static int indexOf(String[] names, int count, String name) {
        for (int i = 0; i < count; i++) {
            if (names[i].equals(name)) return i;
        }
        return -1;
    }
}
