package dev.handstamp.cli;

import picocli.CommandLine.Option;

/// `--help`, for a command that works on no store.
final class HelpOption {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    private boolean help;
}
