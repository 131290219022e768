package dev.handstamp.server.outbound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Whose certificates are believed when this server makes a request or hands over mails: those of the Java runtime's
/// authorities, and of such that an operator adds.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-6">RFC 5280 §6, trust anchors</a>
final class TrustAnchors {

    private final List<Certificate> added;
    private volatile @Nullable SSLSocketFactory sockets;

    private TrustAnchors(Collection<? extends Certificate> added) {
        this.added = List.copyOf(added);
    }

    static TrustAnchors ofRuntime() {
        return new TrustAnchors(List.of());
    }

    /// Adds the certificates of a PEM file.
    ///
    /// @throws IOException naming the file, and why it is of no use
    static TrustAnchors read(Path file) throws IOException {
        try {
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
            if (read.isEmpty()) throw new IOException(file + " holds no certificate");
            return new TrustAnchors(read);
        } catch (GeneralSecurityException _) {
            throw new IOException(file + " is no list of PEM certificates");
        }
    }

    /// Made with the first request: most servers never make one, and the runtime's list takes a while to read.
    SSLSocketFactory sockets() throws IOException {
        SSLSocketFactory known = sockets;
        if (known != null) return known;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(), null);
            sockets = context.getSocketFactory();
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be used", e);
        }
    }

    private TrustManager @Nullable [] managers() throws GeneralSecurityException, IOException {
        if (added.isEmpty()) return null; // The runtime's own.
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        int number = 0;
        for (Certificate each : added) all.setCertificateEntry("added-" + number++, each);
        for (X509Certificate each : ofTheRuntime()) all.setCertificateEntry("runtime-" + number++, each);
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(all);
        return factory.getTrustManagers();
    }

    private static X509Certificate[] ofTheRuntime() throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager trust) return trust.getAcceptedIssuers();
        }
        return new X509Certificate[0];
    }
}
