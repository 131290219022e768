package dev.handstamp.server.web.account;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Shell;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Activity;
import dev.handstamp.server.issuance.Activity.Portion;
import dev.handstamp.server.issuance.Caller;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Guest;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What happened to a user's account, in plain words. What has no words is of no use to users: a token more.
public final class ActivityPage implements Lobby.Room {

    private static final int ENOUGH = 25;
    private static final int MOST_PORTIONS = 5;

    /// One event, in words.
    ///
    /// @param place from where; empty if it came from nowhere
    /// @param by    who else did it; empty if it was the user, or nobody known
    public record Line(When at, String what, String place, String application, String by) {}

    /// What the page shows.
    ///
    /// @param older where the older ones begin; empty if there are none
    public record View(Shell shell, List<Line> lines, String older, boolean isFirst) {}

    private final Live live;
    private final Activity activity;

    public ActivityPage(Live live, Activity activity) {
        this.live = live;
        this.activity = activity;
    }

    @Override
    public Response handle(Guest guest) {
        Directory directory = live.current().directory();
        Subject subject = guest.visitor().user().subject();
        String before = guest.visit().parameter("before");
        List<Line> lines = new ArrayList<>();
        Optional<String> next = Optional.of(before);
        for (int i = 0; i < MOST_PORTIONS && next.isPresent() && lines.size() < ENOUGH; i++) {
            Portion portion = activity.before(subject, next.get());
            next = portion.next();
            for (int at = 0; at < portion.events().size() && lines.size() < ENOUGH; at++) {
                AuditEvent event = portion.events().get(at);
                if (isTold(event)) lines.add(line(guest, event, directory));
                if (lines.size() == ENOUGH) next = Optional.of(portion.places().get(at));
            }
        }
        View view = new View(guest.shell(AccountPlace.ACTIVITY), lines, next.orElse(""), before.isEmpty());
        return guest.page(200, "account/Activity", guest.words().text("account.activity.title"), view);
    }

    private static boolean isTold(AuditEvent event) {
        return Messages.ENGLISH.texts().containsKey(key(event));
    }

    private static String key(AuditEvent event) {
        return "activity." + event.type().wireName().replace('_', '-');
    }

    private static Line line(Guest guest, AuditEvent event, Directory directory) {
        Messages words = guest.words();
        boolean bySomebodyElse =
                event.isBySomebodyElseThan(guest.visitor().user().subject());
        return new Line(
                When.of(event.at(), words),
                words.text(key(event)),
                event.address().isEmpty() || bySomebodyElse ? "" : place(event, guest.caller(), words),
                bySomebodyElse ? "" : application(guest, event, directory),
                bySomebodyElse ? words.text("account.activity.administrator") : "");
    }

    private static String place(AuditEvent event, Caller caller, Messages words) {
        String there = new Caller(event.address(), "", "").network();
        return words.text(
                there.equals(caller.network()) ? "account.sessions.near" : "account.sessions.far", event.address());
    }

    private static String application(Guest guest, AuditEvent event, Directory directory) {
        String client = event.client().isEmpty() && event.details().containsKey("client")
                ? event.details().getOrDefault("client", "")
                : event.client();
        if (client.isEmpty() || client.equals(ClientId.FIRST_PARTY.value())) return "";
        return guest.name(new ClientId(client), directory);
    }
}
