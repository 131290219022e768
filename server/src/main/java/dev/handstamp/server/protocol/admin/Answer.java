package dev.handstamp.server.protocol.admin;

import java.util.Map;
import java.util.Optional;

/// What an operation has to say.
///
/// @param body empty for an operation that gives nothing back
/// @param tag  of what is there now, for a later `If-Match`; empty where nothing is replaced
record Answer(Optional<Map<String, Object>> body, Optional<String> tag) {

    static final Answer NOTHING = new Answer(Optional.empty(), Optional.empty());

    static Answer of(Map<String, Object> body) {
        return new Answer(Optional.of(body), Optional.empty());
    }

    /// Something that can be replaced.
    static Answer tagged(Map<String, Object> body) {
        return new Answer(Optional.of(body), Optional.of(Tags.of(body)));
    }
}
