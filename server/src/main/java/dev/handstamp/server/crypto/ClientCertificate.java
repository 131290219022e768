package dev.handstamp.server.crypto;

import dev.handstamp.jwt.Sha256;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/// A client's certificate, whose private key it has proved to hold while it connected, and what it came with.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8705#section-2">RFC 8705 §2</a>
public final class ClientCertificate {

    /// The kinds of names that a client registers, by their numbers in RFC 5280 §4.2.1.6.
    public enum NameKind {
        EMAIL(1),
        DNS(2),
        URI(6),
        IP(7);

        private final int tag;

        NameKind(int tag) {
            this.tag = tag;
        }
    }

    private final X509Certificate own;
    private final List<X509Certificate> chain;
    private final String thumbprint;

    private ClientCertificate(List<X509Certificate> chain, String thumbprint) {
        this.own = chain.getFirst();
        this.chain = chain;
        this.thumbprint = thumbprint;
    }

    /// Reads what a client connected with; empty if there is nothing, or it cannot be read.
    ///
    /// @param chain in DER, the client's own certificate first
    public static Optional<ClientCertificate> of(List<byte[]> chain) {
        if (chain.isEmpty()) return Optional.empty();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> certificates = new ArrayList<>();
            for (byte[] each : chain) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(each)));
            }
            return Optional.of(new ClientCertificate(List.copyOf(certificates), Sha256.base64Url(chain.getFirst())));
        } catch (CertificateException _) {
            return Optional.empty();
        }
    }

    /// Its SHA-256, `x5t#S256` (RFC 7515 §4.1.8, RFC 8705 §3.1).
    public String thumbprint() {
        return thumbprint;
    }

    /// Whether its subject is this distinguished name, however it is written (RFC 4514; RFC 8705 §2.1.2).
    public boolean isOf(String distinguishedName) {
        try {
            return own.getSubjectX500Principal().equals(new X500Principal(distinguishedName));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// Whether one of its subject alternative names of this kind is this one.
    public boolean isNamed(NameKind kind, String name) {
        try {
            Collection<List<?>> names = own.getSubjectAlternativeNames();
            if (names == null) return false;
            for (List<?> each : names) {
                boolean isKind = each.get(0) instanceof Integer tag && tag == kind.tag;
                if (isKind && each.get(1) instanceof String found && isSame(kind, found, name)) return true;
            }
            return false;
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    /// Whether it is made of this key.
    public boolean isOfKey(PublicKey key) {
        return Arrays.equals(own.getPublicKey().getEncoded(), key.getEncoded());
    }

    X509Certificate own() {
        return own;
    }

    List<X509Certificate> chain() {
        return chain;
    }

    private static boolean isSame(NameKind kind, String found, String name) {
        return switch (kind) {
            case DNS -> found.equalsIgnoreCase(name); // RFC 4343
            case IP -> isSameAddress(found, name);
            case URI, EMAIL -> found.equals(name);
        };
    }

    private static boolean isSameAddress(String found, String name) {
        try {
            return InetAddress.ofLiteral(found).equals(InetAddress.ofLiteral(name));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
