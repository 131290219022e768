package dev.handstamp.server.domain.audit;

import dev.handstamp.server.domain.user.Subject;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One security-relevant outcome. Written in the transaction that it reports on; holds no credential.
///
/// @param actor     who caused it: a subject, a client id, an audience, `cli` or `server`; empty when unknown
/// @param target    what it happened to: a subject, a session, a client, a key; may be empty
/// @param client    the client in play; may be empty
/// @param address   where the request came from; empty for the command line and the server's own work
/// @param requestId the request it belongs to; may be empty
/// @param details   further facts by name
public record AuditEvent(
        Instant at,
        Type type,
        String actor,
        String target,
        String client,
        String address,
        String requestId,
        Map<String, String> details) {

    public AuditEvent {
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    /// Whether neither this user has caused it, nor a client on the user's way, nor somebody unknown: from where an
    /// administrator did it, is not the user's business.
    public boolean isBySomebodyElseThan(Subject user) {
        return !actor.isEmpty() && !actor.equals(user.value()) && !actor.equals(client);
    }

    /// What can happen. The wire name is the constant in lower case.
    public enum Type {
        LOGIN_SUCCEEDED,
        LOGIN_FAILED,
        LOGIN_THROTTLED,
        TOTP_ENROLLED,
        TOTP_REMOVED,
        RECOVERY_CODE_USED,
        RECOVERY_CODES_RENEWED,
        PASSKEY_ENROLLED,
        PASSKEY_RENAMED,
        PASSKEY_REMOVED,
        PASSKEY_CLONED,
        DEVICE_REMEMBERED,
        DEVICE_FORGOTTEN,
        LOGGED_OUT,
        LOGOUT_UNDELIVERED,
        MAIL_UNDELIVERED,
        SESSION_REVOKED,
        REFRESH_TOKEN_REUSED,
        REFRESH_REFUSED,
        CODE_ISSUED,
        CODE_REDEEMED,
        CODE_REUSED,
        CODE_REFUSED,
        CONSENT_GIVEN,
        CONSENT_WITHDRAWN,
        AUTHORIZATION_DENIED,
        DEVICE_ALLOWED,
        DEVICE_DENIED,
        DEVICE_CONNECTED,
        ASSERTION_REDEEMED,
        ASSERTION_REFUSED,
        ISSUER_CREATED,
        ISSUER_CHANGED,
        ISSUER_DELETED,
        EXCHANGE_REFUSED,
        EXCHANGE_ALLOWED,
        EXCHANGE_CHANGED,
        EXCHANGE_WITHDRAWN,
        GRANT_REVOKED,
        TOKEN_REVOKED,
        EVERYTHING_REVOKED,
        TOKEN_ISSUED,
        CLIENT_AUTHENTICATION_FAILED,
        USER_CREATED,
        USERS_EXPORTED,
        USER_CHANGED,
        USER_DISABLED,
        USER_ENABLED,
        USER_DELETED,
        PASSWORD_CHANGED,
        PASSWORD_RESET,
        PASSWORD_RESET_SENT,
        PASSWORD_HASH_RENEWED,
        EMAIL_VERIFIED,
        EMAIL_CHANGED,
        USER_INVITED,
        USER_UNINVITED,
        USER_REGISTERED,
        CLIENT_CREATED,
        CLIENT_REGISTERED,
        CLIENT_CHANGED,
        CLIENTS_INVITED,
        INVITATION_DELETED,
        CLIENT_DELETED,
        API_CREATED,
        API_CHANGED,
        API_DELETED,
        BRAND_CHANGED,
        ROLE_CREATED,
        ROLE_CHANGED,
        ROLE_DELETED,
        STREAM_CREATED,
        STREAM_CHANGED,
        STREAM_DELETED,
        STREAM_DISABLED,
        KEY_CREATED,
        KEY_ACTIVATED,
        KEY_RETIRED,
        KEY_REMOVED,
        SERVER_STARTED,
        SERVER_STOPPED;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
