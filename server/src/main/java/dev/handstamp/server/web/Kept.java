package dev.handstamp.server.web;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.PendingRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Origin;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The authorization request that a page is about, and the way on from there.
///
/// @param locale the language that its reader has said to read; empty for somebody who has not shown who that is
public record Kept(RequestUri name, PendingRequest request, Client client, Optional<String> locale) {

    public static final String PARAMETER = "request";

    /// The request that the page names, as long as it is open and its client is registered.
    public static Optional<Kept> find(
            Optional<String> id, Authorizations authorizations, Directory directory, Instant now) {
        if (id.isEmpty()) return Optional.empty();
        RequestUri name = new RequestUri(new Secret(id.get()));
        Optional<PendingRequest> request = authorizations.find(name).filter(found -> found.isOpenAt(now));
        return request.flatMap(found -> Optional.ofNullable(directory.clients().get(found.client()))
                .map(client -> new Kept(name, found, client, Optional.empty())));
    }

    /// This request at a page for somebody who has shown who that is, by a first factor at least.
    public Kept readBy(User user) {
        return new Kept(name, request, client, user.locale());
    }

    public String id() {
        return name.id().value();
    }

    /// Back to where it is decided what comes next: the authorization endpoint, or the page of devices.
    public Response goOn() {
        return Response.seeOther(onward()).noStore();
    }

    /// Where that is.
    public String onward() {
        return request.origin() == Origin.DEVICE ? "/device?request=" + id() : "/authorize?" + name.query(client.id());
    }

    /// What the client is called, in the user's language if it says so.
    public String clientName(Request page) {
        return client.name(languages(page));
    }

    /// What the client has registered for people to read or to see (RFC 7591 §2.2).
    public Optional<String> text(ClientMember member, Request page) {
        return client.metadata()
                .translation(member.wireName(), languages(page))
                .or(() -> client.metadata().text(member));
    }

    /// The brand of its client, and the server's.
    private Look look(Directory directory) {
        return Look.of(directory.brandOf(client.id()));
    }

    /// What the scopes of this request allow, as the API that it is for says it.
    ///
    /// @param words of the page, for the server's own
    public Descriptions descriptions(Directory directory, Messages words) {
        Optional<Scopes> scopes = request.parameter("scope").flatMap(Scopes::parse);
        return directory
                .userTarget(client, request.parameter("resource"), scopes)
                .map(api -> ScopeWords.said(api, directory, words))
                .orElse(Descriptions.NONE);
    }

    /// The visit in the words and the look of a page about this request.
    public Visit dressed(Visit visit, Directory directory) {
        Visit dressed = worded(visit).wearing(look(directory));
        // A device is answered elsewhere.
        return request.origin() == Origin.DEVICE ? dressed : dressed.leadingTo(scheme());
    }

    /// The visit in the words of a page about this request.
    Visit worded(Visit visit) {
        return visit.in(Messages.of(languages(visit.request())));
    }

    /// The languages that the user likes best: those that the client has named, then that of a reader who is known,
    /// then those of the browser.
    public List<String> languages(Request page) {
        return Messages.wanted(request.parameter("ui_locales"), Doorway.languages(page, locale));
    }

    /// The scheme of the address that the client is answered at.
    private String scheme() {
        return request.parameter("redirect_uri")
                .or(() -> client.redirection().only().map(RedirectUri::value))
                .map(uri -> new RedirectUri(uri).scheme())
                .orElse("https");
    }

    /// What is shown in place of a page whose request is over.
    public static Response over(Visit visit) {
        return visit.message(400, "kept.over").toResponse();
    }
}
