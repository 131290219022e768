package dev.handstamp.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Carries connections to a server on this machine, until it becomes a black hole: then connections stay open and carry
/// nothing, as when a cable is pulled somewhere between.
public final class TestProxy implements AutoCloseable {

    private final URI target;
    private final ServerSocket door;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile boolean blackHole;

    private TestProxy(URI target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    /// Listens on a free port of loopback.
    ///
    /// @param target what stands behind it, by http on a port that is named; its path is kept
    /// @return a proxy that carries, to be closed by the test
    /// @throws IOException if there is no free port
    public static TestProxy to(URI target) throws IOException {
        return new TestProxy(target);
    }

    /// {@return what stands behind it, as reached through it}
    public URI address() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort() + target.getPath());
    }

    /// Carries nothing any more; open connections stay open, and new ones can be made.
    public void blackHole() {
        blackHole = true;
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : sockets) socket.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket near = door.accept();
            Socket far = new Socket();
            far.connect(new InetSocketAddress(target.getHost(), target.getPort()));
            sockets.add(near);
            sockets.add(far);
            start(() -> carry(near, far));
            start(() -> carry(far, near));
        }
    }

    private void carry(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (!blackHole) out.write(buffer, 0, read);
        }
        if (!blackHole) to.close();
    }

    /// What runs until its socket is closed.
    private interface Carrying {
        void run() throws IOException;
    }

    private static void start(Carrying carrying) {
        var thread = new Thread(() -> {
            try {
                carrying.run();
            } catch (IOException closed) {
                // Nothing left to carry.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
