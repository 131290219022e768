package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;

/// The APIs that tokens are issued for.
public final class ApisPage implements Entrance.Room {

    private static final int LINES = 25;

    /// One API.
    public record Line(String reference, String audience, String algorithm, String lifetime, String scopes) {}

    /// What the page shows.
    public record View(Head head, Part<Line> apis) {}

    @Override
    public Response handle(Clerk clerk) {
        Part<Line> lines = Part.of(clerk.desk().apis().list(), clerk.visit(), "page", LINES)
                .map(ApisPage::line);
        return clerk.page("admin/Apis", clerk.words().text("admin.apis.title"), new View(clerk.head(), lines));
    }

    private static Line line(Api api) {
        return new Line(
                Reference.of(api.audience().value()),
                api.audience().value(),
                api.algorithm().joseName(),
                Span.of(api.tokenLifetime()),
                Brief.of(String.join(", ", api.scopes().tokens())));
    }
}
