package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;
import java.util.stream.Collectors;

/// Who may say by a signed assertion for which users a client gets tokens.
public final class IssuersPage implements Entrance.Room {

    private static final int LINES = 25;

    /// One issuer.
    ///
    /// @param keys  where they stand; empty if they are here
    /// @param isOwn whether it is a client, which signs with its own
    /// @param users empty for all
    public record Line(String reference, String name, String keys, boolean isOwn, String clients, String users) {}

    /// What the page shows.
    public record View(Head head, Part<Line> issuers) {}

    @Override
    public Response handle(Clerk clerk) {
        Part<Line> lines = Part.of(clerk.desk().issuers().list(), clerk.visit(), "page", LINES)
                .map(issuer -> line(clerk, issuer));
        return clerk.page("admin/Issuers", clerk.words().text("admin.issuers.title"), new View(clerk.head(), lines));
    }

    private static Line line(Clerk clerk, AssertionIssuer issuer) {
        return new Line(
                Reference.of(issuer.name()),
                issuer.name(),
                issuer.keysUri().orElse(""),
                issuer.keys().isEmpty() && issuer.keysUri().isEmpty(),
                Brief.of(clients(issuer, ", ")),
                Brief.of(String.join(", ", clerk.desk().issuers().users(issuer))));
    }

    static String clients(AssertionIssuer issuer, String between) {
        return issuer.clients().stream().map(ClientId::value).sorted().collect(Collectors.joining(between));
    }
}
