package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What every client has to fulfil, however it came to be known.
public final class ClientRules {

    /// The one name that a client's certificate is recognised by (RFC 8705 §2.1.2).
    private static final List<ClientMember> CERTIFICATE_NAMES = List.of(
            ClientMember.TLS_CLIENT_AUTH_SUBJECT_DN,
            ClientMember.TLS_CLIENT_AUTH_SAN_DNS,
            ClientMember.TLS_CLIENT_AUTH_SAN_URI,
            ClientMember.TLS_CLIENT_AUTH_SAN_IP,
            ClientMember.TLS_CLIENT_AUTH_SAN_EMAIL);

    private ClientRules() {}

    /// What contradicts itself in a client: a sentence without its full stop.
    public static Optional<String> problemOf(Client client) {
        return problemOfRedirection(client)
                .or(() -> problemOfAuthentication(client))
                .or(() -> problemOfAlgorithms(client))
                .or(() -> problemOfCertificate(client))
                .or(() -> problemOfKeys(client))
                .or(() -> problemOfSector(client));
    }

    private static Optional<String> problemOfRedirection(Client client) {
        Redirection redirection = client.redirection();
        boolean redirects = client.mayUse(GrantType.AUTHORIZATION_CODE);
        if (redirects && redirection.uris().isEmpty()) {
            return Optional.of("the grant type authorization_code needs a redirect URI to send users back to");
        }
        boolean idle =
                !redirection.uris().isEmpty() || !redirection.afterLogout().isEmpty();
        return !redirects && idle
                ? Optional.of("redirect URIs are for the grant type authorization_code")
                : Optional.empty();
    }

    private static Optional<String> problemOfAuthentication(Client client) {
        ClientAuthenticationMethod method = client.authentication();
        if (!method.isBySecret() && client.secretHash().isPresent()) {
            return Optional.of("a client that authenticates by " + method.wireName() + " has no secret");
        }
        if (client.isHeldToFapi() && !method.isByKey()) {
            return Optional.of(
                    "FAPI 2.0 asks for a client with a key of its own: private_key_jwt or a certificate, not "
                            + method.wireName());
        }
        if (method != ClientAuthenticationMethod.NONE) return Optional.empty();
        if (client.mayUse(GrantType.TOKEN_EXCHANGE)) {
            return Optional.of("a public client cannot exchange tokens: it proves nothing (RFC 8693 §5)");
        }
        if (client.mayUse(GrantType.JWT_BEARER)) {
            return Optional.of("a public client cannot present assertions: it proves nothing (RFC 7523 §3.1)");
        }
        if (client.mayUse(GrantType.CLIENT_CREDENTIALS)) {
            return Optional.of("a public client cannot use client_credentials: it proves nothing (RFC 6749 §4.4)");
        }
        return client.redirection().requiresPkce()
                ? Optional.empty()
                : Optional.of("a public client cannot do without PKCE (RFC 7636)");
    }

    private static Optional<String> problemOfAlgorithms(Client client) {
        ClientMetadata metadata = client.metadata();
        if (client.isHeldToFapi()) {
            List<ClientMember> members = new ArrayList<>(ClientMember.ANSWER_SIGNATURES);
            members.addAll(ClientMember.OWN_SIGNATURES);
            for (ClientMember member : members) {
                Optional<Algorithm> algorithm = metadata.algorithm(member);
                if (algorithm.isPresent() && !FapiProfile.ALGORITHMS.contains(algorithm.get())) {
                    return Optional.of("FAPI 2.0 allows " + FapiProfile.ALLOWED + " for " + member.wireName()
                            + ", and not " + algorithm.get().joseName());
                }
            }
        }
        ClientAuthenticationMethod method = client.authentication();
        boolean bySecret = method == ClientAuthenticationMethod.CLIENT_SECRET_JWT;
        if (!bySecret && method != ClientAuthenticationMethod.PRIVATE_KEY_JWT) return Optional.empty();
        return metadata.algorithm(ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG)
                .filter(algorithm -> algorithm.isSymmetric() != bySecret)
                .map(
                        algorithm -> "token_endpoint_auth_signing_alg "
                                + algorithm.joseName()
                                + (bySecret
                                        ? " needs a key pair, and client_secret_jwt has a secret: HS256, HS384, HS512"
                                        : " needs a shared secret, and private_key_jwt has a key pair: such as ES256 or PS256"));
    }

    private static Optional<String> problemOfCertificate(Client client) {
        long names = CERTIFICATE_NAMES.stream()
                .filter(name -> client.metadata().text(name).isPresent())
                .count();
        if (client.authentication() == ClientAuthenticationMethod.TLS_CLIENT_AUTH && names != 1) {
            return Optional.of("tls_client_auth needs the one name of the client's certificate: "
                    + CERTIFICATE_NAMES.stream().map(ClientMember::wireName).collect(Collectors.joining(", ")));
        }
        boolean isSelfSigned = client.authentication() == ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH;
        boolean hasKeys = client.metadata().keys().isPresent()
                || client.metadata().text(ClientMember.JWKS_URI).isPresent();
        return isSelfSigned && !hasKeys
                ? Optional.of(
                        "self_signed_tls_client_auth needs the client's certificate, or its key: jwks or jwks_uri")
                : Optional.empty();
    }

    private static Optional<String> problemOfKeys(Client client) {
        boolean byValue = client.metadata().keys().isPresent();
        boolean byAddress = client.metadata().text(ClientMember.JWKS_URI).isPresent();
        if (byValue && byAddress) {
            return Optional.of("jwks and jwks_uri are two answers to one question: give one of them");
        }
        boolean needed = client.authentication() == ClientAuthenticationMethod.PRIVATE_KEY_JWT;
        return needed && !byValue && !byAddress
                ? Optional.of("private_key_jwt needs the client's public keys: jwks or jwks_uri")
                : Optional.empty();
    }

    private static Optional<String> problemOfSector(Client client) {
        return client.isPairwise() && client.sector().isEmpty()
                ? Optional.of("subject_type pairwise needs redirect URIs of one host that are https,"
                        + " or a sector_identifier_uri")
                : Optional.empty();
    }
}
