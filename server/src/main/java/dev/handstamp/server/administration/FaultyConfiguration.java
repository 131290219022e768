package dev.handstamp.server.administration;

import java.util.List;

/// Everything that is wrong with a file, each with its place in it.
public record FaultyConfiguration(List<String> faults) implements ConfigurationRead {

    public FaultyConfiguration {
        faults = List.copyOf(faults);
    }
}
