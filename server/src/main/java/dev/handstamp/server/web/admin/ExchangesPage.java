package dev.handstamp.server.web.admin;

import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Which clients may exchange users' tokens for one API into tokens for another.
public final class ExchangesPage implements Entrance.Room {

    private static final int LINES = 25;

    /// One rule.
    ///
    /// @param scopes which stand for which; empty for those of the same name
    public record Line(String reference, String client, String from, String to, String scopes, boolean impersonation) {}

    /// What the page shows.
    public record View(Head head, Part<Line> rules) {}

    @Override
    public Response handle(Clerk clerk) {
        Part<Line> lines = Part.of(clerk.desk().exchanges().list(), clerk.visit(), "page", LINES)
                .map(ExchangesPage::line);
        return clerk.page(
                "admin/Exchanges", clerk.words().text("admin.exchanges.title"), new View(clerk.head(), lines));
    }

    private static Line line(ExchangeRule rule) {
        return new Line(
                ExchangePage.reference(rule),
                rule.client().value(),
                rule.from().value(),
                rule.to().value(),
                Brief.of(scopes(rule, ", ")),
                rule.impersonation());
    }

    static String scopes(ExchangeRule rule, String between) {
        Map<String, String> scopes = new TreeMap<>(rule.scopes());
        return scopes.entrySet().stream()
                .map(each -> each.getKey() + " = " + each.getValue())
                .collect(Collectors.joining(between));
    }
}
