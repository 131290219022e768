package dev.handstamp.verifier;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A connection that its one reader waits at until a deadline and no longer, in plain or under TLS, directly or through
/// the proxy that the JVM is told of.
///
/// The time limit of a socket begins anew with every byte, and so a guard looks once a second whether the reader
/// waits for longer than it wanted to. Any thread may close it, and the reader goes on at once.
final class Wire implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final long GUARD_MILLIS = 1_000;
    private static final int LONGEST_HEAD = 16 * 1024;

    private final URI address;
    private final Proxy proxy;
    private final Socket raw;
    private final Future<?> guard;
    private Socket socket;
    private volatile long deadline;
    private volatile boolean waiting;
    private volatile boolean overdue;

    // Only the reader's.
    private final byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    private Wire(URI address) {
        this.address = address;
        this.proxy = proxy(address);
        this.raw = proxy.type() == Proxy.Type.SOCKS ? new Socket(proxy) : new Socket(Proxy.NO_PROXY);
        this.socket = raw;
        this.guard = IssuerConnection.WATCH.scheduleWithFixedDelay(
                this::closeIfOverdue, GUARD_MILLIS, GUARD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /// Not connected yet, so that somebody else can close it already.
    static Wire to(URI address) {
        return new Wire(address);
    }

    /// @throws IOException if that fails or takes too long
    void connect(Deadline limit) throws IOException {
        waitUntil(limit);
        raw.connect(destination(), millis(limit.sooner(Deadline.in(CONNECT_LIMIT))));
        raw.setTcpNoDelay(true);
        if (isTls()) {
            if (proxy.type() == Proxy.Type.HTTP) tunnel(limit);
            socket = underTls(limit);
        }
        waiting = false;
    }

    /// How a request names its target here: a proxy wants to know the whole address (RFC 9112 §3.2).
    String target() {
        String path = address.getRawPath() == null || address.getRawPath().isEmpty() ? "/" : address.getRawPath();
        String local = address.getRawQuery() == null ? path : path + "?" + address.getRawQuery();
        boolean whole = proxy.type() == Proxy.Type.HTTP && !isTls();
        return whole ? "http://" + authority() + local : local;
    }

    /// What the field `Host` says.
    String authority() {
        return address.getPort() < 0 ? address.getHost() : address.getHost() + ":" + address.getPort();
    }

    void write(String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /// The lines before the empty one.
    ///
    /// @throws IOException if they do not come in time, or are too long
    String head(Deadline limit) throws IOException {
        var head = new StringBuilder();
        while (head.length() <= LONGEST_HEAD) {
            int next = read(limit);
            if (next < 0) throw new IOException("the connection was ended");
            head.append((char) next);
            if (next == '\n' && head.length() >= 4 && head.lastIndexOf("\r\n\r\n") == head.length() - 4) {
                return head.substring(0, head.length() - 4);
            }
        }
        throw new IOException("a head of more than " + LONGEST_HEAD + " bytes");
    }

    /// The next byte; negative at the end.
    int read(Deadline limit) throws IOException {
        return available(limit) ? buffer[start++] & 0xFF : -1;
    }

    /// Whether there is more, which then stands in the [#buffer()].
    boolean available(Deadline limit) throws IOException {
        while (start == end) {
            waitUntil(limit);
            socket.setSoTimeout(millis(limit));
            int count = receive();
            waiting = false;
            if (count < 0) return false;
            start = 0;
            end = count;
        }
        return true;
    }

    byte[] buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    int count() {
        return end - start;
    }

    void skip(int count) {
        start += count;
    }

    @Override
    public void close() {
        guard.cancel(false);
        closeRaw();
    }

    private void waitUntil(Deadline limit) {
        deadline = limit.nanoTime();
        waiting = true;
    }

    private int receive() throws IOException {
        try {
            return socket.getInputStream().read(buffer, 0, buffer.length);
        } catch (IOException e) {
            if (!overdue) throw e;
            throw new SocketTimeoutException("a drip that took too long");
        }
    }

    /// A while later than the socket's own limit, which is to be the one that tells.
    private void closeIfOverdue() {
        if (!waiting || System.nanoTime() - deadline < TimeUnit.MILLISECONDS.toNanos(GUARD_MILLIS)) return;
        overdue = true;
        closeRaw();
    }

    /// Under TLS too: whoever ends a feed owes the other side no word, and must not wait for it.
    private void closeRaw() {
        try {
            raw.close();
        } catch (IOException e) {
            // It is given up either way.
        }
    }

    private InetSocketAddress destination() {
        if (proxy.type() == Proxy.Type.SOCKS) return InetSocketAddress.createUnresolved(host(), port());
        if (proxy.type() == Proxy.Type.DIRECT) return new InetSocketAddress(host(), port());
        var via = (InetSocketAddress) proxy.address();
        return new InetSocketAddress(via.getHostString(), via.getPort());
    }

    private void tunnel(Deadline limit) throws IOException {
        String both = host().contains(":") ? "[" + host() + "]:" + port() : host() + ":" + port();
        write("CONNECT " + both + " HTTP/1.1\r\nHost: " + both + "\r\n\r\n");
        var head = AnswerHead.parse(head(limit));
        if (head.status() / 100 != 2) throw new IOException("the proxy answered " + head.status());
    }

    private SSLSocket underTls(Deadline limit) throws IOException {
        try {
            var tls = (SSLSocket) SSLContext.getDefault().getSocketFactory().createSocket(raw, host(), port(), true);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // The certificate is this host's (RFC 9110 §4.3.4).
            tls.setSSLParameters(parameters);
            tls.setSoTimeout(millis(limit));
            tls.startHandshake();
            return tls;
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private boolean isTls() {
        return "https".equalsIgnoreCase(address.getScheme());
    }

    private String host() {
        String host = address.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private int port() {
        if (address.getPort() >= 0) return address.getPort();
        return isTls() ? 443 : 80;
    }

    private static int millis(Deadline limit) throws SocketTimeoutException {
        if (limit.isOver()) throw new SocketTimeoutException("too late");
        return (int) Math.max(1, limit.remaining().toMillis());
    }

    private static Proxy proxy(URI address) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of() : selector.select(address);
        return proxies.isEmpty() ? Proxy.NO_PROXY : proxies.get(0);
    }
}
