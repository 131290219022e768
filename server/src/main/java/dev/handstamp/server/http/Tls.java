package dev.handstamp.server.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
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
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// The PEM files of a TLS server. They are read again when they change, so that a renewed certificate needs no
/// restart.
///
/// @param certificate the chain, our own certificate first
/// @param privateKey  its key in PKCS#8 (`BEGIN PRIVATE KEY`), RSA, EC or Ed25519, not encrypted
public record Tls(Path certificate, Path privateKey) {

    /// All of TLS 1.3, and of TLS 1.2 what BCP 195 recommends (RFC 9325 §4.2): a key of its own for each connection,
    /// and
    /// authenticated encryption.
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
    SSLContext load() throws IOException {
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
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot use " + certificate + " with " + privateKey + ": " + e.getMessage(), e);
        }
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
