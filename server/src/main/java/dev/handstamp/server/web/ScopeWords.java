package dev.handstamp.server.web;

import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.IdentityScope;
import dev.handstamp.server.html.Html;
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

    /// A list of them all.
    public static Html list(Scopes asked) {
        List<Html> lines = new ArrayList<>();
        lines.add(Html.of("<ul>\n"));
        for (String scope : asked) lines.add(Html.of("<li>{}</li>\n", of(scope)));
        if (asked.isEmpty()) lines.add(Html.of("<li>act for you, without any special right</li>\n"));
        lines.add(Html.of("</ul>\n"));
        return Html.join(lines);
    }

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
