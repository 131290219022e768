package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Keys and certificates of a test, made by the JDK's keytool.
final class TestCertificates {

    private static final char[] PASSWORD = "of-a-test".toCharArray();

    private final Path folder;
    private final Path store;

    TestCertificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("all.p12");
    }

    /// One more key with its certificate.
    ///
    /// @param more what keytool is told beside: `-signer`, `-ext`
    TestCertificates make(String alias, String subject, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1", // It is over before more is worth it.
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                subject,
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD)));
        command.addAll(List.of(more));
        Process made = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).as(alias).isZero();
        return this;
    }

    byte[] der(String alias) {
        try {
            return keys().getCertificate(alias).getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// The public key of P-256, uncompressed: 04, x, y (SEC 1 §2.3.3).
    byte[] publicPoint(String alias) {
        try {
            byte[] encoded = keys().getCertificate(alias).getPublicKey().getEncoded();
            return Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    String pem(String alias) {
        return pem("CERTIFICATE", der(alias));
    }

    Path certificateFile(String alias) throws IOException {
        return Files.writeString(folder.resolve(alias + ".crt"), pem(alias));
    }

    Path keyFile(String alias) throws Exception {
        byte[] der = keys().getKey(alias, PASSWORD).getEncoded();
        return Files.writeString(folder.resolve(alias + ".key"), pem("PRIVATE KEY", der));
    }

    /// A client that trusts the server's certificate and shows the one of this key; nothing if it is empty.
    HttpClient client(String server, String alias) throws Exception {
        KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        KeyStore own = empty();
        if (!alias.isEmpty()) {
            Certificate[] chain = keys().getCertificateChain(alias);
            own.setKeyEntry("own", keys().getKey(alias, PASSWORD), PASSWORD, chain);
        }
        mine.init(own, PASSWORD);
        KeyStore trusted = empty();
        trusted.setCertificateEntry("server", keys().getCertificate(server));
        TrustManagerFactory theirs = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        theirs.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(mine.getKeyManagers(), theirs.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(context)
                .build();
    }

    /// TLS of a server with this certificate.
    SSLContext server(String alias) throws Exception {
        KeyStore own = empty();
        own.setKeyEntry("own", keys().getKey(alias, PASSWORD), PASSWORD, keys().getCertificateChain(alias));
        KeyManagerFactory mine = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        mine.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(mine.getKeyManagers(), null, null);
        return context;
    }

    private KeyStore keys() throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        return keys;
    }

    private static String pem(String label, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }
}
