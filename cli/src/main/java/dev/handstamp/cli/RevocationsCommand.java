package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `handstamp revocations`: what was taken back.
@Command(
        name = "revocations",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "The revocation log: what was taken back, as every connected API is told of it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  handstamp revocations list --limit 20",
            "  handstamp revocations tail",
            "  handstamp revocations tail --since 120 --json",
            "  handstamp revocations verifiers",
            "  handstamp revocations all --sessions"
        })
final class RevocationsCommand {

    private static final long PAUSE_MILLIS = 100;
    private static final int PORTION = 1_000;

    private final Terminal terminal;

    RevocationsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "list",
            description = {
                "Lists what was taken back and could still be presented; the oldest comes first.",
                "An entry is forgotten once no token is left that it concerns."
            })
    int list(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(
                            names = "--since",
                            paramLabel = "POSITION",
                            defaultValue = "0",
                            description = "Only what came after this position.")
                    long since,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "At most the newest N. Default: 1000")
                    int limit) {
        if (limit < 1) throw new WrongUsage("--limit is at least 1");
        return store.with(office -> {
            List<Revocation> entries = office.revocations().newest(since, limit);
            return printed.many(
                    entries.stream().map(RevocationsCommand::object).toList(),
                    List.of("POSITION", "TIME (UTC)", "KIND", "ID", "CAUSE", "APIS"),
                    entries.stream().map(RevocationsCommand::row).toList(),
                    "Nothing was taken back.");
        });
    }

    @Command(
            name = "tail",
            description = {
                "Shows each entry as it is made, until it is interrupted (Ctrl-C), beside a running server "
                        + "or without.",
                "With --json, one object to a line."
            })
    int tail(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(
                            names = "--since",
                            paramLabel = "POSITION",
                            description = "Begins behind this position; 0 shows all. Default: now")
                    @Nullable
                    Long since) {
        return store.with(office -> {
            Revocations log = office.revocations();
            return follow(log, since == null ? log.position() : since, printed.isJson());
        });
    }

    @Command(
            name = "verifiers",
            description = {
                "Lists who is connected to a running node's feed, and how old the knowledge of each is; "
                        + "the oldest first.",
                "The node is asked over the admin API, with a token that this command issues itself."
            })
    int verifiers(@Mixin StoreOptions store, @Mixin Printed printed, @Mixin NodeOptions node) {
        return node.ask(store, "/system/verifiers", feed -> {
            List<Map<String, Object>> verifiers = items(feed);
            return printed.many(
                    verifiers,
                    List.of("API", "ADDRESS", "CONNECTED (UTC)", "KNOWS UP TO", "AGE OF ITS KNOWLEDGE"),
                    verifiers.stream().map(RevocationsCommand::verifier).toList(),
                    "No verifier is connected to this node.");
        });
    }

    private static List<Map<String, Object>> items(Map<String, Object> answer) {
        List<Map<String, Object>> items = new ArrayList<>();
        if (answer.get("items") instanceof List<?> all) {
            for (Object each : all) {
                Map<String, Object> item = new LinkedHashMap<>();
                if (each instanceof Map<?, ?> members)
                    members.forEach((name, value) -> item.put(name.toString(), value));
                items.add(item);
            }
        }
        return items;
    }

    private static List<String> verifier(Map<String, Object> verifier) {
        return Stream.of("audience", "address", "connected_at", "position", "age_ms")
                .map(name -> verifier.get(name) + (name.equals("age_ms") ? " ms" : ""))
                .toList();
    }

    @Command(
            name = "all",
            description = {
                "Takes back every token that was issued until now, at every API: for the day when "
                        + "something got lost.",
                "Invitations end with them, and every link and code that was sent by mail. Clients and "
                        + "applications go on with their refresh tokens, unless sessions end too."
            })
    int all(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(
                            names = "--sessions",
                            description = "Ends every session and refresh token too: everybody has to sign in again.")
                    boolean sessions) {
        return store.with(office -> {
            Revocations.Ended ended = office.revocations().everything(sessions);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("sessions_ended", ended.sessions());
            object.put("invitations_ended", ended.invitations());
            object.put("mailed_ended", ended.mailed());
            return printed.done(object, sentence(ended, sessions));
        });
    }

    private static String sentence(Revocations.Ended ended, boolean sessions) {
        List<String> all = new ArrayList<>();
        if (sessions) all.add(count(ended.sessions(), "session"));
        if (ended.invitations() > 0) all.add(count(ended.invitations(), "invitation"));
        if (ended.mailed() > 0) all.add(count(ended.mailed(), "mailed link"));
        String rest = all.isEmpty() ? "" : " Ended " + String.join(", ", all) + ".";
        return "Every token issued until now is refused." + rest;
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private int follow(Revocations log, long since, boolean json) {
        long position = since;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                List<Revocation> entries = log.after(position, PORTION);
                for (Revocation entry : entries) terminal.out().println(json ? line(entry) : sentence(entry));
                if (entries.isEmpty()) Thread.sleep(PAUSE_MILLIS);
                else position = entries.getLast().position();
            }
        } catch (InterruptedException _) {
            // Whoever interrupts has seen enough.
        } catch (StoreException e) {
            if (!Thread.currentThread().isInterrupted()) throw e; // Else it was interrupted while it asked.
        }
        return Cli.DONE;
    }

    private static String line(Revocation entry) {
        return Json.text(object(entry));
    }

    private static String sentence(Revocation entry) {
        return Shown.text(String.join("  ", row(entry)));
    }

    private static Map<String, Object> object(Revocation entry) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("position", entry.position());
        object.put("at", entry.at().toString());
        object.put("kind", kind(entry));
        object.put("id", entry.id());
        object.put("cause", entry.cause());
        object.put(
                "audiences",
                entry.audiences().stream().sorted().map(Audience::value).toList());
        object.put("forget_at", Shown.utc(entry.forgetAt()));
        return object;
    }

    private static List<String> row(Revocation entry) {
        String apis = entry.audiences().stream().sorted().map(Audience::value).collect(Collectors.joining(" "));
        return List.of(
                Long.toString(entry.position()),
                entry.at().toString().replace('T', ' ').replace("Z", ""),
                kind(entry),
                Shown.orDash(entry.id()),
                Shown.orDash(entry.cause()),
                apis.isEmpty() ? "all" : apis);
    }

    private static String kind(Revocation entry) {
        return entry.kind().name().toLowerCase(Locale.ROOT);
    }
}
