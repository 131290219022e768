package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;

/// How a client proves who it is (OpenID Connect Core §9, RFC 7591 §2).
public enum ClientAuthenticationMethod {
    CLIENT_SECRET_BASIC("client_secret_basic"), // RFC 6749 §2.3.1
    CLIENT_SECRET_POST("client_secret_post"), // RFC 6749 §2.3.1
    CLIENT_SECRET_JWT("client_secret_jwt"), // OpenID Connect Core §9, RFC 7523 §2.2
    PRIVATE_KEY_JWT("private_key_jwt"), // RFC 7523 §2.2
    TLS_CLIENT_AUTH("tls_client_auth"), // RFC 8705 §2.1
    SELF_SIGNED_TLS_CLIENT_AUTH("self_signed_tls_client_auth"), // RFC 8705 §2.2
    NONE("none"); // RFC 6749 §2.1, a public client

    private static final List<ClientAuthenticationMethod> ALL = List.of(values());

    private final String wireName;

    ClientAuthenticationMethod(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /// Whether the client and the server share a secret for it.
    public boolean isBySecret() {
        return this == CLIENT_SECRET_BASIC || this == CLIENT_SECRET_POST || this == CLIENT_SECRET_JWT;
    }

    /// Whether the client proves to hold a private key, which the server never sees (FAPI 2.0 §5.3.2.1).
    public boolean isByKey() {
        return this == PRIVATE_KEY_JWT || isByCertificate();
    }

    /// Whether the client connects with a certificate for it.
    public boolean isByCertificate() {
        return this == TLS_CLIENT_AUTH || this == SELF_SIGNED_TLS_CLIENT_AUTH;
    }

    public static Optional<ClientAuthenticationMethod> named(String wireName) {
        for (ClientAuthenticationMethod method : ALL) {
            if (method.wireName.equals(wireName)) return Optional.of(method);
        }
        return Optional.empty();
    }
}
