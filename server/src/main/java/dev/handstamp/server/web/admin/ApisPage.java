package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.http.Response;
import java.util.List;

/// The APIs that tokens are issued for.
public final class ApisPage implements Entrance.Room {

    /// One API.
    public record Line(String reference, String audience, String algorithm, String lifetime, String scopes) {}

    /// What the page shows.
    public record View(Head head, List<Line> apis) {}

    @Override
    public Response handle(Clerk clerk) {
        List<Line> lines =
                clerk.desk().apis().list().stream().map(ApisPage::line).toList();
        return clerk.page("admin/Apis", clerk.words().text("admin.apis.title"), new View(clerk.head(), lines));
    }

    private static Line line(Api api) {
        return new Line(
                Reference.of(api.audience().value()),
                api.audience().value(),
                api.algorithm().joseName(),
                Span.of(api.tokenLifetime()),
                String.join(", ", api.scopes().tokens()));
    }
}
