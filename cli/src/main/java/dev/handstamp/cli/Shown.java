package dev.handstamp.cli;

import dev.handstamp.server.settings.Problems;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Collectors;

/// Values as people read them on a terminal.
final class Shown {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private Shown() {}

    /// Without anything that a terminal would obey: a name may have come from a stranger's request.
    static String text(String text) {
        return Problems.visible(text);
    }

    /// The minute in UTC, and how far away it is.
    static String instant(Instant instant, Instant now) {
        return MINUTE.format(instant) + " (" + distance(instant, now) + ")";
    }

    static String distance(Instant instant, Instant now) {
        Duration ahead = Duration.between(now, instant);
        if (ahead.abs().compareTo(Duration.ofSeconds(1)) < 0) return "now";
        return ahead.isNegative() ? duration(ahead.abs()) + " ago" : "in " + duration(ahead);
    }

    /// The largest unit that it fills.
    static String duration(Duration duration) {
        if (duration.toDays() > 1) return duration.toDays() + " days";
        if (duration.toHours() > 1) return duration.toHours() + " h";
        if (duration.toMinutes() > 1) return duration.toMinutes() + " min";
        return duration.toSeconds() + " s";
    }

    static String attributes(Map<String, Object> attributes) {
        return attributes.entrySet().stream()
                .map(attribute -> attribute.getKey() + "=" + attribute.getValue())
                .collect(Collectors.joining(" "));
    }

    static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /// For programs: RFC 3339, whole seconds.
    static String utc(Instant instant) {
        return DateTimeFormatter.ISO_INSTANT.format(Instant.ofEpochSecond(instant.getEpochSecond()));
    }
}
