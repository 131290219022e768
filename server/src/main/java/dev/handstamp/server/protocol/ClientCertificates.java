package dev.handstamp.server.protocol;

import dev.handstamp.server.crypto.CertificateAuthorities;
import dev.handstamp.server.crypto.ClientCertificate;
import dev.handstamp.server.crypto.ClientCertificate.NameKind;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientKeys;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.http.Request;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// Recognises clients by the certificates that they connect with: one that a known authority has signed for a
/// name that the client registered (`tls_client_auth`), or one of a key that it registered itself
/// (`self_signed_tls_client_auth`).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8705#section-2">RFC 8705 §2, mutual TLS for OAuth client
///     authentication</a>
public final class ClientCertificates {

    private static final Map<ClientMember, NameKind> NAMES = Map.of(
            ClientMember.TLS_CLIENT_AUTH_SAN_DNS, NameKind.DNS,
            ClientMember.TLS_CLIENT_AUTH_SAN_URI, NameKind.URI,
            ClientMember.TLS_CLIENT_AUTH_SAN_IP, NameKind.IP,
            ClientMember.TLS_CLIENT_AUTH_SAN_EMAIL, NameKind.EMAIL);

    private final Optional<CertificateAuthorities> authorities;
    private final InstantSource clock;

    /// @param authorities who vouches for `tls_client_auth`; without any, no client can authenticate so
    public ClientCertificates(Optional<CertificateAuthorities> authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /// Whether the certificate that this request came with proves that this client sends it.
    boolean prove(Request request, Client client) {
        Optional<ClientCertificate> certificate = ClientCertificate.of(request.certificates());
        if (certificate.isEmpty()) return false;
        return switch (client.authentication()) {
            case TLS_CLIENT_AUTH -> isNamed(certificate.get(), client) && isVouchedFor(certificate.get());
            case SELF_SIGNED_TLS_CLIENT_AUTH -> isRegistered(certificate.get(), client);
            case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, CLIENT_SECRET_JWT, PRIVATE_KEY_JWT, NONE -> false;
        };
    }

    private boolean isVouchedFor(ClientCertificate certificate) {
        return authorities
                .filter(known -> known.vouchFor(certificate, clock.instant()))
                .isPresent();
    }

    /// §2.1.2: exactly one of the names is registered.
    private static boolean isNamed(ClientCertificate certificate, Client client) {
        Optional<String> subject = client.metadata().text(ClientMember.TLS_CLIENT_AUTH_SUBJECT_DN);
        if (subject.isPresent()) return certificate.isOf(subject.get());
        for (var name : NAMES.entrySet()) {
            Optional<String> registered = client.metadata().text(name.getKey());
            if (registered.isPresent()) return certificate.isNamed(name.getValue(), registered.get());
        }
        return false;
    }

    /// §2.2: what a self-signed certificate says of itself proves nothing; that its key is registered does.
    private static boolean isRegistered(ClientCertificate certificate, Client client) {
        Optional<ClientKeys> keys = client.metadata().keys();
        return keys.isPresent()
                && (keys.get().hasCertificate(certificate.thumbprint())
                        || keys.get().publicKeys().stream().anyMatch(key -> certificate.isOfKey(key.publicKey())));
    }
}
