package dev.handstamp.server.domain.signal;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One event as the Shared Signals Framework tells it: a type, whom it is about, and what it says.
///
/// @param subject a subject identifier (RFC 9493)
public record Signal(EventType type, Map<String, ?> subject, Map<String, ?> event) {

    /// What the log's entry leaves open.
    ///
    /// @param user   whose session or grant it is
    /// @param claims what the user's next token will say that the former did not
    public record About(
            Optional<Subject> user,
            Optional<SessionId> session,
            Optional<ClientId> client,
            Map<String, Object> claims) {

        public static final About NOTHING = new About(Optional.empty(), Optional.empty(), Optional.empty(), Map.of());
    }

    public Signal {
        subject = Map.copyOf(subject);
        event = new LinkedHashMap<>(event);
    }

    /// What an entry of the revocation log means in the words of CAEP.
    public static List<Signal> of(Revocation entry, About about, String issuer) {
        return switch (entry.kind()) {
            case TOKEN -> List.of(revoked(entry, Map.of("format", "jwt_id", "iss", issuer, "jti", entry.id())));
            case SESSION, GRANT -> List.of(revoked(entry, session(entry, about, issuer)));
            case SUBJECT -> ofUser(entry, about, issuer);
            case CLIENT -> List.of(revoked(entry, Map.of("format", "complex", "application", opaque(entry.id()))));
            case ISSUER ->
                List.of(revoked(entry, Map.of("format", "complex", "tenant", Map.of("format", "uri", "uri", issuer))));
            case API -> List.of(); // Whoever receives for it is told otherwise that it is gone.
        };
    }

    private static List<Signal> ofUser(Revocation entry, About about, String issuer) {
        Map<String, Object> user = user(new Subject(entry.id()), issuer);
        return switch (entry.cause()) {
            case "user_changed", "role_changed", "role_deleted" -> {
                Map<String, Object> event = event(entry);
                event.put("claims", about.claims);
                yield List.of(new Signal(EventType.TOKEN_CLAIMS_CHANGE, user, event));
            }
            default -> {
                List<Signal> signals = new ArrayList<>(List.of(revoked(entry, user)));
                credential(entry.cause()).ifPresent(credential -> {
                    Map<String, Object> event = event(entry);
                    event.putAll(credential);
                    signals.add(new Signal(EventType.CREDENTIAL_CHANGE, user, event));
                });
                yield signals;
            }
        };
    }

    /// CAEP 1.0 §3.3: which credential, and what became of it.
    private static Optional<Map<String, String>> credential(String cause) {
        return switch (cause) {
            case "password_changed" -> Optional.of(Map.of("credential_type", "password", "change_type", "update"));
            default -> Optional.empty();
        };
    }

    private static Signal revoked(Revocation entry, Map<String, ?> subject) {
        return new Signal(EventType.SESSION_REVOKED, subject, event(entry));
    }

    /// CAEP 1.0 §2: what every event says.
    private static Map<String, Object> event(Revocation entry) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event_timestamp", entry.at().getEpochSecond());
        initiator(entry.cause()).ifPresent(who -> event.put("initiating_entity", who));
        String cause = entry.cause().isEmpty() ? "revoked" : entry.cause().replace('_', ' ');
        event.put("reason_admin", Map.of("en", cause));
        return event;
    }

    private static Optional<String> initiator(String cause) {
        return switch (cause) {
            case "logged_out", "consent_withdrawn" -> Optional.of("user");
            case "session_revoked",
                    "user_disabled",
                    "user_deleted",
                    "user_changed",
                    "role_changed",
                    "role_deleted",
                    "client_deleted",
                    "everything_revoked" -> Optional.of("admin");
            case "refresh_token_reused", "code_reused", "passkey_cloned" -> Optional.of("policy");
            default -> Optional.empty();
        };
    }

    /// A session of a user; with an application, only what that one was allowed in it.
    private static Map<String, Object> session(Revocation entry, About about, String issuer) {
        Map<String, Object> subject = new LinkedHashMap<>();
        subject.put("format", "complex");
        about.user.ifPresent(user -> subject.put("user", user(user, issuer)));
        String session = about.session.map(SessionId::value).orElse(entry.id());
        subject.put("session", opaque(session));
        about.client.ifPresent(client -> subject.put("application", opaque(client.value())));
        return subject;
    }

    private static Map<String, Object> user(Subject user, String issuer) {
        return Map.of("format", "iss_sub", "iss", issuer, "sub", user.value());
    }

    private static Map<String, Object> opaque(String id) {
        return Map.of("format", "opaque", "id", id);
    }
}
