package dev.handstamp.server.domain.signal;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// What a receiver says of a stream (Shared Signals Framework 1.0 §8.1.1).
///
/// @param requested   the event types that it asks for, also unknown ones; empty: it did not say, which means all
/// @param push        where events are pushed to (RFC 8935); empty: the receiver polls (RFC 8936)
/// @param description for people; empty if there is none
public record StreamConfiguration(Optional<List<String>> requested, Optional<URI> push, Optional<String> description) {

    public StreamConfiguration {
        requested = requested.map(List::copyOf);
    }

    /// The event types that will come, of those that can.
    public List<String> delivered() {
        return requested
                .map(wanted ->
                        EventType.SUPPORTED.stream().filter(wanted::contains).toList())
                .orElse(EventType.SUPPORTED);
    }
}
