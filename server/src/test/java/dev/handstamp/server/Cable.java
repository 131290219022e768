package dev.handstamp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A TCP connection to somewhere on this machine that a test can cut and mend.
final class Cable implements AutoCloseable {

    private final ServerSocket near;
    private final int farPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    Cable(int farPort) throws IOException {
        this.farPort = farPort;
        this.near = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return near.getLocalPort();
    }

    /// Breaks every connection, and every one that is tried from now on.
    void cut() {
        cut = true;
        sockets.forEach(Cable::close);
    }

    void mend() {
        cut = false;
    }

    @Override
    public void close() {
        cut();
        try {
            near.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!near.isClosed()) {
            try {
                Socket socket = near.accept();
                if (cut) {
                    close(socket);
                    continue;
                }
                Socket far = new Socket(InetAddress.getLoopbackAddress(), farPort);
                sockets.add(socket);
                sockets.add(far);
                Thread.ofVirtual().start(() -> copy(socket, far));
                Thread.ofVirtual().start(() -> copy(far, socket));
            } catch (IOException _) {
                // The test is over, or the far end is not there: both are what a cut cable looks like.
            }
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // Cut.
        } finally {
            close(from);
            close(to);
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
