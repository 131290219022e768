package dev.handstamp.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.Callback;

/// Writes answers: the endpoint's headers, those that every answer carries, and the body, in one write.
final class Answers {

    private static final HttpField NO_SNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    private static final HttpField NO_REFERRER = new PreEncodedHttpField("Referrer-Policy", "no-referrer");
    private static final HttpField TRANSPORT_SECURITY =
            new PreEncodedHttpField(HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    private static final HttpField CLOSE =
            new PreEncodedHttpField(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
    private static final HttpField JSON_TYPE =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Response.JSON_TYPE.value());
    private static final HttpField NO_STORE =
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, Response.NO_STORE.value());

    private Answers() {}

    static void write(
            org.eclipse.jetty.server.Response out,
            Response answer,
            String requestId,
            boolean secure,
            boolean close,
            Callback callback) {
        byte[] body = answer.body();
        HttpFields.Mutable fields = head(out, answer, requestId, secure, close);
        if (mayHaveBody(answer.status())) fields.put(HttpHeader.CONTENT_LENGTH, body.length);
        out.write(true, ByteBuffer.wrap(body), callback);
    }

    /// Status and headers, but for the length.
    static HttpFields.Mutable head(
            org.eclipse.jetty.server.Response out, Response answer, String requestId, boolean secure, boolean close) {
        out.setStatus(answer.status());
        HttpFields.Mutable fields = out.getHeaders();
        addHeaders(fields, answer);
        fields.add("X-Request-Id", requestId);
        if (secure) fields.add(TRANSPORT_SECURITY);
        if (close) fields.add(CLOSE);
        return fields;
    }

    private static void addHeaders(HttpFields.Mutable fields, Response answer) {
        boolean json = false;
        boolean cacheSaid = false;
        boolean referrerSaid = false;
        for (Header header : answer.headers()) {
            if (header.equals(Response.JSON_TYPE)) {
                json = true;
                fields.add(JSON_TYPE);
            } else if (header.equals(Response.NO_STORE)) {
                cacheSaid = true;
                fields.add(NO_STORE);
            } else {
                cacheSaid |= header.name().equalsIgnoreCase("Cache-Control");
                referrerSaid |= header.name().equalsIgnoreCase("Referrer-Policy");
                fields.add(new HttpField(header.name(), header.value()));
            }
        }
        if (json && !cacheSaid) fields.add(NO_STORE);
        if (!referrerSaid) fields.add(NO_REFERRER);
        fields.add(NO_SNIFF);
    }

    /// RFC 9110 §8.6: no Content-Length in a 204; a 304 has none of its own.
    private static boolean mayHaveBody(int status) {
        return status >= 200 && status != 204 && status != 304;
    }
}
