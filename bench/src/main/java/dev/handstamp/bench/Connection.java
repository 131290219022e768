package dev.handstamp.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// One kept-alive HTTP/1.1 connection to loopback: writes a prepared request, reads one answer. As little work as a
/// client can do.
final class Connection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream(), 8192);
        out = socket.getOutputStream();
    }

    /// @param location where a redirect leads; empty for none
    /// @param cookies  the Set-Cookie lines
    record Answer(int status, String location, List<String> cookies, String body) {

        Answer(int status, String body) {
            this(status, "", List.of(), body);
        }

        /// A member of the JSON answer, found as text: enough for answers of our own server.
        String member(String name) {
            int start = body.indexOf("\"" + name + "\":\"");
            if (start < 0) throw new IllegalStateException("no " + name + " in " + status + " " + body);
            start += name.length() + 4;
            return body.substring(start, body.indexOf('"', start));
        }
    }

    Answer send(byte[] request) throws IOException {
        begin(request);
        return end();
    }

    /// Sends without waiting for the answer.
    void begin(byte[] request) throws IOException {
        out.write(request);
        out.flush();
    }

    Answer end() throws IOException {
        int status = Integer.parseInt(line().substring(9, 12));
        int length = 0;
        String location = "";
        List<String> cookies = List.of();
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            } else if (header.regionMatches(true, 0, "location:", 0, 9)) {
                location = header.substring(9).strip();
            } else if (header.regionMatches(true, 0, "set-cookie:", 0, 11)) {
                cookies = new ArrayList<>(cookies);
                cookies.add(header.substring(11).strip());
            }
        }
        return new Answer(status, location, cookies, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new IOException("the server closed the connection");
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }

    static byte[] form(String path, String user, String password, String body) {
        String basic = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        return post(path, "application/x-www-form-urlencoded", "Authorization: Basic " + basic + "\r\n", body);
    }

    /// A form under other headers than those of a client.
    static byte[] form(String path, String headers, String body) {
        return post(path, "application/x-www-form-urlencoded", headers, body);
    }

    /// @param headers whole lines
    static byte[] get(String path, String headers) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] json(String path, String body) {
        return post(path, "application/json", "", body);
    }

    static byte[] delete(String path, String token) {
        return ("DELETE " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] post(String path, String type, String headers, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type + "\r\n" + headers
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
