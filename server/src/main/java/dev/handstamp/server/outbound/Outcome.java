package dev.handstamp.server.outbound;

/// What became of a request: an [Answer], whatever it says, or [NoAnswer].
public sealed interface Outcome permits Answer, NoAnswer {}
