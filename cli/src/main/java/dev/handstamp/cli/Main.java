package dev.handstamp.cli;

/// Where the program begins.
public final class Main {

    private Main() {}

    /// Runs one command and ends the process with its status.
    public static void main(String... arguments) {
        System.exit(new Cli(Terminal.ofProcess()).run(arguments));
    }
}
