package dev.handstamp.server.web;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.html.Messages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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

    /// What the scopes of an API allow, as it says it itself. Of the server's own, the pages have words.
    public static Descriptions said(Api api, Directory directory, Messages words) {
        if (!directory.administration().equals(Optional.of(api.audience()))) return api.words();
        SortedMap<String, SortedMap<String, String>> said = new TreeMap<>();
        for (AdminScope scope : AdminScope.values()) {
            said.put(scope.wireName(), new TreeMap<>(Map.of("", words.text(scope.words()))));
        }
        said.putAll(api.words().words()); // Whatever an administrator has said goes before.
        return new Descriptions(said);
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
