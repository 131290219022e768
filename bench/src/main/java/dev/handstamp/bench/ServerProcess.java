package dev.handstamp.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The real server in a process of its own, on a data directory of its own, and the command line beside it.
final class ServerProcess implements AutoCloseable {

    private final Path launcher;
    private final Path data;
    final int port = freePort();
    private final int managementPort = freePort();
    private final Map<String, String> environment;
    private final Process process;

    ServerProcess(Path root, Path data) throws IOException {
        this(root, data, Map.of());
    }

    /// @param environment settings, by the names of their variables
    ServerProcess(Path root, Path data, Map<String, String> environment) throws IOException {
        this.environment = environment;
        this.launcher = root.resolve("handstamp");
        this.data = data;
        this.process = start();
    }

    private Process start() throws IOException {
        List<String> command =
                List.of(launcher.toString(), "serve", "--data", data.toString(), "--port", Integer.toString(port));
        var builder = new ProcessBuilder(command);
        builder.environment().put("HANDSTAMP_MANAGEMENT_PORT", Integer.toString(managementPort));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true)
                .redirectOutput(data.resolve("bench-server.log").toFile());
        return builder.start();
    }

    void awaitOpen() throws IOException, InterruptedException {
        for (long deadline = System.nanoTime() + 30_000_000_000L; ; Thread.sleep(2)) {
            if (isOpen()) return;
            if (System.nanoTime() > deadline || !process.isAlive()) {
                throw new IOException("the server did not start, see " + data.resolve("bench-server.log"));
            }
        }
    }

    private boolean isOpen() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /// Resident memory in MiB, as the kernel counts it.
    long residentMebibytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
        return 0;
    }

    /// Runs a command against the same store and answers what it printed.
    String command(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(Arrays.asList(arguments));
        command.addAll(List.of("--data", data.toString()));
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var stdin = started.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String output = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (started.waitFor() != 0) throw new IOException(String.join(" ", command) + " failed");
        return output;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    /// Removes what a benchmark that went well has left behind: hundreds of megabytes, some of them.
    static void remove(Path folder) throws IOException {
        List<Path> all;
        try (var found = Files.walk(folder)) {
            all = new ArrayList<>(found.toList());
        }
        for (Path path : all.reversed()) Files.deleteIfExists(path);
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
