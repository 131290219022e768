package dev.handstamp.verifier;

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

/// Carries connections to a server, until it becomes a black hole: then connections stay open and carry nothing.
final class CuttingProxy implements AutoCloseable {

    private final URI target;
    private final ServerSocket door;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile boolean blackHole;

    private CuttingProxy(URI target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        start(this::accept);
    }

    static CuttingProxy to(URI target) throws IOException {
        return new CuttingProxy(target);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + door.getLocalPort() + target.getPath());
    }

    void blackHole() {
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
