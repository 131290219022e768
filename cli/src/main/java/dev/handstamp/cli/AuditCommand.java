package dev.handstamp.cli;

import dev.handstamp.server.administration.AuditLog.Filter;
import dev.handstamp.server.administration.Page;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.settings.Durations;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `handstamp audit`: what happened.
@Command(
        name = "audit",
        description = "Shows what happened: logins, changes, revocations. The oldest comes first.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp audit --since 24h",
            "  handstamp audit --since 2026-01-31 --user vera --json",
            "  handstamp audit --type login_failed --address 198.51.100.7",
            "",
            "A user who was deleted is found by subject (usr_...)."
        })
final class AuditCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private StoreOptions store;

    @Mixin
    private Printed printed;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Not before: a duration back from now (90s, 24h, 30d), a date or an instant in UTC.")
    private @Nullable String since;

    @Option(names = "--user", paramLabel = "USER", description = "What this user caused or met with.")
    private @Nullable String user;

    @Option(names = "--type", paramLabel = "EVENT", description = "Events of this type, such as login_failed.")
    private @Nullable String type;

    @Option(names = "--client", paramLabel = "CLIENT", description = "With this client in play.")
    private @Nullable String client;

    @Option(names = "--address", paramLabel = "ADDRESS", description = "From this address.")
    private @Nullable String address;

    @Option(names = "--until", paramLabel = "TIME", description = "Not after.")
    private @Nullable String until;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "At most the newest N. Default: 1000")
    private int limit;

    AuditCommand(Terminal terminal) {
        this.terminal = terminal;
        this.store = new StoreOptions(terminal);
        this.printed = new Printed(terminal);
    }

    @Override
    public Integer call() {
        if (limit < 1) throw new WrongUsage("--limit is at least 1");
        Instant from = since == null
                ? Instant.EPOCH
                : instant("--since", since, terminal.clock().instant());
        return store.with(office -> {
            List<AuditEvent> events = isFiltered()
                    ? found(office, from)
                    : user == null
                            ? office.auditLog().since(from, limit)
                            : office.auditLog().about(user, from, limit);
            return printed.many(
                    events.stream().map(AuditCommand::object).toList(),
                    List.of("TIME (UTC)", "EVENT", "BY", "WHAT", "FROM", "DETAILS"),
                    events.stream().map(AuditCommand::row).toList(),
                    "Nothing happened.");
        });
    }

    private boolean isFiltered() {
        return type != null || client != null || address != null || until != null;
    }

    /// The newest that all of it fits, the oldest of them first.
    private List<AuditEvent> found(Office office, Instant from) {
        Optional<String> party = Optional.ofNullable(user);
        Filter filter = new Filter(
                party,
                Optional.ofNullable(type).map(AuditCommand::type),
                Optional.ofNullable(client),
                Optional.ofNullable(address),
                Optional.of(from),
                Optional.ofNullable(until)
                        .map(text -> instant("--until", text, terminal.clock().instant())));
        List<AuditEvent> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            int rest = Math.min(Page.MOST, limit - found.size());
            Page<AuditEvent> page = office.auditLog().find(filter, cursor, rest);
            found.addAll(page.items());
            cursor = page.next();
        } while (cursor.isPresent() && found.size() < limit);
        return found.reversed();
    }

    private static AuditEvent.Type type(String name) {
        try {
            return AuditEvent.Type.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new WrongUsage("--type is one of "
                    + Arrays.stream(AuditEvent.Type.values())
                            .map(AuditEvent.Type::wireName)
                            .collect(Collectors.joining(", ")));
        }
    }

    private static Instant instant(String option, String text, Instant now) {
        var back = Durations.parse(text);
        if (back.isPresent()) return now.minus(back.get());
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new WrongUsage(option + " is a duration such as 24h, a date such as 2026-01-31,"
                    + " or an instant such as 2026-01-31T12:00:00Z");
        }
    }

    private static Map<String, Object> object(AuditEvent event) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("at", event.at().toString());
        object.put("type", event.type().wireName());
        object.put("actor", event.actor());
        object.put("target", event.target());
        object.put("client_id", event.client());
        object.put("address", event.address());
        object.put("request_id", event.requestId());
        object.put("details", event.details());
        return object;
    }

    private static List<String> row(AuditEvent event) {
        String details = event.details().entrySet().stream()
                .map(detail -> detail.getKey() + "=" + detail.getValue())
                .collect(Collectors.joining(" "));
        String client = event.client().isEmpty() ? "" : "client=" + event.client() + " ";
        return List.of(
                Shown.utc(event.at()).replace('T', ' ').replace("Z", ""),
                event.type().wireName(),
                Shown.orDash(event.actor()),
                Shown.orDash(event.target()),
                Shown.orDash(event.address()),
                Shown.orDash((client + details).strip()));
    }
}
