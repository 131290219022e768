package dev.handstamp.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.handstamp.server.outbound.OutboundHttp.Limits;
import dev.handstamp.server.outbound.OutboundHttp.Reach;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests to a real server with a certificate that no authority of the Java runtime vouches for.
final class TrustAnchorsTest {

    private static final Limits LIMITS = new Limits(Duration.ofSeconds(20), 1_000);
    private static final char[] PASSWORD = "of-a-test".toCharArray();

    @TempDir
    private static Path folder;

    private static Path certificate;
    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        KeyStore keys = keys();
        certificate = Files.writeString(
                folder.resolve("ca.pem"), pem(keys.getCertificate("a").getEncoded()));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    @Test
    void a_certificate_of_an_authority_that_was_added_is_trusted() throws IOException {
        OutboundHttp http = OutboundHttp.of(Reach.PRIVATE_TOO, Optional.of(certificate));
        assertThat(http.get(at("localhost"), "*/*", LIMITS))
                .isInstanceOfSatisfying(
                        Answer.class, answer -> assertThat(answer.status()).isEqualTo(204));
    }

    @Test
    void without_it_nothing_is_sent() throws IOException {
        OutboundHttp http = OutboundHttp.of(Reach.PRIVATE_TOO, Optional.empty());
        assertThat(http.get(at("localhost"), "*/*", LIMITS))
                .isInstanceOfSatisfying(
                        NoAnswer.class, none -> assertThat(none.reason()).contains("SSLHandshakeException"));
    }

    @Test
    void a_trusted_certificate_counts_for_its_own_name_alone() throws IOException {
        OutboundHttp http = OutboundHttp.of(Reach.PRIVATE_TOO, Optional.of(certificate));
        assertThat(http.get(at("127.0.0.1"), "*/*", LIMITS))
                .isInstanceOfSatisfying(
                        NoAnswer.class, none -> assertThat(none.reason()).contains("SSLHandshakeException"));
    }

    @Test
    void a_file_of_no_use_is_named() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pem"), "hello");
        Path empty = Files.writeString(folder.resolve("empty.pem"), "");
        for (Path file : new Path[] {text, empty, folder.resolve("missing.pem")}) {
            assertThatThrownBy(() -> OutboundHttp.of(Reach.PUBLIC_ONLY, Optional.of(file)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    private static URI at(String host) {
        return URI.create("https://" + host + ":" + server.getAddress().getPort() + "/");
    }

    private static KeyStore keys() throws Exception {
        Path store = folder.resolve("keys.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    private static String pem(byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n";
    }
}
