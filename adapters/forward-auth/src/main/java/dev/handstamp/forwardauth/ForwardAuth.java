package dev.handstamp.forwardauth;

import dev.handstamp.verifier.TokenVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// The service: a proxy asks `/verify` about each request, and `/health` tells that it runs.
///
/// Every input is bounded: the length and number of headers, connections, threads, and the time a connection may be
/// idle. Bodies are never read.
public final class ForwardAuth implements AutoCloseable {

    private static final int MAXIMUM_HEADER_BYTES = 40 * 1024;
    private static final int MAXIMUM_RESPONSE_HEADER_BYTES = 48 * 1024;
    private static final int MAXIMUM_CONNECTIONS = 2_048;
    private static final int MAXIMUM_THREADS = 64;
    private static final int ACCEPT_QUEUE = 1_024;
    private static final Duration IDLE = Duration.ofSeconds(60);

    private final Server server;
    private final ServerConnector connector;
    private final TokenVerifier verifier;

    private ForwardAuth(ForwardAuthSettings settings, TokenVerifier verifier) {
        this.verifier = verifier;
        var threads = new QueuedThreadPool(MAXIMUM_THREADS, 4);
        threads.setName("forward-auth");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(httpConfiguration(settings.proxy)));
        connector.setHost(settings.host);
        connector.setPort(settings.port);
        connector.setIdleTimeout(IDLE.toMillis());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        connector.addBean(new NetworkConnectionLimit(MAXIMUM_CONNECTIONS, connector));
        server.addConnector(connector);
        server.setHandler(new Service(settings, new Gatekeeper(settings, verifier)));
        server.setErrorHandler(new Service.Refusals());
    }

    /// Serves when this returns. The issuer is asked when the first token comes.
    ///
    /// @param settings that hold together, as every object of theirs does
    /// @return the service, to be closed when it ends
    /// @throws UncheckedIOException if the address is taken; the message says which
    /// @throws IllegalStateException if the listener does not start for another reason
    public static ForwardAuth start(ForwardAuthSettings settings) {
        var service = new ForwardAuth(settings, settings.verifier());
        try {
            service.server.start();
            return service;
        } catch (IOException e) {
            service.close();
            String where = "cannot serve at " + settings.host + " port " + settings.port + ": " + e.getMessage();
            throw new UncheckedIOException(where, e);
        } catch (Exception e) {
            service.close();
            throw new IllegalStateException("cannot serve at " + settings.host + " port " + settings.port, e);
        }
    }

    /// {@return the port that is served, also when a free one was asked for}
    public int port() {
        return connector.getLocalPort();
    }

    /// Ends at once: a proxy asks again.
    ///
    /// @throws IllegalStateException if the listener does not stop
    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the listener did not stop", e);
        } finally {
            verifier.close();
        }
    }

    private static HttpConfiguration httpConfiguration(Proxy proxy) {
        var http = new HttpConfiguration();
        http.setHttpCompliance(HttpCompliance.STRICT);
        // Behind Envoy the path is the visitor's, which we compare with nothing and only pass on to the login.
        http.setUriCompliance(proxy == Proxy.ENVOY ? UriCompliance.UNSAFE : UriCompliance.RFC3986);
        http.setRequestHeaderSize(MAXIMUM_HEADER_BYTES);
        http.setMaxResponseHeaderSize(MAXIMUM_RESPONSE_HEADER_BYTES);
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        return http;
    }
}
