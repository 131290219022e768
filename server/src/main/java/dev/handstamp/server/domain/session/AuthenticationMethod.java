package dev.handstamp.server.domain.session;

import java.util.Arrays;
import java.util.Optional;

/// A way in which a user proves who it is (RFC 8176 §2).
public enum AuthenticationMethod {
    PASSWORD("pwd"),

    /// A code of an authenticator application (RFC 6238), or a recovery code in its place.
    ONE_TIME_PASSWORD("otp"),

    /// A passkey that is on one device alone, which has verified the user.
    DEVICE_PASSKEY("hwk"),

    /// A passkey that may be on several devices of the user, one of which has verified the user.
    SYNCED_PASSKEY("swk"),

    /// A link or a code that was mailed: a second channel.
    MAIL("mca");

    private final String wireName;

    AuthenticationMethod(String wireName) {
        this.wireName = wireName;
    }

    /// Its value in the claim `amr`.
    public String wireName() {
        return wireName;
    }

    /// Whether it proves two factors by itself: what the user has, and what the user knows or is.
    public boolean isPasskey() {
        return this == DEVICE_PASSKEY || this == SYNCED_PASSKEY;
    }

    public static Optional<AuthenticationMethod> named(String wireName) {
        return Arrays.stream(values())
                .filter(method -> method.wireName.equals(wireName))
                .findFirst();
    }
}
