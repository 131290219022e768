package dev.handstamp.verifier;

import java.text.MessageFormat;
import java.util.List;
import java.util.Queue;
import java.util.ResourceBundle;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Takes the place of the platform's log, so that tests can read what the verifier wrote.
public final class RecordedLog extends System.LoggerFinder {

    private static final Queue<String> LINES = new ConcurrentLinkedQueue<>();

    /// For the service loader.
    public RecordedLog() {}

    /// What was written while something ran.
    static List<String> of(Runnable action) {
        LINES.clear();
        action.run();
        return List.copyOf(LINES);
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Recorder(name);
    }

    private record Recorder(String name) implements System.Logger {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return name.startsWith("dev.handstamp.") && level.compareTo(Level.INFO) >= 0;
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String message, @Nullable Throwable thrown) {
            if (isLoggable(level)) LINES.add(level + " " + message);
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) LINES.add(level + " " + MessageFormat.format(format, parameters));
        }
    }
}
