package dev.handstamp.forwardauth;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;

/// A real nginx, on a free port of loopback.
final class Nginx implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 5;

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param servers the `server` blocks, given the port to listen on
    static Nginx start(Path folder, IntFunction<String> servers) throws Exception {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Process process = run(folder, servers.apply(port));
            if (isListening(process, port)) return new Nginx(process, port);
            process.destroyForcibly().waitFor();
            String log = Files.readString(folder.resolve("nginx.log"));
            boolean isTaken = log.contains("Address already in use");
            if (!isTaken || attempt == ATTEMPTS) throw new IOException("nginx did not start: " + log);
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
    }

    private static Process run(Path folder, String servers) throws IOException {
        String configuration = """
                daemon off;
                master_process off;
                pid FOLDER/nginx.pid;
                error_log stderr warn;
                events {}
                http {
                    access_log off;
                    client_body_temp_path FOLDER/body;
                    proxy_temp_path FOLDER/proxy;
                    fastcgi_temp_path FOLDER/fastcgi;
                    uwsgi_temp_path FOLDER/uwsgi;
                    scgi_temp_path FOLDER/scgi;
                """.replace("FOLDER", folder.toString());
        Path file = Files.writeString(folder.resolve("nginx.conf"), configuration + servers + "}\n");
        return new ProcessBuilder(program(), "-e", "stderr", "-p", folder.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile())
                .start();
    }

    /// Debian keeps it where not every PATH leads.
    private static String program() {
        Path debian = Path.of("/usr/sbin/nginx");
        return Files.isExecutable(debian) ? debian.toString() : "nginx";
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isListening(Process process, int port) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected() && process.isAlive();
            } catch (IOException notYet) {
                Thread.sleep(10);
            }
        }
        return false;
    }
}
