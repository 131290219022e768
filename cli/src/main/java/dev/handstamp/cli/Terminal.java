package dev.handstamp.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import picocli.CommandLine.Help.Ansi;

/// The world as a command meets it.
///
/// @param question asks on the terminal without echo; empty when there is nobody to ask
/// @param colours whether people read it on a screen that shows colours: picocli knows, and a server never asks
public record Terminal(
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        Map<String, String> environment,
        InstantSource clock,
        Function<String, Optional<String>> question,
        BooleanSupplier colours) {

    static Terminal ofProcess() {
        return new Terminal(
                System.in,
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                System.getenv(),
                InstantSource.system(),
                Terminal::ask,
                () -> Ansi.AUTO.enabled());
    }

    /// A writer of UTF-8 that flushes each line.
    public static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return writer(new FileOutputStream(descriptor));
    }

    @SuppressWarnings(
            "SystemConsoleNull") // The plain console, which the launcher asks for, is null without a terminal.
    private static Optional<String> ask(String question) {
        Console console = System.console();
        if (console == null || !console.isTerminal()) return Optional.empty();
        char[] answer = console.readPassword("%s: ", question);
        return answer == null ? Optional.empty() : Optional.of(new String(answer));
    }
}
