package dev.handstamp.server;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A TCP connection to somewhere on this machine that a test can cut and mend, and listen in on.
final class Cable implements AutoCloseable {

    private final ServerSocket near;
    private final int farPort;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final OutputStream said;
    private volatile boolean cut;

    Cable(int farPort) throws IOException {
        this(farPort, OutputStream.nullOutputStream());
    }

    /// @param said gets what the near end says, as it passes by
    Cable(int farPort, OutputStream said) throws IOException {
        this.farPort = farPort;
        this.said = said;
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
                Thread.ofVirtual().start(() -> copy(socket, far, said));
                Thread.ofVirtual().start(() -> copy(far, socket, OutputStream.nullOutputStream()));
            } catch (IOException _) {
                // The test is over, or the far end is not there: both are what a cut cable looks like.
            }
        }
    }

    private void copy(Socket from, Socket to, OutputStream witness) {
        try {
            byte[] part = new byte[8192];
            for (int read = from.getInputStream().read(part);
                    read >= 0;
                    read = from.getInputStream().read(part)) {
                witness.write(part, 0, read);
                to.getOutputStream().write(part, 0, read);
            }
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
