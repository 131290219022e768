package dev.handstamp.server.web.admin;

import java.time.Duration;

/// How long something takes, in the two largest units: `13 min 32 s`. The same in every language that we speak.
final class Span {

    private Span() {}

    static String of(Duration span) {
        long seconds = span.toSeconds();
        if (seconds < 60) return seconds + " s";
        if (seconds < 3600) return two(seconds / 60, "min", seconds % 60, "s");
        if (seconds < 86_400) return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
        return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    private static String two(long large, String unit, long small, String smaller) {
        return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smaller;
    }
}
