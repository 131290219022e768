package dev.handstamp.server.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// The PEM files of a TLS server. They are read again when they change, so that a renewed certificate needs no
/// restart.
///
/// @param certificate the chain, our own certificate first
/// @param privateKey  its key in PKCS#8 (`BEGIN PRIVATE KEY`), RSA, EC or Ed25519, not encrypted
public record Tls(Path certificate, Path privateKey) {

    /// All of TLS 1.3, and of TLS 1.2 what BCP 195 recommends (RFC 9325 §4.2): a key of its own for each
    /// connection, and authenticated encryption.
    static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    private static final String BEGIN_KEY = "-----BEGIN PRIVATE KEY-----";
    private static final String END_KEY = "-----END PRIVATE KEY-----";
    private static final char[] NO_PASSWORD = {};

    /// Reads both files and proves that they belong together.
    ///
    /// @throws IOException naming the file that is at fault, and why
    ///
    /// @param anyClient whether clients may show certificates, whoever has signed them: what one is worth is
    ///     decided later
    SSLContext load(boolean anyClient) throws IOException {
        Certificate[] chain = readChain();
        PrivateKey key = readKey(chain[0].getPublicKey().getAlgorithm());
        try {
            if (!isPair(key, chain[0])) {
                throw new IOException(privateKey + " is not the key of the certificate in " + certificate);
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("server", key, NO_PASSWORD, chain);
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), anyClient ? new TrustManager[] {new AnyClient()} : null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot use " + certificate + " with " + privateKey + ": " + e.getMessage(), e);
        }
    }

    /// Certificates in DER; none if one of them cannot be written so.
    static List<byte[]> encoded(X509Certificate[] chain) {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (X509Certificate each : chain) encoded.add(each.getEncoded());
        } catch (CertificateEncodingException _) {
            return List.of();
        }
        return List.copyOf(encoded);
    }

    /// Changes whenever one of the files does.
    Version version() throws IOException {
        return new Version(
                Files.getLastModifiedTime(certificate),
                Files.size(certificate),
                Files.getLastModifiedTime(privateKey),
                Files.size(privateKey));
    }

    record Version(FileTime certificateTime, long certificateSize, FileTime keyTime, long keySize) {}

    /// Takes every certificate: that a client holds the key of it, the handshake proves by itself.
    private static final class AnyClient extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this trust manager is a server's");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, type);
        }

        /// None: a client with a certificate of any authority may send it.
        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private Certificate[] readChain() throws IOException {
        byte[] pem = Files.readAllBytes(certificate);
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem))
                    .toArray(Certificate[]::new);
            if (chain.length == 0) throw new IOException(certificate + " holds no certificate");
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificate + " is no chain of PEM certificates", e);
        }
    }

    private PrivateKey readKey(String algorithm) throws IOException {
        String pem = Files.readString(privateKey, StandardCharsets.US_ASCII);
        int begin = pem.indexOf(BEGIN_KEY);
        int end = pem.indexOf(END_KEY);
        if (begin < 0 || end < begin) {
            throw new IOException(privateKey + " holds no PRIVATE KEY in PKCS#8; convert other forms with"
                    + " openssl pkcs8 -topk8 -nocrypt");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + BEGIN_KEY.length(), end));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (IllegalArgumentException | GeneralSecurityException _) {
            throw new IOException(privateKey + " is no " + algorithm + " key, as its certificate wants");
        }
    }

    private static boolean isPair(PrivateKey key, Certificate certificate) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        byte[] sample = "one pair".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(sample);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(sample);
        return signature.verify(signed);
    }
}
