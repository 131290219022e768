package dev.handstamp.server.outbound;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads one HTTP/1.1 response to its end, strictly: whatever is not plain is refused.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112, HTTP/1.1</a>
final class AnswerReader {

    private static final int LONGEST_LINE = 8_192;
    private static final int MOST_HEADERS = 100;
    private static final int MOST_INTERIM = 5;

    private final InputStream in;
    private final int mostBytes;

    AnswerReader(InputStream in, int mostBytes) {
        this.in = new BufferedInputStream(in);
        this.mostBytes = mostBytes;
    }

    Answer read() throws IOException {
        for (int i = 0; i <= MOST_INTERIM; i++) {
            int status = status(line());
            Map<String, String> headers = headers();
            if (status >= 200) return new Answer(status, headers, body(status, headers));
        }
        throw new ProtocolException("interim answers without end");
    }

    private static int status(String line) throws ProtocolException {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) throw new ProtocolException("no HTTP/1.1 answer");
        return Integer.parseInt(line.substring(9, 12));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (int i = 0; i < MOST_HEADERS; i++) {
            String line = line();
            if (line.isEmpty()) return headers;
            int colon = line.indexOf(':');
            if (colon < 1) throw new ProtocolException("a header without a name");
            String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            String before = headers.putIfAbsent(name, value);
            boolean decidesLength = name.equals("content-length") || name.equals("transfer-encoding");
            if (before != null && decidesLength) throw new ProtocolException(name + " came twice");
        }
        throw new ProtocolException("more than " + MOST_HEADERS + " headers");
    }

    private byte[] body(int status, Map<String, String> headers) throws IOException {
        if (status == 204 || status == 304) return new byte[0];
        String encoding = headers.get("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProtocolException("a compressed body that nobody asked for");
        }
        String transfer = headers.get("transfer-encoding");
        if (transfer != null) {
            if (!transfer.equalsIgnoreCase("chunked")) throw new ProtocolException("an unknown transfer encoding");
            return chunked();
        }
        return fixed(headers.get("content-length"));
    }

    private byte[] fixed(@Nullable String length) throws IOException {
        if (length == null) {
            byte[] body = in.readNBytes(mostBytes + 1);
            if (body.length > mostBytes) throw tooLong();
            return body;
        }
        if (!length.matches("[0-9]{1,18}")) throw new ProtocolException("a malformed Content-Length");
        long announced = Long.parseLong(length);
        if (announced > mostBytes) throw tooLong();
        byte[] body = in.readNBytes((int) announced);
        if (body.length < announced) throw new EOFException("the body broke off");
        return body;
    }

    private byte[] chunked() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line();
            int extension = size.indexOf(';');
            String digits = (extension < 0 ? size : size.substring(0, extension)).strip();
            if (!digits.matches("[0-9a-fA-F]{1,7}")) throw new ProtocolException("a malformed chunk");
            int length = Integer.parseInt(digits, 16);
            if (body.size() + length > mostBytes) throw tooLong();
            if (length == 0) return body.toByteArray(); // What follows is of no interest: the connection ends.
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length) throw new EOFException("the body broke off");
            body.write(chunk);
            if (!line().isEmpty()) throw new ProtocolException("a malformed chunk");
        }
    }

    private ProtocolException tooLong() {
        return new ProtocolException("an answer longer than " + mostBytes + " bytes");
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException("the answer broke off");
            if (line.size() >= LONGEST_LINE) throw new ProtocolException("a line longer than " + LONGEST_LINE);
            line.write(next);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
