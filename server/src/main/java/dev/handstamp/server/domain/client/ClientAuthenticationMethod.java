package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;

/// How a client proves who it is (OpenID Connect Core §9, RFC 7591 §2).
public enum ClientAuthenticationMethod {
    CLIENT_SECRET_BASIC("client_secret_basic"), // RFC 6749 §2.3.1
    CLIENT_SECRET_POST("client_secret_post"), // RFC 6749 §2.3.1
    PRIVATE_KEY_JWT("private_key_jwt"), // RFC 7523 §2.2
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
        return this == CLIENT_SECRET_BASIC || this == CLIENT_SECRET_POST;
    }

    /// Whether the client proves to hold a private key, which the server never sees (FAPI 2.0 §5.3.2.1).
    public boolean isByKey() {
        return this == PRIVATE_KEY_JWT;
    }

    public static Optional<ClientAuthenticationMethod> named(String wireName) {
        for (ClientAuthenticationMethod method : ALL) {
            if (method.wireName.equals(wireName)) return Optional.of(method);
        }
        return Optional.empty();
    }
}
