package dev.handstamp.demo;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// What the command line says. Port 0 takes any free one.
///
/// @param data where everything is kept, as it was given: the walk names it so
record Options(boolean introspect, Path data, int serverPort, int managementPort, int apiPort) {

    static final Options STANDARD = new Options(false, Path.of("demo-data"), 9000, 9002, 9001);

    static final String USAGE = """
        usage: ./handstamp demo [--introspect] [--data DIR] [--server-port N] [--management-port N] [--api-port N]

          --introspect         Nightclub asks the server about each token instead of checking it by itself
          --data DIR           where the demonstration keeps everything; demo-data unless given
          --server-port N      where the server listens; 9000 unless given, 0 for any free port
          --management-port N  where its health and metrics are; 9002 unless given
          --api-port N         where Nightclub listens; 9001 unless given
        """;

    /// @throws IllegalArgumentException naming the argument that is wrong
    static Options parse(String... arguments) {
        Options options = STANDARD;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--introspect")) {
                options = options.introspecting();
            } else if (i + 1 < arguments.length) {
                options = options.with(arguments[i], arguments[++i]);
            } else {
                throw new IllegalArgumentException(arguments[i] + " is unknown or lacks its value");
            }
        }
        return options;
    }

    private Options introspecting() {
        return new Options(true, data, serverPort, managementPort, apiPort);
    }

    private Options with(String flag, String value) {
        return switch (flag) {
            case "--data" -> new Options(introspect, path(value), serverPort, managementPort, apiPort);
            case "--server-port" -> new Options(introspect, data, port(flag, value), managementPort, apiPort);
            case "--management-port" -> new Options(introspect, data, serverPort, port(flag, value), apiPort);
            case "--api-port" -> new Options(introspect, data, serverPort, managementPort, port(flag, value));
            default -> throw new IllegalArgumentException(flag + " is unknown");
        };
    }

    private static Path path(String value) {
        try {
            if (!value.isEmpty()) return Path.of(value);
        } catch (InvalidPathException _) {
            // Answered like an empty one.
        }
        throw new IllegalArgumentException("--data needs a folder");
    }

    private static int port(String flag, String value) {
        if (value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65_535) return Integer.parseInt(value);
        throw new IllegalArgumentException(flag + " needs a number from 0 to 65535");
    }
}
