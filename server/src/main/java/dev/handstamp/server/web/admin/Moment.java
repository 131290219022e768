package dev.handstamp.server.web.admin;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/// A moment, for machines and for people. Logs and commands speak UTC, and so do these pages.
///
/// @param machine for the attribute `datetime`
public record Moment(String machine, String text) {

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");

    static Moment of(Instant instant) {
        return new Moment(
                instant.truncatedTo(ChronoUnit.SECONDS).toString(), SECONDS.format(instant.atOffset(ZoneOffset.UTC)));
    }
}
