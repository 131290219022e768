package dev.handstamp.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// An HTTP answer that a [TestIssuer] gives in place of the right one. Immutable.
public final class Answer {

    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final int missing;
    private final Duration delay;
    private final Duration pausePerByte;
    private final CountDownLatch released;

    private Answer(
            int status,
            Map<String, String> headers,
            byte[] body,
            int missing,
            Duration delay,
            Duration pausePerByte,
            CountDownLatch released) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.missing = missing;
        this.delay = delay;
        this.pausePerByte = pausePerByte;
        this.released = released;
    }

    /// A status and an empty body.
    ///
    /// @param status of HTTP, such as 503
    /// @return the answer
    public static Answer status(int status) {
        return new Answer(status, Map.of(), new byte[0], 0, Duration.ZERO, Duration.ZERO, new CountDownLatch(0));
    }

    /// Status 200 with `application/json`.
    ///
    /// @param json the body, whether it is JSON or not
    /// @return the answer
    public static Answer json(String json) {
        return status(200).header("Content-Type", "application/json").body(json.getBytes(StandardCharsets.UTF_8));
    }

    /// {@return 200 with a page, as a proxy gives when the issuer is away}
    public static Answer html() {
        byte[] page = "<!doctype html><title>Back soon</title><p>Back soon".getBytes(StandardCharsets.UTF_8);
        return status(200).header("Content-Type", "text/html").body(page);
    }

    /// Status 200 with a JSON object of at least this many bytes.
    ///
    /// @param bytes of filler
    /// @return the answer
    public static Answer huge(int bytes) {
        byte[] filler = new byte[bytes];
        Arrays.fill(filler, (byte) 'x');
        return json("{\"keys\":[],\"filler\":\"" + new String(filler, StandardCharsets.ISO_8859_1) + "\"}");
    }

    /// Status 302 to another place.
    ///
    /// @param location the value of `Location`
    /// @return the answer
    public static Answer redirect(String location) {
        return status(302).header("Location", location);
    }

    /// The same with one header more.
    ///
    /// @param name of the header; a former value is replaced
    /// @param value of the header
    /// @return another answer
    public Answer header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, more, body, missing, delay, pausePerByte, released);
    }

    /// The same with this body.
    ///
    /// @param bytes of any content; copied
    /// @return another answer
    public Answer body(byte[] bytes) {
        return new Answer(status, headers, bytes.clone(), missing, delay, pausePerByte, released);
    }

    /// The same, but the last bytes that were announced never come: the connection is cut.
    ///
    /// @param bytes how many
    /// @return another answer
    public Answer withoutLast(int bytes) {
        byte[] sent = Arrays.copyOf(body, Math.max(0, body.length - bytes));
        return new Answer(status, headers, sent, body.length - sent.length, delay, pausePerByte, released);
    }

    /// The same, after a while.
    ///
    /// @param pause before the first byte, in whole milliseconds
    /// @return another answer
    public Answer after(Duration pause) {
        return new Answer(status, headers, body, missing, pause, pausePerByte, released);
    }

    /// The same, but not before the test lets it go.
    ///
    /// @param released counted down by the test
    /// @return another answer
    public Answer heldUntil(CountDownLatch released) {
        return new Answer(status, headers, body, missing, delay, pausePerByte, released);
    }

    /// The same, byte by byte.
    ///
    /// @param pause before each next byte, in whole milliseconds
    /// @return another answer
    public Answer dripping(Duration pause) {
        return new Answer(status, headers, body, missing, delay, pause, released);
    }

    void send(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            pause(delay);
            released.await();
            headers.forEach(exchange.getResponseHeaders()::set);
            int announced = body.length + missing;
            exchange.sendResponseHeaders(status, announced == 0 ? -1 : announced);
            if (announced == 0) return;
            write(exchange.getResponseBody());
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(OutputStream out) throws IOException, InterruptedException {
        if (pausePerByte.isZero()) {
            out.write(body);
            return;
        }
        for (byte b : body) {
            out.write(b);
            out.flush();
            pause(pausePerByte);
        }
    }

    private static void pause(Duration time) throws InterruptedException {
        if (!time.isZero()) Thread.sleep(time.toMillis());
    }
}
