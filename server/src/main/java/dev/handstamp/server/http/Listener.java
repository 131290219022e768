package dev.handstamp.server.http;

import dev.handstamp.server.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/// Serves a router over HTTP/1.1 (RFC 9112), with every input bounded.
///
/// A few threads read requests and never wait; endpoints run on virtual threads. What is malformed, too long or too
/// slow is refused here and never reaches an endpoint. Bytes in question of their meaning are never guessed at:
/// 400, and the connection is closed (RFC 9112 §11.2).
public final class Listener implements AutoCloseable {

    /// Request line and header section together; more is 414 or 431. Holds a Bearer token of 16384 characters and
    /// the usual.
    public static final int MAXIMUM_HEADER_BYTES = 24 * 1024;

    /// Header fields of one request; more is 431.
    public static final int MAXIMUM_HEADERS = 100;

    private static final int ACCEPT_QUEUE = 1_024;
    private static final int MAXIMUM_RESPONSE_HEADER_BYTES = 32 * 1024;
    private static final Duration IDLE_AT_CONNECTION_LIMIT = Duration.ofSeconds(2);
    private static final Duration UPKEEP_INTERVAL = Duration.ofSeconds(1);
    private static final Duration DRAIN_INTERVAL = Duration.ofMillis(5);

    private final ListenerConfig config;
    private final Service service;
    private final Server server;
    private final ServerConnector connector;
    private final SlowConnections connections;
    private final SslContextFactory.@Nullable Server ssl;
    private Tls.@Nullable Version tlsVersion;
    private @Nullable Thread upkeep;

    public Listener(ListenerConfig config, Router router) {
        this(config, router, _ -> {});
    }

    /// @param observer told of every answer, on the thread that answers: it must be quick and must not wait
    public Listener(ListenerConfig config, Router router, Consumer<RequestObserved> observer) {
        this.config = config;
        this.connections = new SlowConnections(config.headerTimeout(), config.bodyTimeout());
        this.service = new Service(config, router, observer, connections);
        this.server = new Server(threads());
        this.ssl = config.tls().isPresent() ? sslContextFactory(config.clientCertificates()) : null;
        this.connector = connector(server, config, ssl);
        connector.addBean(connections);
        server.addConnector(connector);
        server.setHandler(service);
        server.setErrorHandler(new Refusals(observer, service::router));
        var limit = new NetworkConnectionLimit(config.maximumConnections(), connector);
        limit.setEndPointIdleTimeout(IDLE_AT_CONNECTION_LIMIT.toMillis());
        connector.addBean(limit);
    }

    /// Takes the address without serving yet, so that the port is known to whoever makes the table of paths.
    ///
    /// @throws UncheckedIOException if the address is taken; the message says which
    public void bind() {
        try {
            connector.open();
        } catch (IOException e) {
            throw cannotServe(e);
        }
    }

    /// Serves another table than the one it was made with.
    public void start(Router router) {
        service.route(router);
        start();
    }

    /// Binds and serves.
    ///
    /// @throws UncheckedIOException if the address is taken or a TLS file cannot be used; the message says which
    public void start() {
        try {
            if (ssl != null) loadTls(ssl);
            server.start();
        } catch (IOException e) {
            throw cannotServe(e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot serve at " + config.host() + " port " + config.port(), e);
        }
        upkeep = Thread.ofVirtual().name("http-upkeep").start(this::keepUp);
    }

    /// The port that is served, also when a free one was asked for.
    public int port() {
        return connector.getLocalPort();
    }

    /// Refuses new connections at once, lets requests in flight finish within the grace, then closes everything.
    public void stop(Duration grace) {
        service.close();
        connector.close();
        long deadline = System.nanoTime() + grace.toNanos();
        try {
            while (service.isBusy() && System.nanoTime() < deadline) Thread.sleep(DRAIN_INTERVAL);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // whoever interrupts does not want to wait: close now
        }
        if (service.isBusy()) Log.warn("requests were cut off at the stop");
        if (upkeep != null) upkeep.interrupt();
        try {
            server.stop();
        } catch (Exception e) {
            Log.error("the listener did not stop cleanly", e);
        }
    }

    /// Stops without grace.
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    int openConnections() {
        return connections.count();
    }

    private void keepUp() {
        Duration shortest = shorter(config.headerTimeout(), config.bodyTimeout());
        Duration interval = shorter(UPKEEP_INTERVAL, Duration.ofNanos(shortest.toNanos() / 4));
        try {
            while (true) {
                Thread.sleep(interval);
                connections.sweep(System.nanoTime());
                if (ssl != null) reloadTls(ssl);
            }
        } catch (InterruptedException _) {
            // The listener stops.
        }
    }

    private UncheckedIOException cannotServe(IOException e) {
        String reason = e.getCause() instanceof BindException cause ? cause.getMessage() : e.getMessage();
        return new UncheckedIOException(
                "cannot serve at " + config.host() + " port " + config.port() + ": " + reason, e);
    }

    private void loadTls(SslContextFactory.Server factory) throws IOException {
        Tls files = config.tls().orElseThrow();
        tlsVersion = files.version();
        factory.setSslContext(files.load(config.clientCertificates()));
    }

    /// Takes over changed files for new connections. While they are half written, or do not fit, the old ones stay.
    private void reloadTls(SslContextFactory.Server factory) {
        Tls files = config.tls().orElseThrow();
        try {
            Tls.Version version = files.version();
            if (version.equals(tlsVersion)) return;
            tlsVersion = version;
            var context = files.load(config.clientCertificates());
            factory.reload(same -> same.setSslContext(context));
            Log.info("TLS certificate reloaded", "file", files.certificate());
        } catch (Exception e) {
            Log.warn("TLS certificate not reloaded, the former stays in use", "reason", e.getMessage());
        }
    }

    private static QueuedThreadPool threads() {
        // Selectors and the acceptor live here for good; the rest resumes connections and never waits.
        int cores = Runtime.getRuntime().availableProcessors();
        // Its own kind of queue would start the JVM's whole management first, to learn the size of a reference.
        var threads = new QueuedThreadPool(cores * 2 + 6, cores + 2, new LinkedBlockingQueue<>());
        threads.setName("http");
        threads.setDaemon(true);
        return threads;
    }

    private static SslContextFactory.Server sslContextFactory(boolean clientCertificates) {
        var factory = new SslContextFactory.Server();
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        factory.setIncludeCipherSuites(Tls.CIPHER_SUITES.toArray(String[]::new));
        factory.setRenegotiationAllowed(false);
        factory.setWantClientAuth(clientCertificates);
        return factory;
    }

    private static ServerConnector connector(
            Server server, ListenerConfig config, SslContextFactory.@Nullable Server ssl) {
        var http = new StrictConnections(httpConfiguration());
        ConnectionFactory[] factories =
                ssl == null ? new ConnectionFactory[] {http} : new ConnectionFactory[] {tls(ssl, http), http};
        int selectors = Math.max(1, Runtime.getRuntime().availableProcessors());
        var connector = new ServerConnector(server, 1, selectors, factories);
        connector.setHost(config.host());
        connector.setPort(config.port());
        connector.setIdleTimeout(config.idleTimeout().toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        return connector;
    }

    private static SslConnectionFactory tls(SslContextFactory.Server ssl, StrictConnections http) {
        var tls = new SslConnectionFactory(ssl, http.getProtocol());
        tls.setEnsureSecureRequestCustomizer(false); // it would refuse a Host that the certificate does not name
        return tls;
    }

    private static HttpConfiguration httpConfiguration() {
        var http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.STRICT);
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setRequestHeaderSize(MAXIMUM_HEADER_BYTES);
        http.setMaxResponseHeaderSize(MAXIMUM_RESPONSE_HEADER_BYTES);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        return http;
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
