package dev.handstamp.server.protocol;

import dev.handstamp.server.crypto.CertificateAuthorities;
import dev.handstamp.server.crypto.ClientCertificate;
import dev.handstamp.server.crypto.ClientCertificate.NameKind;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientKeys;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.issuance.ClientKeySets;
import dev.handstamp.server.log.Log;
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
    private final ClientKeySets keys;
    private final InstantSource clock;

    /// @param authorities who vouches for `tls_client_auth`; without any, no client can authenticate so
    public ClientCertificates(Optional<CertificateAuthorities> authorities, ClientKeySets keys, InstantSource clock) {
        this.authorities = authorities;
        this.keys = keys;
        this.clock = clock;
    }

    /// Whether the certificate that this request came with proves that this client sends it. Why it does not is for the
    /// operator alone. May wait for the client's keys.
    boolean prove(Request request, Client client) {
        Optional<String> problem = problemOf(ClientCertificate.of(request.certificates()), client);
        problem.ifPresent(reason -> Log.info("client certificate refused", "client", client.id(), "reason", reason));
        return problem.isEmpty();
    }

    private Optional<String> problemOf(Optional<ClientCertificate> certificate, Client client) {
        if (certificate.isEmpty()) return Optional.of("none came with the request");
        return switch (client.authentication()) {
            case TLS_CLIENT_AUTH -> {
                if (!isNamed(certificate.get(), client)) yield Optional.of("it has not the name that is registered");
                yield isVouchedFor(certificate.get())
                        ? Optional.empty()
                        : Optional.of("no authority of mtls.client-authorities vouches for it, for clients and now");
            }
            case SELF_SIGNED_TLS_CLIENT_AUTH ->
                isRegistered(certificate.get(), client)
                        ? Optional.empty()
                        : Optional.of("neither it nor its key is among those of the client");
            case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, CLIENT_SECRET_JWT, PRIVATE_KEY_JWT, NONE ->
                Optional.of("the client has registered another way to authenticate");
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
    private boolean isRegistered(ClientCertificate certificate, Client client) {
        return keys.find(client, known -> Optional.of(known).filter(set -> has(set, certificate)))
                .isPresent();
    }

    private static boolean has(ClientKeys keys, ClientCertificate certificate) {
        return keys.hasCertificate(certificate.thumbprint())
                || keys.publicKeys().stream().anyMatch(key -> certificate.isOfKey(key.publicKey()));
    }
}
