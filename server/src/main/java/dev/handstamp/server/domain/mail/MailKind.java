package dev.handstamp.server.domain.mail;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a mail is for.
public enum MailKind {

    /// Tells what happened to an account: [dev.handstamp.server.domain.user.Notice].
    NOTICE(Duration.ofHours(24));

    private final Duration lifetime;

    MailKind(Duration lifetime) {
        this.lifetime = lifetime;
    }

    /// How long it makes sense to try to send it.
    public Duration lifetime() {
        return lifetime;
    }

    /// The constant in lower case.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<MailKind> named(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName().equals(wireName))
                .findFirst();
    }
}
