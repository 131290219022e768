package dev.handstamp.server.web;

import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.issuance.PasswordPolicy;

/// Why a new password is not taken, and what helps, in words for users.
public final class PasswordWords {

    private PasswordWords() {}

    public static String of(Flaw flaw, PasswordPolicy policy, Messages words) {
        return switch (flaw) {
            case TOO_SHORT -> words.text("password.too-short", policy.shortest());
            case COMMON -> words.text("password.common");
            case OWN -> words.text("password.own");
        };
    }

    /// What is said of one that is too long to be hashed.
    public static String tooLong(Messages words) {
        return words.text("password.too-long", PasswordHasher.LONGEST_PASSWORD);
    }

    /// What a form says before anything is typed.
    public static String hint(PasswordPolicy policy, Messages words) {
        return words.text("password.hint", policy.shortest());
    }
}
