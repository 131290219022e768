package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.Live;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The clients, found by a part of what they are called.
public final class ClientsPage implements Entrance.Room {

    private static final int LINES = 25;

    /// One client.
    ///
    /// @param origin who registered it
    public record Line(String reference, String id, String name, String grants, String apis, String origin) {}

    /// What the page shows.
    ///
    /// @param next the client after which the next page begins; empty if this is the last one
    public record View(Head head, String query, List<Line> clients, boolean isFirst, String next) {}

    private final Live live;

    public ClientsPage(Live live) {
        this.live = live;
    }

    @Override
    public Response handle(Clerk clerk) {
        String query = clerk.parameter("q").strip();
        String wanted = query.toLowerCase(Locale.ROOT);
        String after = clerk.parameter("after");
        List<Client> found = live.current().directory().clients().values().stream()
                .filter(client -> client.id().value().compareTo(after) > 0)
                .filter(client -> client.id().value().toLowerCase(Locale.ROOT).contains(wanted)
                        || client.name().toLowerCase(Locale.ROOT).contains(wanted))
                .sorted(Comparator.comparing(client -> client.id().value()))
                .limit(LINES + 1L)
                .toList();
        List<Client> page = found.subList(0, Math.min(LINES, found.size()));
        String next = found.size() > LINES ? page.getLast().id().value() : "";
        List<Line> lines = page.stream().map(client -> line(clerk, client)).toList();
        View view = new View(clerk.head(), query, lines, after.isEmpty(), next);
        return clerk.page("admin/Clients", clerk.words().text("admin.clients.title"), view);
    }

    private static Line line(Clerk clerk, Client client) {
        return new Line(
                Reference.of(client.id().value()),
                client.id().value(),
                client.name(),
                ClientPage.grants(client),
                Brief.of(ClientPage.apis(client, ", ")),
                clerk.word("admin.client.origin", client.origin().name().toLowerCase(Locale.ROOT)));
    }
}
