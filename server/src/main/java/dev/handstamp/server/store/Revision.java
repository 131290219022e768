package dev.handstamp.server.store;

/// Where the log of changes stands.
///
/// @param position              of the newest change of configuration or revocation
/// @param configurationPosition of the newest change of clients, APIs, roles or signing keys
public record Revision(long position, long configurationPosition) {}
