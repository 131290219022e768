package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.AuditLog.Filter;
import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.http.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What happened, the newest first, with filters that stand in the address.
public final class AuditPage implements Entrance.Room {

    private static final int LINES = 25;

    /// So many events are told with all their details, however long those are.
    private static final int FEW = 5;

    private static final List<String> TYPES = Arrays.stream(AuditEvent.Type.values())
            .map(AuditEvent.Type::wireName)
            .sorted()
            .toList();

    /// One event.
    ///
    /// @param from  the client and the address, as far as there are any
    /// @param whole where all of the details are told; empty if they are here
    public record Line(
            Moment at, String type, String actor, String target, String from, String details, String whole) {}

    /// What the page shows.
    ///
    /// @param filter what was asked for, by the names of the form
    public record View(
            Head head,
            Map<String, String> filter,
            Fields fields,
            List<String> types,
            List<Line> events,
            boolean isFirst,
            String next) {}

    @Override
    public Response handle(Clerk clerk) {
        Map<String, String> asked = new LinkedHashMap<>();
        for (String name : List.of("party", "type", "client", "address", "since", "until")) {
            asked.put(name, clerk.parameter(name).strip());
        }
        Optional<String> after = some(clerk.parameter("after"));
        try {
            return show(clerk, asked, after.isEmpty(), clerk.desk().auditLog().find(filter(asked), after, LINES));
        } catch (Refused refused) {
            Clerk wrong = clerk.with(refused);
            return show(wrong, asked, true, new Page<>(List.of(), Optional.empty()));
        }
    }

    private static Response show(Clerk clerk, Map<String, String> asked, boolean isFirst, Page<AuditEvent> page) {
        View view = new View(
                clerk.head(),
                asked,
                Fields.of(clerk, asked),
                TYPES,
                page.map(event -> line(event, page.items().size() > FEW)).items(),
                isFirst,
                page.next().orElse(""));
        return clerk.page("admin/Audit", clerk.words().text("admin.audit.title"), view);
    }

    private static Filter filter(Map<String, String> asked) {
        return new Filter(
                some(asked, "party"),
                some(asked, "type").map(AuditPage::type),
                some(asked, "client"),
                some(asked, "address"),
                some(asked, "since").map(text -> instant(text, "since")),
                some(asked, "until").map(text -> instant(text, "until")));
    }

    private static Optional<String> some(Map<String, String> asked, String name) {
        return some(asked.getOrDefault(name, ""));
    }

    private static Optional<String> some(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static AuditEvent.Type type(String wireName) {
        for (AuditEvent.Type type : AuditEvent.Type.values())
            if (type.wireName().equals(wireName)) return type;
        throw Refused.about("event type", "refused.event.type");
    }

    /// As a field for date and time sends it, in UTC, or in full.
    private static Instant instant(String text, String field) {
        try {
            return text.endsWith("Z")
                    ? Instant.parse(text)
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw Refused.about(field, "refused.event.time");
        }
    }

    private static Line line(AuditEvent event, boolean isBrief) {
        StringBuilder details = new StringBuilder();
        event.details()
                .forEach((name, value) -> details.append(details.isEmpty() ? "" : "  ")
                        .append(name)
                        .append('=')
                        .append(value));
        String all = details.toString();
        String shown = isBrief ? Brief.of(all) : all;
        return new Line(
                Moment.of(event.at()),
                event.type().wireName(),
                event.actor(),
                event.target(),
                Stream.of(event.client(), event.address())
                        .filter(each -> !each.isEmpty())
                        .collect(Collectors.joining(", ")),
                shown,
                shown.equals(all) ? "" : address(event));
    }

    /// The page with this event alone, or with few more.
    private static String address(AuditEvent event) {
        Instant second = event.at().truncatedTo(ChronoUnit.SECONDS);
        String party = event.target().isEmpty() ? event.actor() : event.target();
        return AdminPlace.AUDIT.path() + "?party=" + URLEncoder.encode(party, StandardCharsets.UTF_8) + "&type="
                + event.type().wireName() + "&since=" + second + "&until=" + second.plusSeconds(1);
    }
}
