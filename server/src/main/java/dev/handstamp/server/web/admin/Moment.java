package dev.handstamp.server.web.admin;

import dev.handstamp.server.html.Timed;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/// A moment, for machines and for people. In the words of logs and commands, and in UTC as those.
///
/// @param machine for the attribute `datetime`
public record Moment(String machine, String text) implements Timed {

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'");

    static Moment of(Instant instant) {
        return new Moment(
                instant.truncatedTo(ChronoUnit.SECONDS).toString(), SECONDS.format(instant.atOffset(ZoneOffset.UTC)));
    }
}
