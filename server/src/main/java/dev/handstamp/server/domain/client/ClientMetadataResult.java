package dev.handstamp.server.domain.client;

/// What came of reading client metadata.
public sealed interface ClientMetadataResult permits ClientMetadata, WrongClientMetadata {}
