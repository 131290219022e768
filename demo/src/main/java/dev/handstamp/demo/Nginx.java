package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// An nginx of our own, with the configuration of the demonstration.
final class Nginx implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Process process;

    private Nginx(Process process) {
        this.process = process;
    }

    /// Listens when this returns.
    ///
    /// @param places what stands in capitals in the configuration, and what it is here
    /// @throws IOException if it is not installed, or does not start; the message says why
    static Nginx start(Path folder, int port, Map<String, String> places) throws IOException {
        Path program = program()
                .orElseThrow(
                        () -> new IOException("nginx is not installed (on Debian, as root: apt-get install nginx)"));
        OwnerOnly.folder(folder);
        Path configuration = folder.resolve("nginx.conf");
        Path log = folder.resolve("nginx.log");
        OwnerOnly.write(configuration, configuration(folder, port, places));
        OwnerOnly.write(log, "");
        String[] command = {program.toString(), "-e", "stderr", "-p", folder.toString(), "-c", configuration.toString()
        };
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var nginx = new Nginx(process);
        if (nginx.listensAt(port)) return nginx;
        nginx.close();
        throw new IOException("nginx did not start: " + Files.readString(log).strip());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean listensAt(int port) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (process.isAlive() && System.nanoTime() < deadline) {
                if (accepts(port) && !process.waitFor(Duration.ofMillis(100))) return true; // and it is still there
                Thread.sleep(Duration.ofMillis(20));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static String configuration(Path folder, int port, Map<String, String> places) throws IOException {
        try (InputStream file = Nginx.class.getResourceAsStream("nginx.conf")) {
            if (file == null) throw new IOException("nginx.conf is missing");
            String text = new String(file.readAllBytes(), UTF_8);
            for (var place : places.entrySet()) text = text.replace(place.getKey(), place.getValue());
            return text.replace("FOLDER", folder.toString()).replace("127.0.0.1:PORT", "127.0.0.1:" + port);
        }
    }

    /// On the PATH, or where Debian keeps it, which not every PATH leads to.
    private static Optional<Path> program() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
