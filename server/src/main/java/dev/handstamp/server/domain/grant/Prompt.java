package dev.handstamp.server.domain.grant;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a client asks to be shown to the user, whatever is known already (OpenID Connect Core §3.1.2.1).
public enum Prompt {
    NONE,
    LOGIN,
    CONSENT,
    SELECT_ACCOUNT;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Prompt> named(String wireName) {
        return Arrays.stream(values())
                .filter(prompt -> prompt.wireName().equals(wireName))
                .findFirst();
    }
}
