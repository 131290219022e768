package dev.handstamp.server.protocol.signals;

/// A [StreamRequest], or what is [WrongStream].
sealed interface StreamReading permits StreamRequest, WrongStream {}
