package dev.handstamp.server.domain.session;

import java.util.Arrays;
import java.util.Optional;

/// A way in which a user proves who it is (RFC 8176 §2).
public enum AuthenticationMethod {
    PASSWORD("pwd"),

    /// A code of an authenticator application (RFC 6238), or a recovery code in its place.
    ONE_TIME_PASSWORD("otp");

    private final String wireName;

    AuthenticationMethod(String wireName) {
        this.wireName = wireName;
    }

    /// Its value in the claim `amr`.
    public String wireName() {
        return wireName;
    }

    public static Optional<AuthenticationMethod> named(String wireName) {
        return Arrays.stream(values())
                .filter(method -> method.wireName.equals(wireName))
                .findFirst();
    }
}
