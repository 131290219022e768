package dev.handstamp.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One HTTP exchange, byte by byte, with a server that answers whatever a test wants.
@Timeout(60)
final class FeedConnectionTest {

    private static final String NONCE = "0123456789abcdef";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String PASSWORD = "only for this test";

    private final FeedConnection connection = new FeedConnection("Basic YTpi");
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>(List.of(connection));

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : opened) each.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHUNKED + "b\r\ndata: one\n\n\r\nb\r\ndata: two\n\n\r\n0\r\n\r\n",
                CHUNKED
                        + "4\r\ndata\r\n00003;name=value\r\n: o\r\n11\r\nne\n\ndata: two\n\nd\r\n5\r\nata:x\r\n0\r\n\r\n",
                OK + "Content-Length: 22\r\n\r\ndata: one\n\ndata: two\n\n",
                OK + "\r\ndata: one\n\ndata: two\n\n",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + OK + "\r\ndata:one\r\n\r\n: sign\r\ndata: two\r\r",
                "HTTP/1.0 200 \r\ncontent-type: text/event-stream;charset=utf-8\r\n\r\nid: 7\ndata: one\n\ndata: two\n\n",
            })
    void events_are_read_from_whatever_frame_they_come_in(String answer) throws Exception {
        try (EventStream stream = connection.open(server(answer), 7, NONCE)) {
            assertThat(next(stream)).isEqualTo("one");
            assertThat(next(stream)).isEqualTo("two");
            assertThatThrownBy(() -> next(stream)).hasMessageContaining("ended by the server");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n",
                "HTTP/1.1 401 Unauthorized\r\nContent-Type: text/event-stream\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\ndata: one\n\n",
                OK + "Content-Encoding: gzip\r\n\r\ndata: one\n\n",
                OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                OK + "Content-Length: many\r\n\r\ndata: one\n\n",
                OK + " folded: field\r\n\r\ndata: one\n\n",
                OK + "no field\r\n\r\ndata: one\n\n",
                "HTTP/2 200\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n",
                "SSH-2.0-OpenSSH\r\n\r\n",
                "",
            })
    void an_answer_that_is_no_event_stream_is_refused(String answer) throws Exception {
        URI server = server(answer);
        assertThatThrownBy(() -> connection.open(server, -1, NONCE)).isInstanceOf(UnusableAnswerException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHUNKED + "x\r\ndata: one\n\n\r\n",
                CHUNKED + "-5\r\ndata: one\n\n\r\n",
                CHUNKED + "ffffffffffffffff\r\ndata: one\n\n\r\n",
                CHUNKED + "5\r\ndata: one\n\n\r\n",
                CHUNKED + "ff\r\ndata: one\n",
                OK + "\r\ndata: one\ndata: two\n\n",
            })
    void a_broken_frame_ends_the_feed(String answer) throws Exception {
        try (EventStream stream = connection.open(server(answer), -1, NONCE)) {
            assertThatThrownBy(() -> next(stream)).isInstanceOf(UnusableAnswerException.class);
        }
    }

    @Test
    void a_head_and_an_event_without_end_are_refused() throws Exception {
        URI endlessHead = server(OK + "Filler: " + "x".repeat(20_000));
        assertThatThrownBy(() -> connection.open(endlessHead, -1, NONCE)).hasMessageContaining("a head of more than");
        try (EventStream stream = connection.open(server(OK + "\r\ndata: " + "x".repeat(1_100_000)), -1, NONCE)) {
            assertThatThrownBy(() -> next(stream)).hasMessageContaining("an event longer than");
        }
    }

    @Test
    void what_is_asked_names_the_position_and_the_nonce() throws Exception {
        List<String> request = new ArrayList<>();
        URI server = listening(socket -> {
            request.addAll(head(socket));
            answer(socket, OK + "\r\ndata: one\n\n");
        });
        try (EventStream stream = connection.open(URI.create(server + "?a=b%20c"), 42, NONCE)) {
            assertThat(next(stream)).isEqualTo("one");
        }
        assertThat(request).first().isEqualTo("GET /revocations?a=b%20c HTTP/1.1");
        assertThat(request)
                .contains(
                        "Host: 127.0.0.1:" + server.getPort(),
                        "Accept: text/event-stream",
                        "Authorization: Basic YTpi",
                        "Last-Event-ID: 42",
                        "Feed-Nonce: " + NONCE);
    }

    @Test
    void silence_and_a_drip_end_in_time() throws Exception {
        URI silent = listening(socket -> new CountDownLatch(1).await());
        assertThatThrownBy(() -> connection.open(silent, -1, NONCE)).hasMessageContaining("did not answer in time");
        URI dripping = listening(socket -> {
            head(socket);
            answer(socket, OK + "\r\n");
            for (int i = 0; i < 1_000; i++) {
                answer(socket, "x");
                Thread.sleep(50);
            }
        });
        try (EventStream stream = connection.open(dripping, -1, NONCE)) {
            assertThatThrownBy(() -> stream.next(Deadline.in(Duration.ofMillis(400))))
                    .hasMessageContaining("nothing was heard in time");
        }
    }

    @Test
    void whoever_closes_it_wakes_the_reader_and_nothing_is_opened_any_more() throws Exception {
        var waiting = new CountDownLatch(1);
        URI server = listening(socket -> {
            head(socket);
            answer(socket, OK + "\r\n");
            waiting.countDown();
            new CountDownLatch(1).await();
        });
        EventStream stream = connection.open(server, -1, NONCE);
        var closer = new Thread(() -> {
            try {
                waiting.await();
                connection.close();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        closer.start();

        assertThatThrownBy(() -> stream.next(Deadline.in(Duration.ofSeconds(50))))
                .hasMessageContaining("broke");
        assertThatThrownBy(() -> connection.open(server, -1, NONCE)).isInstanceOf(UnusableAnswerException.class);
        closer.join();
    }

    @Test
    void under_tls_the_certificate_has_to_be_the_hosts_also_behind_a_proxy(@TempDir Path folder) throws Exception {
        SSLContext before = SSLContext.getDefault();
        ProxySelector direct = ProxySelector.getDefault();
        try {
            SSLContext.setDefault(context(folder, "dns:localhost"));
            URI server = listening(
                    SSLContext.getDefault().getServerSocketFactory().createServerSocket(), OneAnswer.OF_AN_EVENT);
            URI named = URI.create("https://localhost:" + server.getPort() + "/revocations");
            try (EventStream stream = connection.open(named, -1, NONCE)) {
                assertThat(next(stream)).isEqualTo("one");
            }
            URI byAddress = URI.create("https://127.0.0.1:" + server.getPort() + "/revocations");
            assertThatThrownBy(() -> connection.open(byAddress, -1, NONCE)).hasMessageContaining("SSLHandshake");

            List<String> asked = new ArrayList<>();
            URI proxy = listening(socket -> tunnel(socket, server.getPort(), asked));
            ProxySelector.setDefault(always(proxy.getPort()));
            try (EventStream stream = connection.open(named, -1, NONCE)) {
                assertThat(next(stream)).isEqualTo("one");
            }
            assertThat(asked).first().isEqualTo("CONNECT localhost:" + server.getPort() + " HTTP/1.1");
        } finally {
            SSLContext.setDefault(before);
            ProxySelector.setDefault(direct);
        }
    }

    @Test
    void a_proxy_that_does_not_want_to_is_named_and_one_for_plain_http_is_told_the_whole_address() throws Exception {
        ProxySelector direct = ProxySelector.getDefault();
        try {
            List<String> asked = new ArrayList<>();
            URI proxy = listening(socket -> {
                asked.addAll(head(socket));
                String first = asked.get(0);
                answer(socket, first.startsWith("CONNECT") ? "HTTP/1.1 407 No\r\n\r\n" : OK + "\r\ndata: one\n\n");
            });
            ProxySelector.setDefault(always(proxy.getPort()));
            URI secure = URI.create("https://login.example/revocations");
            assertThatThrownBy(() -> connection.open(secure, -1, NONCE)).hasMessageContaining("the proxy answered 407");
            asked.clear();
            try (EventStream stream = connection.open(URI.create("http://localhost:1/revocations"), -1, NONCE)) {
                assertThat(next(stream)).isEqualTo("one");
            }
            assertThat(asked).first().isEqualTo("GET http://localhost:1/revocations HTTP/1.1");
        } finally {
            ProxySelector.setDefault(direct);
        }
    }

    private static String next(EventStream stream) throws UnusableAnswerException {
        return stream.next(Deadline.in(Duration.ofSeconds(30)));
    }

    /// What is done with each connection, before it is closed.
    private interface Answering {
        void to(Socket socket) throws IOException, InterruptedException;
    }

    private static final class OneAnswer implements Answering {

        private static final OneAnswer OF_AN_EVENT = new OneAnswer(OK + "\r\ndata: one\n\n");

        private final String text;

        private OneAnswer(String text) {
            this.text = text;
        }

        @Override
        public void to(Socket socket) throws IOException {
            head(socket);
            answer(socket, text);
        }
    }

    private URI server(String answer) throws IOException {
        return listening(new OneAnswer(answer));
    }

    private URI listening(Answering answering) throws IOException {
        return listening(new ServerSocket(), answering);
    }

    private URI listening(ServerSocket door, Answering answering) throws IOException {
        door.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        opened.add(door);
        start(() -> {
            while (true) {
                Socket socket = door.accept();
                opened.add(socket);
                start(() -> {
                    try (socket) {
                        answering.to(socket);
                    }
                });
            }
        });
        return URI.create("http://127.0.0.1:" + door.getLocalPort() + "/revocations");
    }

    private interface Serving {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Serving serving) {
        var thread = new Thread(() -> {
            try {
                serving.run();
            } catch (IOException | InterruptedException over) {
                // The test is over, or the client does not want it.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static List<String> head(Socket socket) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1), 1);
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) lines.add(line);
        return lines;
    }

    private static void answer(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static void tunnel(Socket near, int port, List<String> asked) throws IOException {
        var head = new StringBuilder();
        InputStream in = near.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) head.append((char) in.read());
        asked.add(head.substring(0, head.indexOf("\r\n")));
        try (Socket far = new Socket("127.0.0.1", port)) {
            answer(near, "HTTP/1.1 200 Connected\r\n\r\n");
            start(() -> in.transferTo(far.getOutputStream()));
            far.getInputStream().transferTo(near.getOutputStream());
        }
    }

    private static ProxySelector always(int port) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI address) {
                return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("127.0.0.1", port)));
            }

            @Override
            public void connectFailed(URI address, SocketAddress proxy, IOException why) {
                throw new AssertionError(why);
            }
        };
    }

    /// One that has a certificate for this name, and trusts nothing else.
    private static SSLContext context(Path folder, String name) throws Exception {
        Path file = folder.resolve("tls.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "tls",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("tls", store.getCertificate("tls"));
        var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(store, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
