package dev.handstamp.server.http;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Where and within which bounds a listener serves. [#of] gives the defaults, the `with…` methods change one part.
///
/// @param host               the address to bind
/// @param port               0 takes a free one
/// @param tls                absent behind a proxy or on loopback
/// @param trustedProxies     addresses (`192.0.2.7`) and networks (`10.0.0.0/8`) whose forwarded headers are believed
/// @param clientCertificates whether TLS asks for certificates of clients, and takes any or none
/// @param certificateHeader  where a trusted proxy hands the client's certificate on
/// @param maximumBodyBytes   a longer body is 413
/// @param maximumConnections at the limit no more are accepted, and idle ones are closed soon
/// @param headerTimeout      a header section that is not complete by then closes its connection
/// @param bodyTimeout        a body that is not complete by then closes its connection
/// @param idleTimeout        a connection that is silent for so long is closed
public record ListenerConfig(
        String host,
        int port,
        Optional<Tls> tls,
        Set<String> trustedProxies,
        boolean clientCertificates,
        Optional<String> certificateHeader,
        int maximumBodyBytes,
        int maximumConnections,
        Duration headerTimeout,
        Duration bodyTimeout,
        Duration idleTimeout) {

    public ListenerConfig {
        trustedProxies = Set.copyOf(trustedProxies);
        if (port < 0 || port > 65_535) throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        if (maximumBodyBytes < 0) throw new IllegalArgumentException("a body is not shorter than nothing");
        if (maximumConnections < 1 || maximumConnections > 10_000) {
            throw new IllegalArgumentException("connections are 1 to 10000, not " + maximumConnections);
        }
    }

    public static ListenerConfig of(String host, int port) {
        return new ListenerConfig(
                host,
                port,
                Optional.empty(),
                Set.of(),
                false,
                Optional.empty(),
                64 * 1024,
                8_192,
                Duration.ofSeconds(10),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30));
    }

    public ListenerConfig withTls(Tls files) {
        return new ListenerConfig(
                host,
                port,
                Optional.of(files),
                trustedProxies,
                clientCertificates,
                certificateHeader,
                maximumBodyBytes,
                maximumConnections,
                headerTimeout,
                bodyTimeout,
                idleTimeout);
    }

    public ListenerConfig withTrustedProxies(Set<String> addresses) {
        return new ListenerConfig(
                host,
                port,
                tls,
                addresses,
                clientCertificates,
                certificateHeader,
                maximumBodyBytes,
                maximumConnections,
                headerTimeout,
                bodyTimeout,
                idleTimeout);
    }

    /// Asks for certificates of clients in the handshake.
    public ListenerConfig withClientCertificates() {
        return new ListenerConfig(
                host,
                port,
                tls,
                trustedProxies,
                true,
                certificateHeader,
                maximumBodyBytes,
                maximumConnections,
                headerTimeout,
                bodyTimeout,
                idleTimeout);
    }

    public ListenerConfig withCertificateHeader(String name) {
        return new ListenerConfig(
                host,
                port,
                tls,
                trustedProxies,
                clientCertificates,
                Optional.of(name),
                maximumBodyBytes,
                maximumConnections,
                headerTimeout,
                bodyTimeout,
                idleTimeout);
    }

    public ListenerConfig withMaximumBodyBytes(int bytes) {
        return new ListenerConfig(
                host,
                port,
                tls,
                trustedProxies,
                clientCertificates,
                certificateHeader,
                bytes,
                maximumConnections,
                headerTimeout,
                bodyTimeout,
                idleTimeout);
    }

    public ListenerConfig withMaximumConnections(int connections) {
        return new ListenerConfig(
                host,
                port,
                tls,
                trustedProxies,
                clientCertificates,
                certificateHeader,
                maximumBodyBytes,
                connections,
                headerTimeout,
                bodyTimeout,
                idleTimeout);
    }

    public ListenerConfig withTimeouts(Duration header, Duration body, Duration idle) {
        return new ListenerConfig(
                host,
                port,
                tls,
                trustedProxies,
                clientCertificates,
                certificateHeader,
                maximumBodyBytes,
                maximumConnections,
                header,
                body,
                idle);
    }
}
