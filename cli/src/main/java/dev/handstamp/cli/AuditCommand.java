package dev.handstamp.cli;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.settings.Durations;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        Instant from =
                since == null ? Instant.EPOCH : instant(since, terminal.clock().instant());
        return store.with(office -> {
            List<AuditEvent> events = user == null
                    ? office.auditLog().since(from, limit)
                    : office.auditLog().about(user, from, limit);
            return printed.many(
                    events.stream().map(AuditCommand::object).toList(),
                    List.of("TIME (UTC)", "EVENT", "BY", "WHAT", "FROM", "DETAILS"),
                    events.stream().map(AuditCommand::row).toList(),
                    "Nothing happened.");
        });
    }

    private static Instant instant(String text, Instant now) {
        var back = Durations.parse(text);
        if (back.isPresent()) return now.minus(back.get());
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new WrongUsage("--since is a duration such as 24h, a date such as 2026-01-31,"
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
