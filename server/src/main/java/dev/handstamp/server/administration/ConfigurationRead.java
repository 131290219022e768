package dev.handstamp.server.administration;

/// What came of reading a configuration.
public sealed interface ConfigurationRead permits Configuration, FaultyConfiguration {}
