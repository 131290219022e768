package dev.handstamp.server.domain.audit;

import java.time.Instant;
import java.util.Map;

/// Who is behind an event, and from where.
///
/// @param actor     a subject or a client id; [#SERVER] and [#COMMAND_LINE] for those
/// @param client    the application in play; empty for none
/// @param address   empty for whoever comes by no request
/// @param requestId likewise
public record Author(String actor, String client, String address, String requestId) {

    public static final String SERVER = "server";
    public static final String COMMAND_LINE = "cli";

    /// Whether an actor of this name is the server itself or its command line. No client and no user is called so, or
    /// what they do would read as done by these, and their invitations would count as made by them.
    public static boolean isReserved(String name) {
        return name.equals(SERVER) || name.equals(COMMAND_LINE);
    }

    /// Somebody who comes by no request: the server itself, the command line.
    public static Author named(String actor) {
        return new Author(actor, "", "", "");
    }

    public AuditEvent event(AuditEvent.Type type, String target, Map<String, String> details, Instant at) {
        return new AuditEvent(at, type, actor, target, client, address, requestId, details);
    }
}
