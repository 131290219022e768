package dev.handstamp.server.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// Makes requests to addresses that others have named, which is how a server is made to knock at doors inside its own
/// network (SSRF).
///
/// Only https, on public addresses. The name is looked up once, and the connection goes to the very address that was
/// looked at, so a second look-up cannot lead elsewhere. No redirect is followed, no compression is asked for; the
/// answer is bounded in bytes and in time from the first look-up to the last byte. One setting lifts the filter for a
/// network of one's own: then plain http is allowed to loopback too.
public final class OutboundHttp {

    /// Where requests may go.
    public enum Reach {
        PUBLIC_ONLY,
        PRIVATE_TOO
    }

    /// Why an address can never be asked.
    public enum Flaw {
        TOO_LONG("is longer than " + LONGEST_URI + " characters"),
        NO_HOST("names no host"),
        USER_NAME("holds a user name"),
        FRAGMENT("holds a fragment"),
        PLAIN("is not https"),
        INSIDE("is not a public address");

        private final String words;

        Flaw(String words) {
            this.words = words;
        }

        /// What the address does, in English.
        public String words() {
            return words;
        }
    }

    /// The bounds of one request.
    ///
    /// @param time  for all of it
    /// @param bytes the longest body of an answer
    public record Limits(Duration time, int bytes) {}

    /// Looks a name up: the system does, but in tests.
    @FunctionalInterface
    interface Resolver {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private static final int LONGEST_URI = 2048;

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final Reach reach;
    private final Resolver resolver;
    private final TrustAnchors trust;

    /// A way out.
    ///
    /// @param trustAnchors a PEM file of authorities to trust besides those of the Java runtime
    /// @throws IOException if the file cannot be used; the message names it
    public static OutboundHttp of(Reach reach, Optional<Path> trustAnchors) throws IOException {
        TrustAnchors trust = trustAnchors.isEmpty() ? TrustAnchors.ofRuntime() : TrustAnchors.read(trustAnchors.get());
        return new OutboundHttp(reach, InetAddress::getAllByName, trust);
    }

    OutboundHttp(Reach reach) {
        this(reach, InetAddress::getAllByName);
    }

    OutboundHttp(Reach reach, Resolver resolver) {
        this(reach, resolver, TrustAnchors.ofRuntime());
    }

    OutboundHttp(Reach reach, Resolver resolver, TrustAnchors trust) {
        this.reach = reach;
        this.resolver = resolver;
        this.trust = trust;
    }

    /// What makes TLS of other connections believe the same certificates: those to the mail server.
    public SSLSocketFactory sockets() throws IOException {
        return trust.sockets();
    }

    /// Why an address can never be asked, so that it is refused when it is registered; empty if it may be. Looks no
    /// name
    /// up: what a name leads to is looked at with each request.
    public Optional<Flaw> flawOf(URI uri) {
        if (uri.toString().length() > LONGEST_URI) return Optional.of(Flaw.TOO_LONG);
        String host = uri.getHost();
        if (host == null || host.isEmpty() || uri.isOpaque()) return Optional.of(Flaw.NO_HOST);
        if (uri.getRawUserInfo() != null) return Optional.of(Flaw.USER_NAME);
        if (uri.getRawFragment() != null) return Optional.of(Flaw.FRAGMENT);
        if (isPlain(uri) && reach == Reach.PUBLIC_ONLY) return Optional.of(Flaw.PLAIN);
        if (!isPlain(uri) && !"https".equalsIgnoreCase(uri.getScheme())) return Optional.of(Flaw.PLAIN);
        if (reach == Reach.PRIVATE_TOO) return Optional.empty();
        return namesInside(host) ? Optional.of(Flaw.INSIDE) : Optional.empty();
    }

    /// Asks for a document.
    ///
    /// @param accept the media type that is wanted
    public Outcome get(URI uri, String accept, Limits limits) {
        return send(uri, "GET", Map.of("Accept", accept), new byte[0], limits);
    }

    /// Posts a body.
    ///
    /// @param headers Content-Type among them
    public Outcome post(URI uri, Map<String, String> headers, byte[] body, Limits limits) {
        return send(uri, "POST", headers, body, limits);
    }

    private Outcome send(URI uri, String method, Map<String, String> headers, byte[] body, Limits limits) {
        Optional<Flaw> flaw = flawOf(uri);
        if (flaw.isPresent()) return new NoAnswer("the address " + flaw.get().words());
        AtomicReference<@Nullable Socket> connection = new AtomicReference<>();
        FutureTask<Outcome> exchange =
                new FutureTask<>(() -> exchange(uri, written(uri, method, headers, body), limits, connection));
        Thread.ofVirtual().name("outbound").start(exchange);
        try {
            return exchange.get(limits.time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            return new NoAnswer("no whole answer within " + limits.time.toMillis() + " ms");
        } catch (ExecutionException e) {
            return new NoAnswer(String.valueOf(e.getCause()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new NoAnswer("interrupted");
        } finally {
            exchange.cancel(true);
            close(connection.get());
        }
    }

    private Outcome exchange(URI uri, byte[] message, Limits limits, AtomicReference<@Nullable Socket> connection) {
        String host = unbracketed(uri.getHost());
        try {
            List<InetAddress> allowed = Arrays.stream(resolver.addressesOf(host))
                    .filter(address -> isAllowed(address, uri))
                    .toList();
            if (allowed.isEmpty()) return new NoAnswer(host + " is not a public address");
            try (Socket socket = connected(allowed.getFirst(), host, uri, limits, connection)) {
                socket.getOutputStream().write(message);
                socket.getOutputStream().flush();
                return new AnswerReader(socket.getInputStream(), limits.bytes).read();
            }
        } catch (UnknownHostException _) {
            return new NoAnswer(host + " is unknown");
        } catch (IOException e) {
            return new NoAnswer(e.toString());
        }
    }

    private Socket connected(
            InetAddress address, String host, URI uri, Limits limits, AtomicReference<@Nullable Socket> connection)
            throws IOException {
        int timeout = (int) limits.time.toMillis();
        Socket plain = new Socket();
        connection.set(plain);
        plain.setSoTimeout(timeout);
        plain.connect(new InetSocketAddress(address, port(uri)), timeout);
        if (isPlain(uri)) return plain;

        var secure = (SSLSocket) trust.sockets().createSocket(plain, host, port(uri), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private boolean isAllowed(InetAddress address, URI uri) {
        if (reach == Reach.PUBLIC_ONLY) return PublicAddresses.contain(address);
        return !isPlain(uri) || address.isLoopbackAddress();
    }

    /// A number in any spelling is looked up without asking anybody, and the resolver knows them all.
    private static boolean namesInside(String host) {
        String name = unbracketed(host);
        if (name.equalsIgnoreCase("localhost") || name.toLowerCase(Locale.ROOT).endsWith(".localhost")) return true;
        boolean isNumber =
                name.indexOf(':') >= 0 || name.matches("(?i)(0x[0-9a-f]*|[0-9]+)(\\.(0x[0-9a-f]*|[0-9]+))*\\.?");
        if (!isNumber) return name.endsWith(".") || name.indexOf('.') < 0;
        try {
            return !name.matches("[0-9.:a-fA-F]+") || !PublicAddresses.contain(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException _) {
            return true; // Odd spellings of numbers are never meant well.
        }
    }

    private static boolean isPlain(URI uri) {
        return "http".equalsIgnoreCase(uri.getScheme());
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) return uri.getPort();
        return isPlain(uri) ? 80 : 443;
    }

    private static String unbracketed(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static void close(@Nullable Socket socket) {
        try {
            if (socket != null) socket.close();
        } catch (IOException _) {
            // It is of no use any more.
        }
    }

    /// A request as it is written: one connection, one request.
    private static byte[] written(URI uri, String method, Map<String, String> headers, byte[] body) {
        StringBuilder head = new StringBuilder(256);
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        head.append(method).append(' ').append(path);
        if (uri.getRawQuery() != null) head.append('?').append(uri.getRawQuery());
        head.append(" HTTP/1.1\r\nHost: ").append(uri.getHost());
        if (uri.getPort() >= 0) head.append(':').append(uri.getPort());
        head.append("\r\nConnection: close\r\nUser-Agent: handstamp\r\n");
        if (!method.equals("GET"))
            head.append("Content-Length: ").append(body.length).append("\r\n");
        headers.forEach((name, value) -> head.append(line(name, value)));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, whole, start.length, body.length);
        return whole;
    }

    private static String line(String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException("a header with a control character: " + name);
        }
        return name + ": " + value + "\r\n";
    }
}
