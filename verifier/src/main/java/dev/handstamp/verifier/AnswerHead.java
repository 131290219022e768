package dev.handstamp.verifier;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Status line and fields of an answer (RFC 9112 §4, §5): as much as one needs who reads a single stream.
///
/// @param fields by their names in lower case; several of one name are put together with a comma (RFC 9110 §5.3)
record AnswerHead(int status, Map<String, String> fields) {

    static AnswerHead parse(String text) throws IOException {
        List<String> lines = List.of(text.split("\r\n", -1));
        String first = lines.get(0);
        if (!first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) throw new IOException("no answer of HTTP/1.1");
        Map<String, String> fields = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (!line.substring(0, Math.max(0, colon)).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IOException("an answer with a malformed field");
            }
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            fields.merge(name, line.substring(colon + 1).strip(), (one, other) -> one + ", " + other);
        }
        return new AnswerHead(Integer.parseInt(first.substring(9, 12)), fields);
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /// 103 and the like: the answer itself is still to come (RFC 9110 §15.2).
    boolean isInterim() {
        return status / 100 == 1;
    }
}
