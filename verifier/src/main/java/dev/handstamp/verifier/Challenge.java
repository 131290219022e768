package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How an API says no: a status, headers, and a small JSON body (RFC 6750 §3).
///
/// The answer is poor on purpose: whatever is wrong with a token, the caller reads the same sentence. [#detail()]
/// is for the log of the API.
///
/// | made by | status | `error` |
/// | --- | --- | --- |
/// | [#unauthorized()] | 401 | none: the caller did not know that a token is needed (§3.1) |
/// | [#invalidRequest(String)] | 400 | `invalid_request` |
/// | [#invalidToken(Reason)] | 401 | `invalid_token` |
/// | [#insufficientScope(Collection)], [#insufficientPrivileges(String)] | 403 | `insufficient_scope` |
/// | [#crossSite()] | 403 | `invalid_request` |
///
/// A good token must not be thrown away because nobody could judge it: for [Reason#KEYS_UNAVAILABLE],
/// [Reason#INTROSPECTION_UNAVAILABLE] and [Reason#REVOCATIONS_UNKNOWN] the answer is 503 with `Retry-After` and no
/// challenge.
public final class Challenge {

    static final String DEFAULT_REALM = "api";

    private static final Set<Reason> UNJUDGED =
            Set.of(Reason.KEYS_UNAVAILABLE, Reason.INTROSPECTION_UNAVAILABLE, Reason.REVOCATIONS_UNKNOWN);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final int status;
    private final String realm;
    private final Map<String, String> parameters;
    private final String detail;

    private Challenge(int status, String realm, Map<String, String> parameters, String detail) {
        this.status = status;
        this.realm = realm;
        this.parameters = parameters;
        this.detail = detail;
    }

    /// For a request without a token: 401, and no error code.
    public static Challenge unauthorized() {
        return new Challenge(401, DEFAULT_REALM, Map.of(), "no token");
    }

    /// For a request that is malformed or carries more than one credential: 400.
    ///
    /// @param description goes out in `error_description`; characters that RFC 6750 §3 does not allow become blanks
    public static Challenge invalidRequest(String description) {
        return new Challenge(400, DEFAULT_REALM, error("invalid_request", description), description);
    }

    /// For a token that was refused: 401, or 503 when it could not be judged.
    public static Challenge invalidToken(Reason reason) {
        if (UNJUDGED.contains(reason)) {
            String description = "The access token cannot be checked at the moment";
            return new Challenge(503, DEFAULT_REALM, error("temporarily_unavailable", description), reason.code());
        }
        String description = "The access token is expired, revoked, malformed or not valid here";
        return new Challenge(401, DEFAULT_REALM, error("invalid_token", description), reason.code());
    }

    /// For a valid token that lacks a scope: 403, naming every scope that is needed.
    ///
    /// @throws IllegalArgumentException if a scope is not a scope token of RFC 6749 §3.3
    public static Challenge insufficientScope(Collection<String> scopes) {
        for (String scope : scopes) Text.requireScopeToken(scope);
        String needed = String.join(" ", scopes);
        Map<String, String> parameters =
                error("insufficient_scope", "The access token does not carry the scope that is needed");
        parameters.put("scope", needed);
        return new Challenge(403, DEFAULT_REALM, parameters, "needs scope " + needed);
    }

    /// For a valid token whose holder lacks something other than a scope: 403.
    ///
    /// @param detail what was needed; for the log, it does not go out
    public static Challenge insufficientPrivileges(String detail) {
        String description = "The access token does not carry the privileges that are needed";
        return new Challenge(403, DEFAULT_REALM, error("insufficient_scope", description), detail);
    }

    /// For an unsafe request with the cookie that another site may have caused: 403.
    public static Challenge crossSite() {
        String description = "A request from another site is not accepted with the cookie";
        return new Challenge(403, DEFAULT_REALM, error("invalid_request", description), "cross-site request");
    }

    /// The same challenge for another protection space (RFC 9110 §11.5).
    ///
    /// @param name printable ASCII; quotes are escaped
    /// @throws IllegalArgumentException if it holds anything else
    public Challenge realm(String name) {
        if (!name.matches("[\\x20-\\x7e]*")) throw new IllegalArgumentException("a realm is printable ASCII");
        return new Challenge(status, name, parameters, detail);
    }

    public int status() {
        return status;
    }

    /// The value of `WWW-Authenticate`; empty for 503.
    public Optional<String> authenticate() {
        if (status == 503) return Optional.empty();
        List<String> written = new ArrayList<>();
        written.add("realm=\"" + realm.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        parameters.forEach((name, value) -> written.add(name + "=\"" + value + '"'));
        return Optional.of("Bearer " + String.join(", ", written));
    }

    /// Every header of the answer, ready to be set.
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        authenticate().ifPresent(value -> headers.put("WWW-Authenticate", value));
        if (status == 503) headers.put("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
        headers.put("Content-Type", "application/json");
        headers.put("Cache-Control", "no-store");
        return headers;
    }

    /// The `error` code that goes out; empty when no token was sent.
    public Optional<String> error() {
        return Optional.ofNullable(parameters.get("error"));
    }

    /// A JSON object with the parameters of the challenge.
    public byte[] body() {
        return Json.write(parameters);
    }

    /// What happened, in the words of the log.
    public String detail() {
        return detail;
    }

    @Override
    public String toString() {
        return status + " " + authenticate().orElse("") + " (" + detail + ")";
    }

    private static Map<String, String> error(String code, String description) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", code);
        parameters.put("error_description", Text.plain(description));
        return parameters;
    }
}
