package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;

/// How a client may obtain a token (RFC 6749 §1.3).
public enum GrantType {
    AUTHORIZATION_CODE("authorization_code"), // RFC 6749 §4.1
    CLIENT_CREDENTIALS("client_credentials"), // RFC 6749 §4.4
    REFRESH_TOKEN("refresh_token"), // RFC 6749 §6
    DEVICE_CODE("urn:ietf:params:oauth:grant-type:device_code"), // RFC 8628 §3.4
    TOKEN_EXCHANGE("urn:ietf:params:oauth:grant-type:token-exchange"), // RFC 8693 §2.1
    JWT_BEARER("urn:ietf:params:oauth:grant-type:jwt-bearer"); // RFC 7523 §2.1

    private static final List<GrantType> ALL = List.of(values());

    private final String wireName;

    GrantType(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    /// The wire name, or its last part, which is enough for people.
    public String shortName() {
        return wireName.substring(wireName.lastIndexOf(':') + 1);
    }

    public static Optional<GrantType> called(String name) {
        for (GrantType type : ALL) {
            if (type.wireName.equals(name) || type.shortName().equals(name)) return Optional.of(type);
        }
        return Optional.empty();
    }

    public static Optional<GrantType> named(String wireName) {
        for (GrantType type : ALL) {
            if (type.wireName.equals(wireName)) return Optional.of(type);
        }
        return Optional.empty();
    }
}
