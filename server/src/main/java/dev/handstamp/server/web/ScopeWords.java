package dev.handstamp.server.web;

import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.html.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a scope lets an application do, in words for users.
public final class ScopeWords {

    private ScopeWords() {}

    /// What they let an application do, one line each, in the language of the page.
    public static List<String> of(Scopes asked, Messages words) {
        return of(asked, Descriptions.NONE, List.of(), words);
    }

    /// The same in the words of the API that they are of, where it has some.
    ///
    /// @param languages those that the user likes best
    public static List<String> of(Scopes asked, Descriptions said, List<String> languages, Messages words) {
        List<String> lines = new ArrayList<>();
        for (String scope : asked) {
            // What clients learn of users is ours to say, whatever an API calls its scopes.
            Optional<String> own =
                    IdentityScope.named(scope).isPresent() ? Optional.empty() : said.of(scope, languages);
            lines.add(own.orElseGet(() -> of(scope, words)));
        }
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
