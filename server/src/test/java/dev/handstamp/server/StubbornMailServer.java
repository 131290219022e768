package dev.handstamp.server;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A mail server on loopback that reads whole letters and then does not take them: it refuses, repeats what it was
/// sent,
/// or says nothing at all.
final class StubbornMailServer implements AutoCloseable {

    private final ServerSocket listener;
    private final Function<String, String> answer;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> letters = new LinkedBlockingQueue<>();

    /// @param answer to a letter; empty: none
    StubbornMailServer(Function<String, String> answer) {
        this.answer = answer;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /// The next letter that was read to its end.
    MimeMessage next() {
        try {
            String letter = letters.poll(20, TimeUnit.SECONDS);
            if (letter == null) throw new AssertionError("no letter came");
            return new MimeMessage(null, new ByteArrayInputStream(letter.getBytes(StandardCharsets.UTF_8)));
        } catch (InterruptedException | MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            OutputStream out = socket.getOutputStream();
            say(out, "220 stubborn");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (!line.equals("DATA")) {
                    say(out, line.startsWith("QUIT") ? "221 bye" : "250 well");
                    continue;
                }
                say(out, "354 go on");
                String letter = letter(in);
                letters.add(letter);
                String said = answer.apply(letter);
                if (!said.isEmpty()) say(out, said);
            }
        } catch (IOException _) {
            // The other side has hung up, or the test is over.
        }
    }

    private static String letter(BufferedReader in) throws IOException {
        StringBuilder letter = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            letter.append(line.startsWith("..") ? line.substring(1) : line).append("\r\n");
        }
        return letter.toString();
    }

    private static void say(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
