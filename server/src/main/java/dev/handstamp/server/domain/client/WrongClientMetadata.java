package dev.handstamp.server.domain.client;

import java.util.List;

/// Client metadata that cannot be registered.
///
/// @param faults what to mend, one for each member; never empty
public record WrongClientMetadata(List<ClientFault> faults) implements ClientMetadataResult {

    public WrongClientMetadata {
        faults = List.copyOf(faults);
    }
}
