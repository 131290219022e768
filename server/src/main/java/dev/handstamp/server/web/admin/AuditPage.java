package dev.handstamp.server.web.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.handstamp.server.administration.AuditLog.Filter;
import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.http.Response;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What happened, the newest first, with filters that stand in the address.
public final class AuditPage implements Entrance.Room {

    private static final int LINES = 20;

    /// What is told of all events together, in characters: longer ones are told in brief, where there are several.
    private static final int MOST_TOLD = 2_000;

    private static final int LONGEST_NAME = 80;

    private static final String AT = "at";

    private static final List<String> TYPES = Arrays.stream(AuditEvent.Type.values())
            .map(AuditEvent.Type::wireName)
            .sorted()
            .toList();

    /// One event.
    ///
    /// @param from  the client and the address, as far as there are any
    /// @param whole where all of the details are told; empty if they are here
    public record Line(Moment at, String type, Party actor, Party target, String from, String details, String whole) {}

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
        String at = clerk.parameter(AT);
        if (!at.isEmpty()) asked.put(AT, at);
        for (String name : List.of("party", "type", "client", "address", "since", "until")) {
            asked.put(name, clerk.parameter(name).strip());
        }
        // A field for date and time takes no `Z`: what stands in it is in UTC anyway.
        for (String name : List.of("since", "until")) {
            asked.computeIfPresent(name, (_, text) -> text.endsWith("Z") ? text.substring(0, text.length() - 1) : text);
        }
        Optional<String> after = some(clerk.parameter("after"));
        try {
            return show(clerk, asked, after.isEmpty(), clerk.desk().auditLog().find(filter(asked, at), after, LINES));
        } catch (Refused refused) {
            Clerk wrong = clerk.with(refused);
            return show(wrong, asked, true, new Page<>(List.of(), Optional.empty()));
        }
    }

    private static Response show(Clerk clerk, Map<String, String> asked, boolean isFirst, Page<AuditEvent> page) {
        // Where all of it is told, nothing leads on to that.
        boolean isBrief = !asked.containsKey(AT)
                && page.items().size() > 1
                && page.items().stream().mapToInt(AuditPage::length).sum() > MOST_TOLD;
        Map<Subject, Username> names = clerk.desk().auditLog().names(page.items());
        View view = new View(
                clerk.head(),
                asked,
                Fields.of(clerk, asked),
                TYPES,
                page.map(event -> line(event, names, isBrief)).items(),
                isFirst,
                page.next().orElse(""));
        return clerk.page("admin/Audit", clerk.words().text("admin.audit.title"), view);
    }

    /// @param at when the one event happened that is asked for; empty for all that match
    private static Filter filter(Map<String, String> asked, String at) {
        if (!at.isEmpty()) {
            Optional<Instant> moment = Optional.of(instant(at, "since"));
            return new Filter(
                    some(asked, "party"), Optional.empty(), Optional.empty(), Optional.empty(), moment, moment);
        }
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

    private static int length(AuditEvent event) {
        return details(event).length()
                + event.actor().length()
                + event.target().length()
                + event.client().length();
    }

    private static String details(AuditEvent event) {
        return event.details().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("  "));
    }

    private static Line line(AuditEvent event, Map<Subject, Username> names, boolean isBrief) {
        int most = isBrief ? LONGEST_NAME : Integer.MAX_VALUE;
        String all = details(event);
        String details = isBrief ? Brief.of(all) : all;
        Party wholeActor = Party.of(event.actor(), names, AdminPlace.AUDIT.path());
        Party wholeTarget = Party.of(event.target(), names, AdminPlace.AUDIT.path());
        Party actor = wholeActor.brief(most);
        Party target = wholeTarget.brief(most);
        String client = Brief.of(event.client(), most);
        boolean isWhole = details.equals(all)
                && actor.equals(wholeActor)
                && target.equals(wholeTarget)
                && client.equals(event.client());
        return new Line(
                Moment.of(event.at()),
                event.type().wireName(),
                actor,
                target,
                Stream.of(client, event.address())
                        .filter(each -> !each.isEmpty())
                        .collect(Collectors.joining(", ")),
                details,
                isWhole ? "" : address(event));
    }

    /// The page with this event alone, or with those of the same moment.
    private static String address(AuditEvent event) {
        String party = event.target().isEmpty() ? event.actor() : event.target();
        String about = party.length() > LONGEST_NAME ? "" : "&party=" + URLEncoder.encode(party, UTF_8);
        return AdminPlace.AUDIT.path() + "?" + AT + "=" + event.at() + about;
    }
}
