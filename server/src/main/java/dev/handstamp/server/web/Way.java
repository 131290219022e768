package dev.handstamp.server.web;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where somebody who signs in is on the way to: an authorization request that waits, or a page of ours. Never an
/// address that a stranger could choose.
///
/// @param kept the request that waits; empty for a page of ours
/// @param page its path; empty for a request
public record Way(Optional<Kept> kept, String page) {

    /// Names the page.
    public static final String PARAMETER = "to";

    /// A visit and its way, as a user reads them who is known.
    public record Read(Visit visit, Way way) {}

    private static final String ACCOUNT = "/account";
    private static final String ADMINISTRATION = "/admin";
    private static final Pattern OURS = Pattern.compile("/(account|admin)(/[A-Za-z0-9_-]{1,64}){0,4}");

    /// The way that a visit names: the account if it names none, or one that is not ours.
    ///
    /// @return empty if it names a request that is over
    public static Optional<Way> of(Visit visit, Authorizations authorizations, Directory directory, Instant now) {
        Optional<String> request = visit.form().get(Kept.PARAMETER);
        if (request.isPresent()) {
            return Kept.find(request, authorizations, directory, now).map(Way::of);
        }
        return Optional.of(to(visit.parameter(PARAMETER)));
    }

    public static Way of(Kept kept) {
        return new Way(Optional.of(kept), "");
    }

    /// The way to a page of the account or of the administration.
    public static Way to(String page) {
        return new Way(Optional.empty(), OURS.matcher(page).matches() ? page : ACCOUNT);
    }

    /// The way to the request that waits, if one does, or else to a page.
    public static Way to(Optional<Kept> waiting, String page) {
        return waiting.map(Way::of).orElseGet(() -> to(page));
    }

    /// Back to where it is decided what comes next, or to the page.
    public Response goOn() {
        return kept.map(Kept::goOn).orElseGet(() -> Response.seeOther(page).noStore());
    }

    /// On to another page of those where users sign in, which then knows the way as well.
    public Response by(String path) {
        return Response.seeOther(at(path)).noStore();
    }

    /// The address of such a page.
    public String at(String path) {
        return path + "?"
                + parameters().entrySet().stream()
                        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                        .findFirst()
                        .orElseThrow();
    }

    /// What a form has to bring along.
    public Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        kept.ifPresentOrElse(each -> parameters.put(Kept.PARAMETER, each.id()), () -> parameters.put(PARAMETER, page));
        return parameters;
    }

    /// What tells this way from others: a form is good for one.
    public String id() {
        return kept.map(Kept::id).orElse(page);
    }

    public ClientId client() {
        return kept.map(each -> each.client().id()).orElse(ClientId.FIRST_PARTY);
    }

    /// Whether strangers may make an account on this way: a client's policy can forbid it.
    public boolean takesStrangers() {
        return kept.map(each -> each.client().policy().registersUsers()).orElse(true);
    }

    /// This way at a page for somebody who has shown who that is, by a first factor at least.
    private Way readBy(User user) {
        return new Way(kept.map(each -> each.readBy(user)), page);
    }

    /// The visit and its way, for somebody who has shown who that is: words are in the language that the user has said
    /// to read, unless the client has named others.
    public Read read(Visit visit, User user, Directory directory) {
        Way way = readBy(user);
        return new Read(way.dressed(Lobby.understood(visit, user), directory), way);
    }

    /// This visit in the words and the look that fit: the languages that the client has named go first, and its brand
    /// before the server's own.
    public Visit dressed(Visit visit, Directory directory) {
        return kept.map(each -> each.dressed(visit, directory)).orElse(visit);
    }

    /// Why one is here: "to go on to …".
    public String purpose(Visit visit) {
        Messages words = visit.words();
        if (kept.isPresent()) return words.text("login.to.client", kept.get().clientName(visit.request()));
        return page.startsWith(ADMINISTRATION) ? words.text("login.to.administration") : words.text("login.to.account");
    }

    /// The address of the client's logo; empty if there is none.
    public String logo(Request request) {
        return kept.flatMap(each -> each.text(ClientMember.LOGO_URI, request)).orElse("");
    }

    /// What the client has registered for users to read before they go on (RFC 7591 §2): words, and where they lead.
    public Map<String, String> links(Visit visit) {
        Map<String, String> links = new LinkedHashMap<>();
        Messages words = visit.words();
        kept.ifPresent(each -> {
            Request request = visit.request();
            each.text(ClientMember.CLIENT_URI, request).ifPresent(uri -> links.put(words.text("login.about"), uri));
            each.text(ClientMember.POLICY_URI, request).ifPresent(uri -> links.put(words.text("login.privacy"), uri));
            each.text(ClientMember.TOS_URI, request).ifPresent(uri -> links.put(words.text("login.terms"), uri));
        });
        return links;
    }

    /// The page under the headers that this way needs: the client's logo may be shown.
    public Page on(Page page, Request request) {
        String logo = logo(request);
        return logo.isEmpty() ? page : page.showing(URI.create(logo));
    }

    /// Says no for the user, if anybody asks.
    public void deny(Authorizations authorizations, Optional<Subject> subject, Request request) {
        kept.ifPresent(each -> authorizations.deny(each.name(), each.request(), subject, Callers.of(request)));
    }
}
