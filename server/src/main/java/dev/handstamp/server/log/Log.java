package dev.handstamp.server.log;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Writes events as JSON lines: `time`, `level`, `message`, the request's id, then keys and values as given.
///
/// One event stays one line whatever it holds: everything but printable characters is escaped, and nothing in a
/// value is looked up or expanded. Logging never throws and never changes what the program does. Ids and outcomes
/// belong here; passwords, tokens and keys do not.
///
/// ```java
/// Log.info("refresh refused", "client", client.id(), "reason", "reused");
/// ```
public final class Log {

    /// The id of the request that this thread works for; bound by the listener.
    public static final ScopedValue<String> REQUEST_ID = ScopedValue.newInstance();

    /// A longer value is cut: no caller fills our disk with one request.
    static final int MAXIMUM_VALUE_LENGTH = 2_000;

    private static final int MAXIMUM_STACK_LENGTH = 20_000;
    private static final InstantSource CLOCK = InstantSource.system();

    private static volatile Level threshold = Level.INFO;
    private static volatile PrintStream destination = System.out;

    private Log() {}

    /// How much an event matters. Events below the threshold are not written.
    public enum Level {
        DEBUG("debug"),
        INFO("info"),
        WARN("warn"),
        ERROR("error"),
        /// As a threshold: nothing at all.
        OFF("off");

        private final String wireName;

        Level(String wireName) {
            this.wireName = wireName;
        }
    }

    /// Sends lines to this stream from now on. Each line is written in one call.
    public static void writeTo(PrintStream stream) {
        destination = stream;
    }

    /// Writes events of this level and above.
    public static void threshold(Level level) {
        threshold = level;
    }

    public static boolean isDebug() {
        return threshold == Level.DEBUG;
    }

    /// Takes over what libraries log through java.util.logging: warnings and above, nothing else.
    public static void captureLibraries() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(java.util.logging.Level.WARNING);
        root.addHandler(new LibraryEvents());
    }

    /// Records what only a developer wants to know.
    ///
    /// @param pairs keys and values in turn
    public static void debug(String message, @Nullable Object... pairs) {
        write(Level.DEBUG, message, null, pairs);
    }

    /// Records what happened.
    ///
    /// @param pairs keys and values in turn
    public static void info(String message, @Nullable Object... pairs) {
        write(Level.INFO, message, null, pairs);
    }

    /// Records what an operator should look at.
    ///
    /// @param pairs keys and values in turn
    public static void warn(String message, @Nullable Object... pairs) {
        write(Level.WARN, message, null, pairs);
    }

    /// Something broke: the stack goes into one escaped field.
    ///
    /// @param pairs keys and values in turn
    public static void error(String message, @Nullable Throwable thrown, @Nullable Object... pairs) {
        write(Level.ERROR, message, thrown, pairs);
    }

    static void write(Level level, @Nullable String message, @Nullable Throwable thrown, @Nullable Object... pairs) {
        if (level.compareTo(threshold) < 0) return;
        try {
            byte[] line = line(level, message, thrown, pairs).getBytes(StandardCharsets.US_ASCII);
            destination.write(line, 0, line.length);
            destination.flush();
        } catch (RuntimeException | StackOverflowError _) {
            // A log that throws would turn a good answer into a bad one.
        }
    }

    private static String line(
            Level level, @Nullable String message, @Nullable Throwable thrown, @Nullable Object... pairs) {
        var line = new StringBuilder(192).append("{\"time\":\"").append(CLOCK.instant());
        line.append("\",\"level\":\"").append(level.wireName).append('"');
        field(line, "message", message);
        if (REQUEST_ID.isBound()) field(line, "request", REQUEST_ID.get());
        for (int i = 0; i < pairs.length; i += 2) {
            // A key without a value is a slip of ours; the event matters more.
            field(line, String.valueOf(pairs[i]), i + 1 < pairs.length ? pairs[i + 1] : null);
        }
        if (thrown != null) {
            field(line, "error", thrown.getClass().getName());
            field(line, "detail", messageOf(thrown));
            field(line, "stack", stackOf(thrown), MAXIMUM_STACK_LENGTH);
        }
        return line.append("}\n").toString();
    }

    private static void field(StringBuilder line, String key, @Nullable Object value) {
        field(line, key, value, MAXIMUM_VALUE_LENGTH);
    }

    private static void field(StringBuilder line, String key, @Nullable Object value, int maximumLength) {
        line.append(',');
        quote(line, key, MAXIMUM_VALUE_LENGTH);
        line.append(':');
        switch (value) {
            case null -> line.append("null");
            case Integer number -> line.append(number.intValue());
            case Long number -> line.append(number.longValue());
            case Boolean truth -> line.append(truth.booleanValue());
            default -> quote(line, textOf(value), maximumLength);
        }
    }

    private static void quote(StringBuilder line, String text, int maximumLength) {
        line.append('"');
        int length = Math.min(text.length(), maximumLength);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> line.append("\\\"");
                case '\\' -> line.append("\\\\");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (c >= ' ' && c <= '~') line.append(c);
                    else escape(line, c);
                }
            }
        }
        if (length < text.length()) line.append("[cut]");
        line.append('"');
    }

    private static void escape(StringBuilder line, char c) {
        line.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) line.append(Character.forDigit(c >> shift & 0xf, 16));
    }

    private static String textOf(Object value) {
        try {
            return String.valueOf(value.toString());
        } catch (RuntimeException | StackOverflowError _) {
            return "[" + value.getClass().getName() + " has no text]";
        }
    }

    private static @Nullable String messageOf(Throwable thrown) {
        try {
            return thrown.getMessage();
        } catch (RuntimeException _) {
            return null;
        }
    }

    private static String stackOf(Throwable thrown) {
        try {
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        } catch (RuntimeException _) {
            return "[no stack]";
        }
    }
}
