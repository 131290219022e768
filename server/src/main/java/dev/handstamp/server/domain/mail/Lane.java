package dev.handstamp.server.domain.mail;

import java.util.Arrays;
import java.util.Optional;

/// Who waits for a mail. Those of a lane go out before those of the next, however long they have waited: nobody who
/// asks for mails, though it were ten thousand, delays what is told about accounts.
public enum Lane {
    /// What happened to an account.
    TOLD(1),

    /// What somebody has asked for who is signed in, known by the browser, or an administrator.
    KNOWN(2),

    /// What anybody may ask for.
    STRANGERS(3);

    private final long number;

    Lane(long number) {
        this.number = number;
    }

    /// How it is stored.
    public long number() {
        return number;
    }

    public static Optional<Lane> numbered(long number) {
        return Arrays.stream(values()).filter(lane -> lane.number == number).findFirst();
    }
}
