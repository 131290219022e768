package dev.handstamp.server.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One HTTP request, immutable, its body already read and bounded.
///
/// Nothing is decoded here: the path is the raw text of the request line, and matches a route exactly or not at
/// all. A header that was sent twice has no value ([#header] is empty): neither the first nor the last one wins.
public final class Request {

    /// What [#mediaType] says of a body whose character set or content coding is not accepted.
    public static final String UNSUPPORTED = "unsupported";

    private static final byte[] NO_BODY = {};

    private final String id;
    private final String method;
    private final String path;
    private final @Nullable String query;
    private final String[] fields; // name, value, name, value, …
    private final byte[] body;
    private final String remoteAddress;
    private final boolean secure;
    private final List<byte[]> certificates;

    /// @param fields names and values in turn, owned by this request from now on
    Request(
            String id,
            String method,
            String path,
            @Nullable String query,
            String[] fields,
            byte[] body,
            String remoteAddress,
            boolean secure,
            List<byte[]> certificates) {
        this.id = id;
        this.method = method;
        this.path = path;
        this.query = query;
        this.fields = fields;
        this.body = body;
        this.remoteAddress = remoteAddress;
        this.secure = secure;
        this.certificates = certificates;
    }

    /// A request that no listener received: for tests of endpoints.
    public static Builder builder(String method, String path) {
        return new Builder(method, path);
    }

    /// The id under which this request is logged and answered (`X-Request-Id`); never the caller's choice.
    public String id() {
        return id;
    }

    /// The method as sent; methods are case-sensitive (RFC 9110 §9.1).
    public String method() {
        return method;
    }

    /// The raw path, without the query.
    public String path() {
        return path;
    }

    /// This request as a server sees it that stands below a path of its host.
    Request below(String base) {
        return path.startsWith(base)
                ? new Request(
                        id,
                        method,
                        path.substring(base.length()),
                        query,
                        fields,
                        body,
                        remoteAddress,
                        secure,
                        certificates)
                : this;
    }

    /// The raw query after the question mark; present but empty for a path that ends in one.
    public Optional<String> query() {
        return Optional.ofNullable(query);
    }

    /// Every value of a header, in the order sent. Names compare without case (RFC 9110 §5.1).
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) values.add(fields[i + 1]);
        }
        return values;
    }

    /// The value of a header sent exactly once; empty when it is absent or repeated.
    public Optional<String> header(String name) {
        return Optional.ofNullable(single(name));
    }

    /// Every value sent for a cookie name, raw (RFC 6265 §5.4). Two values mean that somebody else has set one of
    /// them.
    public List<String> cookies(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase("Cookie")) collectCookies(fields[i + 1], name, values);
        }
        return values;
    }

    /// The body; empty when none was sent. Not a copy: do not write into it.
    public byte[] body() {
        return body;
    }

    /// The client's address as text. A forwarded address is believed only from a trusted proxy.
    public String remoteAddress() {
        return remoteAddress;
    }

    /// Whether the client spoke TLS, to us or to a trusted proxy.
    public boolean isSecure() {
        return secure;
    }

    /// The certificate that the client connected with, in DER, and after it those that it came with; empty if it
    /// came without. That the client holds its key, the TLS handshake has proved, here or at a trusted proxy.
    public List<byte[]> certificates() {
        return certificates;
    }

    /// The media type of the body: lower case, parameters cut. [#UNSUPPORTED] when a character set other than UTF-8
    /// or a content coding is named; empty when Content-Type is absent or repeated.
    public Optional<String> mediaType() {
        String type = single("Content-Type");
        if (type == null) return Optional.empty();
        if (has("Content-Encoding")) return Optional.of(UNSUPPORTED);
        int semicolon = type.indexOf(';');
        if (semicolon < 0) return Optional.of(lowerCase(type.strip()));
        if (!isUtf8(type, semicolon)) return Optional.of(UNSUPPORTED);
        return Optional.of(lowerCase(type.substring(0, semicolon).strip()));
    }

    /// Says which request this is; headers and body may hold secrets and are left out.
    @Override
    public String toString() {
        return "Request[" + id + "]";
    }

    private @Nullable String single(String name) {
        String found = null;
        for (int i = 0; i < fields.length; i += 2) {
            if (!fields[i].equalsIgnoreCase(name)) continue;
            if (found != null) return null;
            found = fields[i + 1];
        }
        return found;
    }

    private boolean has(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) return true;
        }
        return false;
    }

    private static void collectCookies(String line, String name, List<String> values) {
        int start = 0;
        while (start <= line.length()) {
            int end = line.indexOf(';', start);
            if (end < 0) end = line.length();
            int equals = line.indexOf('=', start);
            if (equals >= 0
                    && equals < end
                    && line.substring(start, equals).strip().equals(name)) {
                values.add(line.substring(equals + 1, end).strip());
            }
            start = end + 1;
        }
    }

    /// Whether every charset parameter says UTF-8 (RFC 9110 §8.3.2). Other parameters do not matter to us.
    private static boolean isUtf8(String type, int semicolon) {
        int start = semicolon + 1;
        while (start <= type.length()) {
            int end = type.indexOf(';', start);
            if (end < 0) end = type.length();
            String parameter = type.substring(start, end).strip();
            if (parameter.regionMatches(true, 0, "charset", 0, 7)
                    && !parameter.equalsIgnoreCase("charset=utf-8")
                    && !parameter.equalsIgnoreCase("charset=\"utf-8\"")) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /// Builds a request for a test; every part has a harmless default.
    public static final class Builder {
        private final String method;
        private final String path;
        private final List<String> fields = new ArrayList<>();
        private @Nullable String query;
        private byte[] body = NO_BODY;
        private String id = "request-of-a-test";
        private String remoteAddress = "127.0.0.1";
        private boolean secure;
        private List<byte[]> certificates = List.of();

        private Builder(String method, String path) {
            this.method = method;
            this.path = path;
        }

        public Builder id(String value) {
            id = value;
            return this;
        }

        public Builder query(String raw) {
            query = raw;
            return this;
        }

        /// Adds a header; a name given twice is sent twice.
        public Builder header(String name, String value) {
            fields.add(name);
            fields.add(value);
            return this;
        }

        public Builder body(byte[] bytes) {
            body = bytes.clone();
            return this;
        }

        /// The Content-Type and a body in UTF-8.
        public Builder body(String mediaType, String text) {
            return header("Content-Type", mediaType).body(text.getBytes(StandardCharsets.UTF_8));
        }

        public Builder form(String encoded) {
            return body("application/x-www-form-urlencoded", encoded);
        }

        public Builder json(String text) {
            return body("application/json", text);
        }

        public Builder remoteAddress(String address) {
            remoteAddress = address;
            return this;
        }

        public Builder secure(boolean value) {
            secure = value;
            return this;
        }

        public Builder certificates(List<byte[]> chain) {
            certificates = List.copyOf(chain);
            return this;
        }

        public Request build() {
            return new Request(
                    id, method, path, query, fields.toArray(String[]::new), body, remoteAddress, secure, certificates);
        }
    }
}
