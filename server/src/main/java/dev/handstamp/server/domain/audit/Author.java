package dev.handstamp.server.domain.audit;

import java.time.Instant;
import java.util.Map;

/// Who is behind an event, and from where.
///
/// @param actor     a subject or a client id; `server` and `cli` for those
/// @param client    the application in play; empty for none
/// @param address   empty for whoever comes by no request
/// @param requestId likewise
public record Author(String actor, String client, String address, String requestId) {

    /// Somebody who comes by no request: the server itself, the command line.
    public static Author named(String actor) {
        return new Author(actor, "", "", "");
    }

    public AuditEvent event(AuditEvent.Type type, String target, Map<String, String> details, Instant at) {
        return new AuditEvent(at, type, actor, target, client, address, requestId, details);
    }
}
