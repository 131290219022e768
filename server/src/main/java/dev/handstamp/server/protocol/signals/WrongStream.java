package dev.handstamp.server.protocol.signals;

/// Why a stream cannot be as it was asked for.
record WrongStream(String problem) implements StreamReading {}
