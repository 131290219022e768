package dev.handstamp.bench;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Thousands of feeds read by one thread, which notes when each revoked token was named on the last of them.
final class ManyFeeds implements AutoCloseable {

    private final Selector selector = Selector.open();
    private final List<SocketChannel> channels = new ArrayList<>();
    private final Map<String, Arrival> arrivals = new HashMap<>();
    private final Map<String, List<String>> decoded = new HashMap<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(256 * 1024);
    private final Thread thread = new Thread(this::run, "many-feeds");
    private volatile boolean closed;
    private final AtomicInteger open = new AtomicInteger();

    /// On how many feeds a token was named, and when on the last of them.
    private static final class Arrival {
        private int count;
        private long last;
    }

    /// What has come on one feed since the last line feed.
    private static final class Unread {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private boolean answered;
    }

    ManyFeeds(int port, String authorization, int count) throws IOException {
        byte[] request = ("GET /revocations HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: "
                        + authorization + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(request));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new Unread());
            channels.add(channel);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /// How many feeds have begun.
    int open() {
        return open.get();
    }

    /// When a token was named on the last of all feeds; 0 when it was not yet named on each.
    long namedEverywhere(String jwtId) {
        synchronized (arrivals) {
            Arrival arrival = arrivals.get(jwtId);
            return arrival == null || arrival.count < channels.size() ? 0 : arrival.last;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        for (SocketChannel channel : channels) channel.close();
    }

    private void run() {
        try {
            while (!closed)
                selector.select(key -> {
                    try {
                        read((SocketChannel) key.channel(), (Unread) key.attachment());
                    } catch (IOException | JsonException e) {
                        key.cancel();
                    }
                });
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(SocketChannel channel, Unread unread) throws IOException, JsonException {
        buffer.clear();
        if (channel.read(buffer) < 0) throw new IOException("a feed was ended");
        byte[] bytes = buffer.array();
        int start = 0;
        for (int i = 0; i < buffer.position(); i++) {
            if (bytes[i] != '\n') continue;
            unread.line.write(bytes, start, i - start);
            start = i + 1;
            end(unread);
        }
        unread.line.write(bytes, start, buffer.position() - start);
    }

    private void end(Unread unread) throws JsonException {
        String line = unread.line.toString(StandardCharsets.US_ASCII);
        unread.line.reset();
        if (!line.startsWith("data:")) return;
        if (!unread.answered) {
            unread.answered = true;
            open.incrementAndGet();
        }
        List<String> named = decoded.get(line);
        if (named == null) {
            named = named(line);
            decoded.put(line, named);
        }
        long now = System.nanoTime();
        synchronized (arrivals) {
            for (String each : named) {
                Arrival arrival = arrivals.computeIfAbsent(each, _ -> new Arrival());
                arrival.count++;
                arrival.last = now;
            }
        }
    }

    /// What an event says was revoked; it is not verified here.
    private static List<String> named(String data) throws JsonException {
        String payload = data.substring(data.indexOf('.') + 1, data.lastIndexOf('.'));
        Map<String, Object> claims = Json.parseObject(Base64.getUrlDecoder().decode(payload));
        List<String> named = new ArrayList<>();
        if (!(claims.get("events") instanceof Map<?, ?> events)
                || !(events.get("urn:handstamp:event:revoked") instanceof Map<?, ?> revoked)
                || !(revoked.get("rules") instanceof List<?> rules)) {
            return named;
        }
        for (Object rule : rules) {
            if (rule instanceof List<?> fields && fields.get(1) instanceof String id) named.add(id);
        }
        return named;
    }
}
