package dev.handstamp.server.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Who may vouch for the certificates of clients (RFC 8705 §2.1).
///
/// Revocation of certificates is not looked up: a client that is not to be trusted any more is removed, or
/// its registered name changed.
public final class CertificateAuthorities {

    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"; // RFC 5280 §4.2.1.12
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final Set<TrustAnchor> anchors;

    private CertificateAuthorities(Set<TrustAnchor> anchors) {
        this.anchors = anchors;
    }

    /// Reads certificates in PEM.
    ///
    /// @throws UncheckedIOException if the file cannot be read or holds none
    public static CertificateAuthorities read(Path file) {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            Set<TrustAnchor> anchors = new HashSet<>();
            for (Certificate each : all) anchors.add(new TrustAnchor((X509Certificate) each, null));
            if (anchors.isEmpty()) throw new IOException(file + " holds no certificate");
            return new CertificateAuthorities(Set.copyOf(anchors));
        } catch (CertificateException e) {
            throw new UncheckedIOException(new IOException(file + " is no file of PEM certificates", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether one of them has signed it, itself or by those that it came with, for the authentication of
    /// clients, and it is valid now (RFC 5280 §6).
    public boolean vouchFor(ClientCertificate certificate, Instant now) {
        if (!isForClients(certificate.own())) return false;
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(certificate.own());
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            List<X509Certificate> sent = certificate.chain();
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(sent)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (CertPathBuilderException _) {
            return false;
        } catch (InvalidAlgorithmParameterException e) {
            throw new IllegalStateException("there is an authority, so the parameters are right", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("PKIX is part of every JDK", e);
        }
    }

    /// A certificate that names no usage is for every one.
    private static boolean isForClients(X509Certificate certificate) {
        try {
            List<String> usages = certificate.getExtendedKeyUsage();
            return usages == null || usages.contains(CLIENT_AUTHENTICATION) || usages.contains(ANY_USAGE);
        } catch (CertificateParsingException _) {
            return false;
        }
    }
}
