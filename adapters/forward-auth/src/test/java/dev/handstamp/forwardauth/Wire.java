package dev.handstamp.forwardauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// Sends a request byte by byte as it is written in a test, and reads the answer.
final class Wire {

    private Wire() {}

    /// @param lines the request line, then headers
    static Answer ask(int port, String... lines) {
        List<String> all = new ArrayList<>(List.of(lines));
        all.add("Connection: close");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write((String.join("\r\n", all) + "\r\n\r\n").getBytes(UTF_8));
            socket.getOutputStream().flush();
            return Answer.read(socket.getInputStream());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    record Answer(int status, List<String> headers, String body) {

        private static Answer read(InputStream in) throws IOException {
            String text = new String(in.readAllBytes(), UTF_8);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) throw new IOException("no answer: " + text);
            List<String> lines = List.of(text.substring(0, end).split("\r\n"));
            int status = Integer.parseInt(lines.get(0).split(" ")[1]);
            return new Answer(status, lines.subList(1, lines.size()), text.substring(end + 4));
        }

        /// Every value of a header, joined; "" when it is not there.
        String header(String name) {
            List<String> values = new ArrayList<>();
            for (String line : headers) {
                if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
                    values.add(line.substring(name.length() + 1).strip());
                }
            }
            return String.join(" | ", values);
        }
    }
}
