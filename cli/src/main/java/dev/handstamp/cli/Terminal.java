package dev.handstamp.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import picocli.CommandLine.Help.Ansi;

/// The world as a command meets it.
///
/// @param question asks on the terminal without echo; empty when there is nobody to ask
/// @param screen whether standard output is a screen rather than a file or another program
/// @param colours whether people read it on a screen that shows colours: picocli knows, and a server never asks
public record Terminal(
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        Map<String, String> environment,
        InstantSource clock,
        Function<String, Optional<String>> question,
        BooleanSupplier screen,
        BooleanSupplier colours) {

    static Terminal ofProcess() {
        return new Terminal(
                System.in,
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                System.getenv(),
                InstantSource.system(),
                Terminal::ask,
                Terminal::isScreen,
                () -> Ansi.AUTO.enabled());
    }

    /// A writer of UTF-8 that flushes each line.
    public static PrintWriter writer(OutputStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return writer(new FileOutputStream(descriptor));
    }

    /// The console is one only if standard input is too: where the system tells, what standard output leads to counts.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isScreen() {
        Console console = System.console();
        if (console != null && console.isTerminal()) return true;
        try {
            String output = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return output.startsWith("/dev/pts/") || output.startsWith("/dev/tty") || output.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
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
