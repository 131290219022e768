package dev.handstamp.cli;

/// Where the program begins.
public final class Main {

    private Main() {}

    /// Runs one command and ends the process with its status.
    public static void main(String... arguments) {
        System.exit(run(Terminal.ofProcess(), arguments));
    }

    private static int run(Terminal terminal, String... arguments) {
        return ServeFlags.parse(arguments)
                .map(flags -> new Serving(terminal).run(flags))
                .orElseGet(() -> new Cli(terminal).run(arguments));
    }
}
