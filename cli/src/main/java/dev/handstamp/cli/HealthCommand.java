package dev.handstamp.cli;

import dev.handstamp.jwt.Claims;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "health",
        description = {
            "Tells how a running node does: what it has in hand, and what it did in the last hour.",
            "It is asked over the admin API, with a token that this command issues itself."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp health", "  handstamp health --node http://10.0.0.7:9000 --json"})
final class HealthCommand implements Callable<Integer> {

    private static final long MEBIBYTE = 1 << 20;

    @Mixin
    private StoreOptions store;

    @Mixin
    private Printed printed;

    @Mixin
    private NodeOptions node = new NodeOptions();

    HealthCommand(Terminal terminal) {
        this.store = new StoreOptions(terminal);
        this.printed = new Printed(terminal);
    }

    @Override
    public Integer call() {
        return node.ask(store, "/system", health -> printed.one(health, shown(Claims.of(health))));
    }

    private static Map<String, String> shown(Claims health) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("at", health.string("at").orElse(""));
        shown.put("up for", Shown.duration(Duration.ofSeconds(number(health, "uptime"))));
        shown.put("database", health.string("database").orElse(""));
        shown.put("position of the log", Long.toString(number(health, "position")));
        shown.put("age of its knowledge", number(health, "log_age_ms") + " ms");
        shown.put("writes that wait", Long.toString(number(health, "waiting_writes")));
        shown.put("passwords that wait", Long.toString(number(health, "hash_queue")));
        shown.put("revocations remembered", Long.toString(number(health, "revocations")));
        shown.put("connected verifiers", Long.toString(number(health, "verifiers")));
        shown.put(
                "memory", number(health, "heap_used") / MEBIBYTE + " MiB of " + number(health, "heap_most") / MEBIBYTE);
        shown.put("last hour", lastHour(health));
        return shown;
    }

    private static String lastHour(Claims health) {
        List<String> parts = List.of(
                sum(health, "logins") + " sign-ins",
                sum(health, "logins_failed") + " failed",
                sum(health, "tokens") + " access tokens",
                sum(health, "refreshes") + " refreshes");
        return String.join(", ", parts);
    }

    private static long sum(Claims health, String name) {
        if (!(health.toMap().get("last_hour") instanceof List<?> minutes)) return 0;
        return minutes.stream()
                .filter(each -> each instanceof Map<?, ?>)
                .map(each -> ((Map<?, ?>) each).get(name))
                .filter(each -> each instanceof Long)
                .mapToLong(each -> (Long) each)
                .sum();
    }

    private static long number(Claims object, String name) {
        return object.toMap().get(name) instanceof Long number ? number : 0;
    }
}
