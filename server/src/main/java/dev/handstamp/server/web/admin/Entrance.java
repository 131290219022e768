package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Desk;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Visit;
import dev.handstamp.server.web.Visitors;
import java.util.List;
import java.util.Optional;

/// What is before every page of the administration: nobody comes in but users whose roles carry every scope of the
/// server's own API, as the role `administrator` does. That is looked up anew at each request, so that whoever loses
/// the
/// role is out at once.
public final class Entrance {

    /// One page of the administration: what it answers to an administrator.
    @FunctionalInterface
    public interface Room {

        Response handle(Clerk clerk);
    }

    private final Live live;
    private final Browsers browsers;
    private final FormGuard guard;
    private final Desk.Wiring wiring;

    public Entrance(Live live, Browsers browsers, FormGuard guard, Desk.Wiring wiring) {
        this.live = live;
        this.browsers = browsers;
        this.guard = guard;
        this.wiring = wiring;
    }

    /// The door of a page that administrators alone see.
    public Door door(AdminPlace here, Room room) {
        return asked -> {
            Request request = asked.request();
            Optional<Visitor> visitor = Visitors.of(request, browsers);
            if (visitor.isEmpty())
                return Response.seeOther(signIn(request.path())).noStore();
            Visit visit = Lobby.understood(asked, visitor.get().user());
            if (!live.current().directory().isAdministrator(visitor.get().user())) {
                return visit.linked(403, "admin.no-entry", "/account").toResponse();
            }
            if (!isSure(visitor.get(), live.current().directory())) {
                return browsers.hasSecondFactor(visitor.get().user().subject())
                        ? Response.seeOther(prove(request.path())).noStore()
                        : visit.linked(403, "admin.second-factor", "/account/security")
                                .toResponse();
            }
            Desk desk = Desk.of(
                    wiring.during(browsers, visitor.get()),
                    administrator(visitor.get().user(), request));
            Secret browser = guard.browser(request);
            return room.handle(new Clerk(
                    visit,
                    visitor.get(),
                    here,
                    browser,
                    guard,
                    desk,
                    wiring.clock().instant(),
                    200,
                    "",
                    List.of(),
                    request.path()));
        };
    }

    /// The place where the administration begins.
    public static Response home() {
        return Response.seeOther(AdminPlace.USERS.path()).noStore();
    }

    /// Where one signs in who then comes back to a page of ours: its path, which names nobody else's.
    static String signIn(String path) {
        return "/login?to=" + path.replace("/", "%2F");
    }

    /// Where one shows the second factor and comes back.
    private static String prove(String path) {
        return "/login/totp?to=" + path.replace("/", "%2F");
    }

    /// What the server's own API asks of those who use it (`api update --require-acr`) holds for its pages too.
    private static boolean isSure(Visitor visitor, Directory directory) {
        return directory
                .administration()
                .flatMap(directory::api)
                .flatMap(Api::requiredLevel)
                .filter(level -> !visitor.proofs().level().isAtLeast(level))
                .isEmpty();
    }

    private static Administrator administrator(User user, Request request) {
        return new Administrator(
                user.subject().value(), ClientId.FIRST_PARTY.value(), request.remoteAddress(), request.id());
    }
}
