package dev.handstamp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.handstamp.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A client's own site over https on this machine, with a document that says what the client is (OAuth Client ID
/// Metadata Document). Its certificate is one that nobody knows.
final class ClientSite implements AutoCloseable {

    private static final char[] PASSWORD = "only for this test".toCharArray();
    private static final String PATH = "/oauth/client.json";

    private final HttpsServer https;
    private final Path folder;

    private ClientSite(HttpsServer https, Path folder) {
        this.https = https;
        this.folder = folder;
    }

    /// @param redirectUri where its users are sent back to
    static ClientSite start(String redirectUri) throws Exception {
        Path folder = Files.createTempDirectory("handstamp-site");
        SSLContext tls = certified(folder);
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        ClientSite site = new ClientSite(https, folder);
        byte[] document = Json.write(Map.of(
                "client_id",
                site.document(),
                "client_name",
                "A tool with a site",
                "redirect_uris",
                List.of(redirectUri),
                "grant_types",
                List.of("authorization_code", "refresh_token"),
                "response_types",
                List.of("code"),
                "token_endpoint_auth_method",
                "none"));
        https.createContext(PATH, exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, document.length);
                exchange.getResponseBody().write(document);
            }
        });
        https.start();
        return site;
    }

    /// The address of the document, which is the client's identifier.
    String document() {
        return "https://127.0.0.1:" + https.getAddress().getPort() + PATH;
    }

    /// The certificate, for those who are to trust it.
    Path certificate() {
        return folder.resolve("site.pem");
    }

    @Override
    public void close() {
        https.stop(0);
        try {
            for (String file : List.of("site.p12", "site.pem")) Files.delete(folder.resolve(file));
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A key and a certificate for 127.0.0.1, made by the JDK's own tool.
    private static SSLContext certified(Path folder) throws Exception {
        Path file = folder.resolve("site.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=site",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(printed).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        Files.writeString(folder.resolve("site.pem"), pem(keys));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static String pem(KeyStore keys) throws GeneralSecurityException {
        byte[] certificate = keys.getCertificate(keys.aliases().nextElement()).getEncoded();
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }
}
