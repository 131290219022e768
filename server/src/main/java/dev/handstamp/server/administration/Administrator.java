package dev.handstamp.server.administration;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import java.time.Instant;
import java.util.Map;

/// Who administers, as the audit log shall name them.
///
/// @param actor     a subject or a client id; `cli` for the command line
/// @param client    the application in which a user administers; empty for a client in its own name, and the command
///                  line
/// @param address   where from; empty for the command line
/// @param requestId the request; empty for the command line
public record Administrator(String actor, String client, String address, String requestId) {

    public static final Administrator COMMAND_LINE = new Administrator(Author.COMMAND_LINE, "", "", "");

    /// Whether it works on the data itself, and so comes in whoever else may.
    boolean ownsTheData() {
        return equals(COMMAND_LINE);
    }

    Author author() {
        return new Author(actor, client, address, requestId);
    }

    AuditEvent event(AuditEvent.Type type, String target, Map<String, String> details, Instant now) {
        return author().event(type, target, details, now);
    }
}
