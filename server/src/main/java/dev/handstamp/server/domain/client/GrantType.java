package dev.handstamp.server.domain.client;

import java.util.List;
import java.util.Optional;

/// How a client may obtain a token (RFC 6749 §1.3).
public enum GrantType {
    AUTHORIZATION_CODE("authorization_code"), // RFC 6749 §4.1
    CLIENT_CREDENTIALS("client_credentials"), // RFC 6749 §4.4
    REFRESH_TOKEN("refresh_token"); // RFC 6749 §6

    private static final List<GrantType> ALL = List.of(values());

    private final String wireName;

    GrantType(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }

    public static Optional<GrantType> named(String wireName) {
        for (GrantType type : ALL) {
            if (type.wireName.equals(wireName)) return Optional.of(type);
        }
        return Optional.empty();
    }
}
