package dev.handstamp.server.web;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.issuance.OwnCredentials;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Somebody who is signed in, at a page of their own account.
///
/// A form counts for its session, its action and its target alone: `action` and `target` are fields of it.
///
/// @param administrates whether there is a way on to the administration
public record Guest(Visit visit, Visitor visitor, boolean administrates, Secret browser, FormGuard guard) {

    public static final String ACTION = "action";
    public static final String TARGET = "target";

    private static final String PURPOSE = "account";

    public Messages words() {
        return visit.words();
    }

    /// What a client is called, in the user's language if it says so; its identifier once it is gone.
    public String name(ClientId client, Directory directory) {
        List<String> languages =
                Doorway.languages(visit.request(), visitor.user().locale());
        return directory.client(client).map(known -> known.name(languages)).orElse(client.value());
    }

    public Caller caller() {
        return Callers.of(visit.request());
    }

    /// What a change of how the user signs in is asked with.
    public OwnCredentials.Asked asks(Directory directory) {
        return new OwnCredentials.Asked(visitor, directory, caller());
    }

    /// Has the user prove it anew, who then comes back to a page.
    public Response signInAgain(String page) {
        return Way.to(page).by(Lobby.SIGN_IN);
    }

    /// The same, who then goes on with an authorization request where one waits.
    public Response signInAgain(String page, Optional<Kept> waiting) {
        return Way.to(waiting, page).by(Lobby.SIGN_IN);
    }

    /// The authorization request that the user is on the way to, and that waits for what is done here.
    public Optional<Kept> waiting(Authorizations authorizations, Directory directory, Instant now) {
        return Kept.find(visit.form().get(Kept.PARAMETER), authorizations, directory, now);
    }

    public String action() {
        return visit.parameter(ACTION);
    }

    public String target() {
        return visit.parameter(TARGET);
    }

    /// The value that tells a form of this page from forged ones.
    public String form(String action, String target) {
        return guard.value(browser, subject(action, target));
    }

    /// Whether what was posted is no form of ours for this session.
    public boolean isForged() {
        return guard.isForged(visit.request(), visit.form(), subject(action(), target()));
    }

    public Shell shell(AccountPlace here) {
        return here.shell(visitor, administrates, words());
    }

    /// A page with forms.
    ///
    /// @param view what the template knows as `it`
    public Response page(int status, String template, String title, Object view) {
        return bind(visit.page(status, template, title, view));
    }

    /// A page that tells times, and belongs to this browser.
    public Response bind(Page page) {
        return guard.bind(page.running(Asset.TIMES).toResponse(), browser);
    }

    private String[] subject(String action, String target) {
        return new String[] {PURPOSE, action, target, visitor.session().id().value()};
    }
}
