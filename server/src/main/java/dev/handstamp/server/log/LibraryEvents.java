package dev.handstamp.server.log;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/// Carries warnings of libraries (the HTTP server, the connection pool) from java.util.logging into our log.
final class LibraryEvents extends Handler {

    private final SimpleFormatter formatter = new SimpleFormatter();

    @Override
    public void publish(LogRecord event) {
        int level = event.getLevel().intValue();
        if (level < java.util.logging.Level.WARNING.intValue()) return;
        Log.write(
                level >= java.util.logging.Level.SEVERE.intValue() ? Log.Level.ERROR : Log.Level.WARN,
                formatter.formatMessage(event),
                event.getThrown(),
                "logger",
                event.getLoggerName());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
