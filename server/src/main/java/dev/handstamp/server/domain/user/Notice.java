package dev.handstamp.server.domain.user;

import java.util.Locale;

/// What happened to an account that its user is told by mail, whoever did it.
public enum Notice {
    PASSWORD_CHANGED,
    PASSWORD_RESET,

    /// Told to the address that was.
    EMAIL_CHANGED,
    FACTOR_ADDED,
    FACTOR_REMOVED,

    /// Two devices sign with one passkey: it is suspended, and everybody signed out.
    PASSKEY_CLONED,
    RECOVERY_CODES_RENEWED,
    RECOVERY_CODE_USED,

    /// Of the second factor, by somebody who knows the password.
    WRONG_CODES,
    SIGNED_IN_ON_NEW_DEVICE,
    ACCOUNT_DELETED,
    ACCOUNT_DISABLED;

    /// The constant in lower case.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
