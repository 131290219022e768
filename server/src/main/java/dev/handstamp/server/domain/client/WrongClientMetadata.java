package dev.handstamp.server.domain.client;

import java.util.List;

/// Client metadata that cannot be registered.
///
/// @param problems what to mend, a sentence for each member; never empty
public record WrongClientMetadata(List<String> problems) implements ClientMetadataResult {

    public WrongClientMetadata {
        problems = List.copyOf(problems);
    }
}
