package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Invitations;
import dev.handstamp.server.administration.Invitations.NewInvitation;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Invitation;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The invitations to register clients over HTTP (RFC 7591), and a new one.
public final class ClientInvitationsPage implements Entrance.Room {

    static final String PATH = "/admin/client-invitations";
    static final String INVITE = "invite";
    static final String WITHDRAW = "withdraw";

    private static final int LINES = 15;
    private static final List<String> FIELDS = List.of("apis", "scopes", "uses", "lifetime");

    /// One invitation.
    public record Line(String id, String apis, String scopes, int uses, Moment until, UserPage.Button withdraw) {}

    /// What the page shows.
    ///
    /// @param token of an invitation that was made just now, for the only time; empty if none was
    public record View(Head head, Part<Line> invitations, Fields fields, String token, String form) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(ClientInvitationsPage::act, given -> show(given, ""));
    }

    private static Response act(Clerk clerk) {
        Invitations invitations = clerk.desk().invitations();
        return switch (clerk.action()) {
            case INVITE -> show(clerk, invitations.add(wanted(clerk)).token().value());
            case WITHDRAW -> {
                invitations.delete(clerk.target());
                yield clerk.done(PATH, Clerk.Done.TAKEN_BACK);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static NewInvitation wanted(Clerk clerk) {
        return new NewInvitation(
                Fields.words(clerk.parameter("apis")),
                Fields.words(clerk.parameter("scopes")),
                number(clerk.parameter("uses").strip()),
                Fields.some(clerk.parameter("lifetime")).map(Fields::duration).orElse(Duration.ZERO));
    }

    /// What is no number is refused as none at all.
    private static int number(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static Response show(Clerk clerk, String token) {
        boolean isTyped = clerk.action().equals(INVITE) && token.isEmpty();
        Map<String, String> values = isTyped ? Fields.sent(clerk, FIELDS) : Map.of("uses", "1", "lifetime", "7d");
        View view = new View(
                clerk.head(),
                Part.of(clerk.desk().invitations().list(), clerk.visit(), "page", LINES)
                        .map(each -> line(clerk, each)),
                Fields.of(clerk, values),
                token,
                clerk.form(INVITE));
        return clerk.page("admin/ClientInvitations", clerk.words().text("admin.client-invitations.title"), view);
    }

    private static Line line(Clerk clerk, Invitation invitation) {
        return new Line(
                invitation.id(),
                Brief.of(
                        invitation.apis().stream().map(Audience::value).sorted().collect(Collectors.joining(", "))),
                Brief.of(String.join(", ", invitation.scopes().tokens())),
                invitation.usesLeft(),
                Moment.of(invitation.expiresAt()),
                new UserPage.Button(invitation.id(), clerk.form(WITHDRAW, invitation.id())));
    }
}
