package dev.handstamp.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// One HTTP request of a test, built up and sent.
final class Call {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final HttpRequest.Builder request;
    private final String method;
    private byte[] body = {};

    Call(String method, URI uri) {
        this.method = method;
        this.request = HttpRequest.newBuilder(uri);
    }

    Call header(String name, String value) {
        request.header(name, value);
        return this;
    }

    Call basic(String name, String secret) {
        String both = encode(name) + ":" + encode(secret);
        String text = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        return header("Authorization", "Basic " + text);
    }

    Call bearer(String token) {
        return header("Authorization", "Bearer " + token);
    }

    Call cookie(String name, String value) {
        return header("Cookie", name + "=" + value);
    }

    Call json(String text) {
        return body("application/json", text);
    }

    /// Names and values in turn.
    Call form(String... pairs) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            if (i > 0) form.append('&');
            form.append(encode(pairs[i])).append('=').append(encode(pairs[i + 1]));
        }
        return body("application/x-www-form-urlencoded", form.toString());
    }

    Call form(Map<String, String> fields) {
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> pairs.addAll(List.of(name, value)));
        return form(pairs.toArray(String[]::new));
    }

    /// Names and values in turn, and a file, as a browser sends them in parts.
    Call upload(String field, byte[] file, String... pairs) {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        String begin = "--edge-of-a-part\r\nContent-Disposition: form-data; name=\"";
        for (int i = 0; i < pairs.length; i += 2) {
            String part = begin + pairs[i] + "\"\r\n\r\n" + pairs[i + 1] + "\r\n";
            parts.writeBytes(part.getBytes(StandardCharsets.UTF_8));
        }
        String name = file.length == 0 ? "" : "image";
        parts.writeBytes((begin + field + "\"; filename=\"" + name + "\"\r\nContent-Type: image/png\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        parts.writeBytes(file);
        parts.writeBytes("\r\n--edge-of-a-part--\r\n".getBytes(StandardCharsets.UTF_8));
        return body("multipart/form-data; boundary=edge-of-a-part", parts.toByteArray());
    }

    Call body(String mediaType, String text) {
        return body(mediaType, text.getBytes(StandardCharsets.UTF_8));
    }

    Call body(String mediaType, byte[] bytes) {
        body = bytes;
        return header("Content-Type", mediaType);
    }

    Reply send() {
        try {
            var publisher = body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body);
            HttpResponse<byte[]> response =
                    CLIENT.send(request.method(method, publisher).build(), BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
