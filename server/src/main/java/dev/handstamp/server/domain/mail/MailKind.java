package dev.handstamp.server.domain.mail;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a mail is for.
public enum MailKind {

    /// Tells what happened to an account: [dev.handstamp.server.domain.user.Notice].
    NOTICE(Lane.TOLD, Duration.ofHours(24), Duration.ZERO),

    /// Leads to another password.
    RESET(Lane.STRANGERS, Duration.ofMinutes(15), Duration.ofMinutes(15)),

    /// Signs in once, by a link or a code.
    SIGN_IN(Lane.STRANGERS, Duration.ofMinutes(10), Duration.ofMinutes(10)),

    /// Leads somebody who has come by, and is no user yet, to an account.
    REGISTER(Lane.STRANGERS, Duration.ofHours(24), Duration.ofHours(24)),

    /// Leads somebody whom an administrator has invited to an account.
    INVITE(Lane.KNOWN, Duration.ofHours(24), Duration.ofDays(7)),

    /// Shows that a user reads an address.
    CONFIRM_EMAIL(Lane.KNOWN, Duration.ofHours(24), Duration.ofHours(24));

    private final Lane lane;
    private final Duration patience;
    private final Duration lifetime;

    MailKind(Lane lane, Duration patience, Duration lifetime) {
        this.lane = lane;
        this.patience = patience;
        this.lifetime = lifetime;
    }

    /// Who waits for it, unless more is known of who asks.
    public Lane lane() {
        return lane;
    }

    /// How long it makes sense to try to send it.
    public Duration patience() {
        return patience;
    }

    /// How long what stands in it is good, from when it was asked for.
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
