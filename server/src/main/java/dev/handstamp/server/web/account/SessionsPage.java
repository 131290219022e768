package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.session.KnownDevice;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Accounts;
import dev.handstamp.server.issuance.Accounts.Open;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.issuance.KnownDevices;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Device;
import dev.handstamp.server.web.DeviceCookies;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.Part;
import dev.handstamp.server.web.When;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a user is signed in, with the buttons that end it: one session, or all of them.
public final class SessionsPage implements Lobby.Room {

    private static final String END = "end";
    private static final String END_ALL = "end-all";
    private static final String FORGET = "forget-device";
    private static final int LINES = 10;

    /// One session, in words.
    ///
    /// @param applications what was opened in it
    public record Line(
            String id, String device, boolean isThis, When since, String place, String applications, String form) {}

    /// A browser that the user has signed in with before.
    ///
    /// @param trusted until when no second factor is asked for there; null if it is
    public record KnownLine(
            String id,
            String device,
            boolean isThis,
            When used,
            String address,
            @Nullable When trusted,
            String form) {}

    /// What the page shows.
    ///
    /// @param done what has just happened; empty if nothing
    public record View(
            Shell shell, Part<Line> sessions, Part<KnownLine> devices, String endAll, String problem, String done) {}

    private final Live live;
    private final Accounts accounts;
    private final KnownDevices devices;

    public SessionsPage(Live live, Accounts accounts, KnownDevices devices) {
        this.live = live;
        this.accounts = accounts;
        this.devices = devices;
    }

    @Override
    public Response handle(Guest guest) {
        if (!guest.visit().posted()) return show(guest, 200, "");
        if (guest.isForged()) return show(guest, 403, guest.words().text("account.forged"));
        Directory directory = live.current().directory();
        switch (guest.action()) {
            case END -> accounts.end(guest.visitor(), new SessionId(guest.target()), directory, guest.caller());
            case END_ALL -> accounts.endAll(guest.visitor(), directory, guest.caller());
            case FORGET -> devices.forget(guest.visitor(), guest.target(), guest.caller());
            default -> {
                return show(guest, 400, guest.words().text("account.choose"));
            }
        }
        return isLeaving(guest)
                ? left(guest)
                : Response.seeOther(AccountPlace.SESSIONS.path() + "?done=" + guest.action())
                        .noStore();
    }

    private static boolean isLeaving(Guest guest) {
        return guest.action().equals(END_ALL)
                || guest.target().equals(guest.visitor().session().id().value());
    }

    private static Response left(Guest guest) {
        Page page = guest.visit().linked(200, "account.left", AccountPlace.PROFILE.path());
        return HostCookie.SESSION.clear(page.toResponse());
    }

    private Response show(Guest guest, int status, String problem) {
        Directory directory = live.current().directory();
        Part<Line> lines = Part.of(accounts.overview(guest.visitor()).sessions(), guest.visit(), "sessions", LINES)
                .map(open -> line(guest, open, directory));
        Part<KnownLine> known = Part.of(devices.list(guest.visitor().user().subject()), guest.visit(), "devices", LINES)
                .map(device -> line(guest, device));
        View view = new View(
                guest.shell(AccountPlace.SESSIONS), lines, known, guest.form(END_ALL, ""), problem, done(guest));
        return guest.page(status, "account/Sessions", guest.words().text("account.sessions.title"), view);
    }

    private static String done(Guest guest) {
        return switch (guest.visit().parameter("done")) {
            case END -> guest.words().text("account.sessions.done.ended");
            case FORGET -> guest.words().text("account.sessions.done.forgotten");
            default -> "";
        };
    }

    private static Line line(Guest guest, Open open, Directory directory) {
        Session session = open.session();
        List<String> names = open.clients().stream()
                .filter(client -> !client.equals(ClientId.FIRST_PARTY))
                .map(client -> guest.name(client, directory))
                .sorted()
                .toList();
        return new Line(
                session.id().value(),
                Device.of(session.userAgent()).in(guest.words()),
                session.id().equals(guest.visitor().session().id()),
                When.of(session.createdAt(), guest.words()),
                place(session, guest.caller(), guest.words()),
                String.join(", ", names),
                guest.form(END, session.id().value()));
    }

    private static KnownLine line(Guest guest, KnownDevice device) {
        boolean isThis = DeviceCookies.read(guest.visit().request())
                .map(Secret::hash)
                .filter(device.hash()::equals)
                .isPresent();
        return new KnownLine(
                device.id(),
                Device.of(device.userAgent()).in(guest.words()),
                isThis,
                When.of(device.usedAt(), guest.words()),
                device.address(),
                device.trust()
                        .map(trust -> When.of(trust.until(), guest.words()))
                        .orElse(null),
                guest.form(FORGET, device.id()));
    }

    /// Where on earth an address is, we do not know; whether it is near, we do.
    private static String place(Session session, Caller caller, Messages words) {
        String there = new Caller(session.address(), "", "").network();
        return words.text(
                there.equals(caller.network()) ? "account.sessions.near" : "account.sessions.far", session.address());
    }
}
