package dev.handstamp.cli;

import java.util.List;

/// The command was not given what it needs.
final class WrongUsage extends RuntimeException {

    private final List<String> lines;

    WrongUsage(String line) {
        this(List.of(line));
    }

    WrongUsage(List<String> lines) {
        super(String.join("\n", lines), null, false, false);
        this.lines = List.copyOf(lines);
    }

    List<String> lines() {
        return lines;
    }
}
