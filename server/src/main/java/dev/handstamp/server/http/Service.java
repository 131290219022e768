package dev.handstamp.server.http;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.util.Callback;

/// What all exchanges of one listener share, and the count of those in flight.
final class Service extends Handler.Abstract.NonBlocking {

    private volatile Router router;
    private final Consumer<RequestObserved> observer;
    private final TrustedProxies proxies;
    private final boolean tls;
    private final boolean clientCertificates;
    private final Optional<String> certificateHeader;
    private final int maximumBodyBytes;
    private final LongAdder inFlight = new LongAdder();
    private final SlowConnections connections;
    private final Set<Outflow> outflows = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    Service(ListenerConfig config, Router router, Consumer<RequestObserved> observer, SlowConnections connections) {
        this.router = router;
        this.observer = observer;
        this.connections = connections;
        this.proxies = TrustedProxies.parse(config.trustedProxies());
        this.tls = config.tls().isPresent();
        this.clientCertificates = config.clientCertificates();
        this.certificateHeader = config.certificateHeader();
        this.maximumBodyBytes = config.maximumBodyBytes();
    }

    @Override
    public boolean handle(
            org.eclipse.jetty.server.Request request, org.eclipse.jetty.server.Response response, Callback callback) {
        var exchange = new Exchange(this, request, response, callback);
        inFlight.increment();
        exchange.start();
        return true;
    }

    void ended() {
        inFlight.decrement();
    }

    /// An answer begins that goes on, and looks after its own slowness.
    void began(Outflow outflow, Connection connection) {
        outflows.add(outflow);
        connections.began(outflow, connection);
    }

    void ended(Outflow outflow, Connection connection) {
        outflows.remove(outflow);
        connections.ended(connection);
    }

    boolean clientCertificates() {
        return clientCertificates;
    }

    Optional<String> certificateHeader() {
        return certificateHeader;
    }

    boolean isBusy() {
        return inFlight.sum() > 0;
    }

    /// From now on every answer closes its connection, and those that go on end.
    void close() {
        stopping = true;
        outflows.forEach(Outflow::endNow);
    }

    boolean isClosing() {
        return stopping;
    }

    void route(Router table) {
        router = table;
    }

    Router router() {
        return router;
    }

    Consumer<RequestObserved> observer() {
        return observer;
    }

    TrustedProxies proxies() {
        return proxies;
    }

    boolean tls() {
        return tls;
    }

    int maximumBodyBytes() {
        return maximumBodyBytes;
    }
}
