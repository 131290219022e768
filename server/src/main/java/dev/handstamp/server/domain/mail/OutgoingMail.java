package dev.handstamp.server.domain.mail;

import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A mail that waits to be sent. It holds no secret in the clear: what must stand in the mail alone is made when it is
/// sent.
///
/// @param subject    whom it is about; empty if that is found out when it is sent
/// @param recipient  the address; empty if it is found out when it is sent
/// @param language   as the user or the request has said it; empty if neither has
/// @param parameters further facts by name
/// @param attempts   how often it was tried
/// @param dueAt      not before
/// @param expiresAt  not after
public record OutgoingMail(
        String id,
        MailKind kind,
        Lane lane,
        Optional<Subject> subject,
        String recipient,
        String language,
        Map<String, String> parameters,
        long attempts,
        Instant dueAt,
        Instant createdAt,
        Instant expiresAt) {

    public OutgoingMail {
        parameters = Map.copyOf(new TreeMap<>(parameters));
    }

    /// A new one, due at once.
    public static OutgoingMail of(
            String id,
            MailKind kind,
            Optional<Subject> subject,
            String recipient,
            String language,
            Map<String, String> parameters,
            Instant now) {
        Instant end = now.plus(kind.patience());
        return new OutgoingMail(id, kind, kind.lane(), subject, recipient, language, parameters, 0, now, now, end);
    }

    /// The same, asked for by somebody who is no stranger.
    public OutgoingMail ofSomebodyKnown() {
        return new OutgoingMail(
                id, kind, Lane.KNOWN, subject, recipient, language, parameters, attempts, dueAt, createdAt, expiresAt);
    }

    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /// Leaves address and parameters out.
    @Override
    public String toString() {
        return "OutgoingMail[" + id + ", " + kind + "]";
    }
}
