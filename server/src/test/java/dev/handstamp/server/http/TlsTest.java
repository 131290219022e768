package dev.handstamp.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TlsTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        Log.captureLibraries();
        Log.threshold(Log.Level.INFO);
        Log.writeTo(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        Log.writeTo(System.out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    @DisplayName("O-36: over TLS every answer asks for TLS from then on (RFC 6797)")
    void a_request_over_tls_is_served_and_is_secure(String algorithm) throws Exception {
        Tls tls = makeFiles("first", algorithm);
        try (var listener = listener(tls);
                var connection = connect(listener)) {
            var answer = connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer();

            assertThat(answer.body()).isEqualTo("secure");
            assertThat(answer.header("Strict-Transport-Security")).isEqualTo("max-age=31536000");
        }
    }

    @Test
    void old_protocol_versions_are_refused() throws Exception {
        try (var listener = listener(makeFiles("first", "EC"))) {
            assertThat(handshake(listener, "TLSv1.3")).isEqualTo("CN=first");
            assertThat(handshake(listener, "TLSv1.2")).isEqualTo("CN=first");
            assertThatThrownBy(() -> handshake(listener, "TLSv1.1")).isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    @DisplayName("RFC 9325 §4.2: of TLS 1.2 nothing is spoken but ECDHE with AES-GCM")
    void weak_cipher_suites_are_refused(String algorithm) throws Exception {
        try (var listener = listener(makeFiles("first", algorithm))) {
            List<String> accepted = new ArrayList<>();
            for (String suite : socket(listener).getSupportedCipherSuites()) {
                if (suite.endsWith("_SCSV")) continue;
                for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                    if (isAccepted(listener, protocol, suite)) accepted.add(suite);
                }
            }
            String key = algorithm.equals("EC") ? "ECDSA" : "RSA";
            assertThat(accepted)
                    .containsExactlyInAnyOrder(
                            "TLS_AES_256_GCM_SHA384",
                            "TLS_AES_128_GCM_SHA256",
                            "TLS_CHACHA20_POLY1305_SHA256",
                            "TLS_ECDHE_" + key + "_WITH_AES_256_GCM_SHA384",
                            "TLS_ECDHE_" + key + "_WITH_AES_128_GCM_SHA256");
        }
    }

    @Test
    void plain_http_is_not_answered_on_a_tls_port() throws Exception {
        try (var listener = listener(makeFiles("first", "EC"));
                var connection = new RawConnection(listener.port())) {
            connection.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThatThrownBy(connection::answer).isInstanceOf(RuntimeException.class);
        }
    }

    @Test
    void changed_files_are_used_for_new_connections_and_old_ones_go_on() throws Exception {
        Tls tls = makeFiles("first", "EC");
        try (var listener = listener(tls);
                var before = connect(listener)) {
            assertThat(before.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
                    .isEqualTo(200);

            Tls renewed = makeFiles("second", "RSA");
            Files.copy(renewed.certificate(), tls.certificate(), StandardCopyOption.REPLACE_EXISTING);
            awaitLog("not reloaded"); // half of the pair is not served
            assertThat(handshake(listener, "TLSv1.3")).isEqualTo("CN=first");

            Files.copy(renewed.privateKey(), tls.privateKey(), StandardCopyOption.REPLACE_EXISTING);
            awaitLog("TLS certificate reloaded");
            assertThat(handshake(listener, "TLSv1.3")).isEqualTo("CN=second");
            assertThat(before.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").answer().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void files_that_cannot_be_used_are_named() throws Exception {
        Tls first = makeFiles("first", "EC");
        Tls second = makeFiles("second", "EC");
        Tls rsa = makeFiles("third", "RSA");
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        Path pkcs1 = Files.writeString(
                folder.resolve("pkcs1.pem"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path missing = folder.resolve("missing.pem");

        assertRefused(new Tls(missing, first.privateKey()), "missing.pem");
        assertRefused(new Tls(text, first.privateKey()), "text.pem");
        assertRefused(new Tls(first.certificate(), text), "text.pem", "PKCS#8");
        assertRefused(new Tls(first.certificate(), pkcs1), "pkcs1.pem", "openssl pkcs8");
        assertRefused(new Tls(first.certificate(), second.privateKey()), "second.key", "not the key");
        assertRefused(new Tls(first.certificate(), rsa.privateKey()), "third.key", "EC");
    }

    private static void assertRefused(Tls tls, String... words) {
        assertThatThrownBy(() -> listener(tls).close())
                .isInstanceOf(UncheckedIOException.class)
                .message()
                .contains(words);
    }

    private static Listener listener(Tls tls) {
        Router router = Router.builder()
                .get("/", request -> Response.text(200, request.isSecure() ? "secure" : "plain"))
                .build();
        var listener = new Listener(ListenerConfig.of("127.0.0.1", 0).withTls(tls), router);
        listener.start();
        return listener;
    }

    private static RawConnection connect(Listener listener) throws Exception {
        return new RawConnection(socket(listener));
    }

    /// The name in the certificate that the server shows.
    private static String handshake(Listener listener, String protocol) throws Exception {
        try (SSLSocket socket = socket(listener)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return certificate.getSubjectX500Principal().getName();
        }
    }

    private static boolean isAccepted(Listener listener, String protocol, String suite) throws Exception {
        try (SSLSocket socket = socket(listener)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.setEnabledCipherSuites(new String[] {suite});
            socket.startHandshake();
            return socket.getSession().getCipherSuite().equals(suite);
        } catch (SSLException _) {
            return false;
        }
    }

    private static SSLSocket socket(Listener listener) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Everyone()}, null);
        return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", listener.port());
    }

    private void awaitLog(String words) throws InterruptedException {
        while (!log.toString(StandardCharsets.UTF_8).contains(words)) Thread.sleep(20);
    }

    private Tls makeFiles(String name, String algorithm) throws Exception {
        Path store = folder.resolve(name + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "of-a-test")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();

        char[] password = "of-a-test".toCharArray();
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        Certificate certificate = keys.getCertificate("a");
        return new Tls(
                writePem(name + ".crt", "CERTIFICATE", certificate.getEncoded()),
                writePem(
                        name + ".key", "PRIVATE KEY", keys.getKey("a", password).getEncoded()));
    }

    private Path writePem(String file, String label, byte[] der) throws IOException, GeneralSecurityException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }

    /// Trusts every certificate: the test looks at it itself.
    private static final class Everyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
