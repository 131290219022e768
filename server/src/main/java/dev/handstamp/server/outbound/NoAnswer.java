package dev.handstamp.server.outbound;

/// Nothing was asked, or nothing came back that can be used.
///
/// @param reason for the log and for operators
public record NoAnswer(String reason) implements Outcome {}
