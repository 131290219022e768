package dev.handstamp.server.web;

import dev.handstamp.server.domain.user.IdentityScope;

/// What a scope lets an application do, in words for users.
public final class ScopeWords {

    private ScopeWords() {}

    /// Completes the sentence "It may …"; a scope of an API is its own word.
    public static String of(String scope) {
        return IdentityScope.named(scope)
                .map(known -> switch (known) {
                    case OPENID -> "know that it is you";
                    case PROFILE -> "see your name and profile";
                    case EMAIL -> "see your e-mail address";
                    case ADDRESS -> "see your postal address";
                    case PHONE -> "see your phone number";
                    case OFFLINE_ACCESS -> "stay signed in while you are away";
                })
                .orElse(scope);
    }
}
