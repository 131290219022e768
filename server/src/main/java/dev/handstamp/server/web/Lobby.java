package dev.handstamp.server.web;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.live.Live;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What is before every page of a user's own account: whoever is not signed in signs in first, and whoever has said
/// which language it reads is answered in that.
public final class Lobby {

    static final String SIGN_IN = "/login";

    /// One page of the account: what it answers to whoever is signed in.
    @FunctionalInterface
    public interface Room {

        Response handle(Guest guest);
    }

    private final Live live;
    private final Browsers browsers;
    private final Authorizations authorizations;
    private final FormGuard guard;
    private final String base;
    private final InstantSource clock;

    /// @param base the path of the issuer; empty if it has none
    public Lobby(
            Live live,
            Browsers browsers,
            Authorizations authorizations,
            FormGuard guard,
            String base,
            InstantSource clock) {
        this.live = live;
        this.browsers = browsers;
        this.authorizations = authorizations;
        this.guard = guard;
        this.base = base;
        this.clock = clock;
    }

    /// The door of a page that is everybody's own.
    public Door door(Room room) {
        return visit -> {
            Optional<Visitor> visitor = visitor(visit.request());
            Directory directory = live.current().directory();
            if (visitor.isEmpty()) return way(visit, directory).by(SIGN_IN);
            Optional<Kept> waiting = waiting(visit, directory);
            Visit understood = waiting.map(
                            kept -> kept.readBy(visitor.get().user()).worded(visit))
                    .orElseGet(() -> understood(visit, visitor.get().user()));
            boolean administrates = directory.isAdministrator(visitor.get().user());
            Secret browser = guard.browser(visit.request());
            return room.handle(new Guest(understood, visitor.get(), administrates, browser, guard));
        };
    }

    /// Who is signed in, if anybody.
    public Optional<Visitor> visitor(Request request) {
        return Visitors.of(request, browsers);
    }

    /// Where somebody goes on to who has to sign in first: whoever was at this page on the way to an authorization
    /// request is led back to it.
    private Way way(Visit visit, Directory directory) {
        return Way.to(waiting(visit, directory), path(visit));
    }

    private Optional<Kept> waiting(Visit visit, Directory directory) {
        return Kept.find(visit.form().get(Kept.PARAMETER), authorizations, directory, clock.instant());
    }

    /// Where somebody wants to be who has to sign in first.
    private String path(Visit visit) {
        String path = visit.request().path();
        return path.startsWith(base) ? path.substring(base.length()) : path;
    }

    /// This visit in the language that somebody has said to read, who has shown who that is.
    public static Visit understood(Visit visit, User user) {
        return user.locale()
                .map(locale ->
                        visit.in(Messages.of(List.of(locale, visit.words().language()))))
                .orElse(visit);
    }
}
