package dev.handstamp.server.web;

import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Timed;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/// A moment, for machines and in the language of a page. Where the reader is, we do not know: it is told in UTC.
///
/// @param machine for the attribute `datetime`
public record When(String machine, String text) implements Timed {

    public static When of(Instant instant, Messages words) {
        DateTimeFormatter form = DateTimeFormatter.ofPattern(words.text("page.time"));
        return new When(
                instant.truncatedTo(ChronoUnit.SECONDS).toString(), form.format(instant.atOffset(ZoneOffset.UTC)));
    }
}
