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

    private static final String METHOD = ClientMember.TOKEN_ENDPOINT_AUTH_METHOD.wireName();
    private static final String KEYS = ClientMember.JWKS_URI.wireName();
    private static final String GRANTS = "grant_types";

    private ClientRules() {}

    /// What contradicts itself in a client.
    public static Optional<ClientFault> faultOf(Client client) {
        return faultOfRedirection(client)
                .or(() -> faultOfAuthentication(client))
                .or(() -> faultOfAlgorithms(client))
                .or(() -> faultOfCertificate(client))
                .or(() -> faultOfKeys(client))
                .or(() -> faultOfSector(client));
    }

    private static Optional<ClientFault> faultOfRedirection(Client client) {
        Redirection redirection = client.redirection();
        boolean redirects = client.mayUse(GrantType.AUTHORIZATION_CODE);
        if (redirects && redirection.uris().isEmpty()) {
            return fault(
                    "redirect_uris",
                    "refused.client.redirect-missing",
                    "the grant type authorization_code needs a redirect URI to send users back to");
        }
        boolean idle =
                !redirection.uris().isEmpty() || !redirection.afterLogout().isEmpty();
        return !redirects && idle
                ? fault(
                        redirection.uris().isEmpty() ? "post_logout_redirect_uris" : "redirect_uris",
                        "refused.client.redirect-idle",
                        "redirect URIs are for the grant type authorization_code")
                : Optional.empty();
    }

    private static Optional<ClientFault> faultOfAuthentication(Client client) {
        ClientAuthenticationMethod method = client.authentication();
        if (!method.isBySecret() && client.secretHash().isPresent()) {
            return fault(
                    METHOD,
                    "refused.client.secret-idle",
                    "a client that authenticates by " + method.wireName() + " has no secret",
                    method.wireName());
        }
        if (client.isHeldToFapi() && !method.isByKey()) {
            return fault(
                    METHOD,
                    "refused.client.fapi-key",
                    "FAPI 2.0 asks for a client with a key of its own: private_key_jwt or a certificate, not "
                            + method.wireName(),
                    method.wireName());
        }
        if (method != ClientAuthenticationMethod.NONE) return Optional.empty();
        if (client.mayUse(GrantType.TOKEN_EXCHANGE)) {
            return fault(
                    GRANTS,
                    "refused.client.public-exchange",
                    "a public client cannot exchange tokens: it proves nothing (RFC 8693 §5)");
        }
        if (client.mayUse(GrantType.JWT_BEARER)) {
            return fault(
                    GRANTS,
                    "refused.client.public-assertions",
                    "a public client cannot present assertions: it proves nothing (RFC 7523 §3.1)");
        }
        if (client.mayUse(GrantType.CLIENT_CREDENTIALS)) {
            return fault(
                    GRANTS,
                    "refused.client.public-credentials",
                    "a public client cannot use client_credentials: it proves nothing (RFC 6749 §4.4)");
        }
        return client.redirection().requiresPkce()
                ? Optional.empty()
                : fault(
                        "requires_pkce",
                        "refused.client.public-pkce",
                        "a public client cannot do without PKCE (RFC 7636)");
    }

    private static Optional<ClientFault> faultOfAlgorithms(Client client) {
        ClientMetadata metadata = client.metadata();
        if (client.isHeldToFapi()) {
            List<ClientMember> members = new ArrayList<>(ClientMember.ANSWER_SIGNATURES);
            members.addAll(ClientMember.OWN_SIGNATURES);
            for (ClientMember member : members) {
                Optional<Algorithm> algorithm = metadata.algorithm(member);
                if (algorithm.isPresent() && !FapiProfile.ALGORITHMS.contains(algorithm.get())) {
                    String name = member.wireName();
                    String given = algorithm.get().joseName();
                    return fault(
                            name,
                            "refused.client.fapi-algorithm",
                            "FAPI 2.0 allows " + FapiProfile.ALLOWED + " for " + name + ", and not " + given,
                            FapiProfile.ALLOWED,
                            name,
                            given);
                }
            }
        }
        ClientAuthenticationMethod method = client.authentication();
        boolean bySecret = method == ClientAuthenticationMethod.CLIENT_SECRET_JWT;
        if (!bySecret && method != ClientAuthenticationMethod.PRIVATE_KEY_JWT) return Optional.empty();
        ClientMember member = ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG;
        return metadata.algorithm(member)
                .filter(algorithm -> algorithm.isSymmetric() != bySecret)
                .map(Algorithm::joseName)
                .flatMap(name -> bySecret
                        ? fault(
                                member.wireName(),
                                "refused.client.needs-pair",
                                "token_endpoint_auth_signing_alg " + name
                                        + " needs a key pair, and client_secret_jwt has a secret: HS256, HS384, HS512",
                                name)
                        : fault(
                                member.wireName(),
                                "refused.client.needs-secret",
                                "token_endpoint_auth_signing_alg " + name
                                        + " needs a shared secret, and private_key_jwt has a key pair: such as ES256"
                                        + " or PS256",
                                name));
    }

    private static Optional<ClientFault> faultOfCertificate(Client client) {
        long names = CERTIFICATE_NAMES.stream()
                .filter(name -> client.metadata().text(name).isPresent())
                .count();
        if (client.authentication() == ClientAuthenticationMethod.TLS_CLIENT_AUTH && names != 1) {
            String all = CERTIFICATE_NAMES.stream().map(ClientMember::wireName).collect(Collectors.joining(", "));
            return fault(
                    METHOD,
                    "refused.client.certificate-name",
                    "tls_client_auth needs the one name of the client's certificate: " + all,
                    all);
        }
        boolean isSelfSigned = client.authentication() == ClientAuthenticationMethod.SELF_SIGNED_TLS_CLIENT_AUTH;
        boolean hasKeys = client.metadata().keys().isPresent()
                || client.metadata().text(ClientMember.JWKS_URI).isPresent();
        return isSelfSigned && !hasKeys
                ? fault(
                        KEYS,
                        "refused.client.certificate-missing",
                        "self_signed_tls_client_auth needs the client's certificate, or its key: jwks or jwks_uri")
                : Optional.empty();
    }

    private static Optional<ClientFault> faultOfKeys(Client client) {
        boolean byValue = client.metadata().keys().isPresent();
        boolean byAddress = client.metadata().text(ClientMember.JWKS_URI).isPresent();
        if (byValue && byAddress) {
            return fault(
                    KEYS,
                    "refused.client.keys-twice",
                    "jwks and jwks_uri are two answers to one question: give one of them");
        }
        boolean needed = client.authentication() == ClientAuthenticationMethod.PRIVATE_KEY_JWT;
        return needed && !byValue && !byAddress
                ? fault(
                        KEYS,
                        "refused.client.keys-missing",
                        "private_key_jwt needs the client's public keys: jwks or jwks_uri")
                : Optional.empty();
    }

    private static Optional<ClientFault> faultOfSector(Client client) {
        return client.isPairwise() && client.sector().isEmpty()
                ? fault(
                        "sector_identifier_uri",
                        "refused.client.sector",
                        "subject_type pairwise needs redirect URIs of one host that are https,"
                                + " or a sector_identifier_uri")
                : Optional.empty();
    }

    private static Optional<ClientFault> fault(String member, String key, String text, Object... values) {
        return Optional.of(ClientFault.of(member, key, text, values));
    }
}
