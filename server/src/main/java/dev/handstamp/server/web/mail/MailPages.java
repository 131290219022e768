package dev.handstamp.server.web.mail;

import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Kept;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Way;
import java.time.InstantSource;
import java.util.Optional;

/// What several pages of this room show.
final class MailPages {

    private static final String PASSWORD = "password";

    private MailPages() {}

    /// In place of a page that needs mail, where none is sent.
    static Response off(Visit visit) {
        return visit.linked(404, "by-mail.off", "/account").toResponse();
    }

    /// In place of a page whose link is used or too old.
    ///
    /// @param again where one asks for another
    static Response over(Visit visit, String again) {
        return visit.linked(400, "by-mail.over", again).toResponse();
    }

    /// The way to go on that a link brings along, if that request is still open.
    static Optional<Way> way(RequestUri name, Authorizations authorizations, Live live, InstantSource clock) {
        return Kept.find(
                        Optional.of(name.id().value()),
                        authorizations,
                        live.current().directory(),
                        clock.instant())
                .map(Way::of);
    }

    /// This visit in the words and the look of what a link leads to, if that request is still open.
    static Visit dressed(
            Visit visit, Optional<RequestUri> name, Authorizations authorizations, Live live, InstantSource clock) {
        return name.flatMap(each -> way(each, authorizations, live, clock))
                .map(way -> way.dressed(visit, live.current().directory()))
                .orElse(visit);
    }

    static MailForm.Field name(Messages words) {
        return MailForm.Field.of("username", words.text("by-mail.name"), "text", "username");
    }

    /// What is wrong with a new password; without a flaw it is too long.
    static Problem problem(Optional<Flaw> flaw, Messages words) {
        String text = flaw.map(each -> switch (each) {
                    case TOO_SHORT -> words.text("by-mail.password.short");
                    case COMMON -> words.text("by-mail.password.common");
                    case OWN -> words.text("by-mail.password.own");
                })
                .orElseGet(() -> words.text("by-mail.password.long"));
        return Problem.at(text, PASSWORD);
    }

    /// A field for a password that is to be.
    ///
    /// @param label what it is called
    static MailForm.Field newPassword(String label, Messages words, int shortest) {
        return MailForm.Field.of(PASSWORD, label, "password", "new-password")
                .hinting(words.text("by-mail.password.hint", shortest));
    }
}
