package dev.handstamp.server.web;

import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.html.Messages;
import java.util.ArrayList;
import java.util.List;

/// What a scope lets an application do, in words for users.
public final class ScopeWords {

    private ScopeWords() {}

    /// What they let an application do, one line each, in the language of the page.
    public static List<String> of(Scopes asked, Messages words) {
        List<String> lines = new ArrayList<>();
        for (String scope : asked) lines.add(of(scope, words));
        return lines.isEmpty() ? List.of(words.text("consent.nothing")) : lines;
    }

    private static String of(String scope, Messages words) {
        return IdentityScope.named(scope)
                .map(known -> switch (known) {
                    case OPENID -> words.text("scope.openid");
                    case PROFILE -> words.text("scope.profile");
                    case EMAIL -> words.text("scope.email");
                    case ADDRESS -> words.text("scope.address");
                    case PHONE -> words.text("scope.phone");
                    case OFFLINE_ACCESS -> words.text("scope.offline-access");
                })
                .orElse(scope);
    }
}
