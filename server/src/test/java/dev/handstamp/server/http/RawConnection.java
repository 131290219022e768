package dev.handstamp.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A socket that sends exactly the bytes it is told to, however odd, and reads answers one by one.
public final class RawConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;

    public RawConnection(int port) {
        this(connect(port));
    }

    RawConnection(Socket socket) {
        try {
            this.socket = socket;
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Each character is one byte.
    public RawConnection send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawConnection send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends as much as the other side takes.
    RawConnection sendAsLongAsTaken(String text) {
        try {
            send(text);
        } catch (UncheckedIOException _) {
            // The other side has answered and closed.
        }
        return this;
    }

    public Answer answer() {
        return answer(false);
    }

    public Answer answerToHead() {
        return answer(true);
    }

    /// Whether something of an answer has come.
    boolean isAnswered() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether the other side closes without sending anything more.
    boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (SocketException _) {
            return true; // reset
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer answer(boolean head) {
        try {
            String statusLine = line();
            int status = Integer.parseInt(statusLine.substring(9, 12));
            List<String> fields = new ArrayList<>();
            for (String field = line(); !field.isEmpty(); field = line()) fields.add(field);
            var answer = new Answer(status, fields, "");
            String length = answer.header("Content-Length");
            if (head || length == null) return answer;
            byte[] body = in.readNBytes(Integer.parseInt(length));
            return new Answer(status, fields, new String(body, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line() throws IOException {
        var text = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0) throw new IOException("closed after: " + text);
            if (c == '\n') return text.toString();
            if (c != '\r') text.append((char) c);
        }
    }

    private static Socket connect(int port) {
        try {
            var socket = new Socket();
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public record Answer(int status, List<String> fields, String body) {

        /// The value of a header; two of them are an error of the server.
        public @Nullable String header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            String found = null;
            for (String field : fields) {
                if (!field.toLowerCase(Locale.ROOT).startsWith(prefix)) continue;
                if (found != null) throw new AssertionError(name + " is sent twice: " + fields);
                found = field.substring(prefix.length()).strip();
            }
            return found;
        }
    }
}
