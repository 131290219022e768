package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
/// | the same, for a proof of possession | 401 | `invalid_dpop_proof`, `use_dpop_nonce` |
/// | [#insufficientUserAuthentication] | 401 | `insufficient_user_authentication` |
/// | [#insufficientScope(Collection)], [#insufficientPrivileges(String)] | 403 | `insufficient_scope` |
/// | [#crossSite()] | 403 | `invalid_request` |
///
/// A good token must not be thrown away because nobody could judge it: for [Reason#KEYS_UNAVAILABLE],
/// [Reason#INTROSPECTION_UNAVAILABLE], [Reason#REVOCATIONS_UNKNOWN] and [Reason#DPOP_PROOFS_TOO_MANY] the answer
/// is 503 with `Retry-After` and no challenge.
public final class Challenge {

    static final String DEFAULT_REALM = "api";

    private static final Set<Reason> UNJUDGED = Set.of(
            Reason.KEYS_UNAVAILABLE,
            Reason.INTROSPECTION_UNAVAILABLE,
            Reason.REVOCATIONS_UNKNOWN,
            Reason.DPOP_PROOFS_TOO_MANY);

    /// RFC 9449 §7.1: what is wrong with the proof, not with the token.
    private static final Set<Reason> OF_THE_PROOF = Set.of(
            Reason.DPOP_PROOF_MISSING,
            Reason.DPOP_PROOF_INVALID,
            Reason.DPOP_PROOF_MISMATCH,
            Reason.DPOP_PROOF_EXPIRED,
            Reason.DPOP_PROOF_REPLAYED);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final int status;
    private final String scheme;
    private final String realm;
    private final Map<String, String> parameters;
    private final Map<String, String> hints;
    private final String nonce;
    private final String detail;

    private Challenge(
            int status,
            String scheme,
            String realm,
            Map<String, String> parameters,
            Map<String, String> hints,
            String nonce,
            String detail) {
        this.status = status;
        this.scheme = scheme;
        this.realm = realm;
        this.parameters = parameters;
        this.hints = hints;
        this.nonce = nonce;
        this.detail = detail;
    }

    private static Challenge of(int status, Map<String, String> parameters, String detail) {
        return new Challenge(status, "Bearer", DEFAULT_REALM, parameters, Map.of(), "", detail);
    }

    /// {@return the answer to a request without a token: 401, and no error code}
    public static Challenge unauthorized() {
        return of(401, Map.of(), "no token");
    }

    /// For a request that is malformed or carries more than one credential: 400.
    ///
    /// @param description goes out in `error_description`; characters that RFC 6750 §3 does not allow become
    ///     blanks
    /// @return the answer
    public static Challenge invalidRequest(String description) {
        return of(400, error("invalid_request", description), description);
    }

    /// For a token that was refused: 401, or 503 when it could not be judged.
    ///
    /// @param reason decides about status and `error`, and stands in [#detail()]
    /// @return the answer
    public static Challenge invalidToken(Reason reason) {
        if (UNJUDGED.contains(reason)) {
            String description = "The access token cannot be checked at the moment";
            return of(503, error("temporarily_unavailable", description), reason.code());
        }
        if (reason == Reason.DPOP_NONCE_NEEDED) {
            String description = "The proof of possession must carry the nonce of this server";
            return of(401, error("use_dpop_nonce", description), reason.code()).underDpop();
        }
        if (OF_THE_PROOF.contains(reason)) {
            String description = "The proof of possession is missing, malformed or not made for this request";
            return of(401, error("invalid_dpop_proof", description), reason.code())
                    .underDpop();
        }
        String description = "The access token is expired, revoked, malformed or not valid here";
        Challenge challenge = of(401, error("invalid_token", description), reason.code());
        return reason == Reason.TOKEN_IS_BOUND ? challenge.underDpop() : challenge;
    }

    /// For a valid token whose user must authenticate anew, or in another way: 401
    /// `insufficient_user_authentication` (RFC 9470 §3).
    ///
    /// @param acrValues the authentication contexts of which one is needed, best first; may be empty
    /// @param maximumAge the longest time since the user was last authenticated, cut to whole seconds; null when
    ///     it does not matter
    /// @param scopes every scope that is needed too, if the token lacks one; may be empty
    /// @return the answer
    /// @throws IllegalArgumentException if a value or a scope holds a blank, a quote or a backslash
    public static Challenge insufficientUserAuthentication(
            Collection<String> acrValues, @Nullable Duration maximumAge, Collection<String> scopes) {
        for (String value : acrValues) Text.requireScopeToken(value);
        for (String scope : scopes) Text.requireScopeToken(scope);
        Map<String, String> parameters =
                error("insufficient_user_authentication", "The user must authenticate more recently or in another way");
        if (!acrValues.isEmpty()) parameters.put("acr_values", String.join(" ", acrValues));
        if (maximumAge != null) parameters.put("max_age", Long.toString(maximumAge.toSeconds()));
        if (!scopes.isEmpty()) parameters.put("scope", String.join(" ", scopes));
        return of(401, parameters, "needs another authentication");
    }

    /// For a valid token that lacks a scope: 403, naming every scope that is needed.
    ///
    /// @param scopes in the order in which they go out
    /// @return the answer
    /// @throws IllegalArgumentException if a scope is not a scope token of RFC 6749 §3.3
    public static Challenge insufficientScope(Collection<String> scopes) {
        for (String scope : scopes) Text.requireScopeToken(scope);
        String needed = String.join(" ", scopes);
        Map<String, String> parameters =
                error("insufficient_scope", "The access token does not carry the scope that is needed");
        parameters.put("scope", needed);
        return of(403, parameters, "needs scope " + needed);
    }

    /// For a valid token whose holder lacks something other than a scope: 403.
    ///
    /// @param detail what was needed; for the log, it does not go out
    /// @return the answer
    public static Challenge insufficientPrivileges(String detail) {
        String description = "The access token does not carry the privileges that are needed";
        return of(403, error("insufficient_scope", description), detail);
    }

    /// {@return the answer to an unsafe request with the cookie that another site may have caused: 403}
    public static Challenge crossSite() {
        String description = "A request from another site is not accepted with the cookie";
        return of(403, error("invalid_request", description), "cross-site request");
    }

    /// The same challenge for another protection space (RFC 9110 §11.5).
    ///
    /// @param name printable ASCII; quotes are escaped
    /// @return another challenge
    /// @throws IllegalArgumentException if it holds anything else
    public Challenge realm(String name) {
        requireRealm(name);
        return new Challenge(status, scheme, name, parameters, hints, nonce, detail);
    }

    static void requireRealm(String name) {
        if (!name.matches("[\\x20-\\x7e]*")) throw new IllegalArgumentException("a realm is printable ASCII");
    }

    /// The same challenge, naming where the metadata of this API stands (RFC 9728 §5.1).
    ///
    /// @param address in full, such as [ResourceMetadata#address()]
    /// @return another challenge
    public Challenge resourceMetadata(URI address) {
        return hinting("resource_metadata", address.toASCIIString());
    }

    /// The same challenge under the scheme `DPoP` (RFC 9449 §7.1).
    Challenge underDpop() {
        return new Challenge(status, "DPoP", realm, parameters, hints, nonce, detail);
    }

    boolean isUnderDpop() {
        return scheme.equals("DPoP");
    }

    /// The same challenge, naming what proofs may be signed with (RFC 9449 §7.1).
    Challenge algorithms(Collection<Algorithm> algorithms) {
        return hinting("algs", algorithms.stream().map(Algorithm::joseName).collect(Collectors.joining(" ")));
    }

    /// The same challenge, with the nonce for the next proof (RFC 9449 §9).
    Challenge nonce(String value) {
        return new Challenge(status, scheme, realm, parameters, hints, value, detail);
    }

    private Challenge hinting(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(hints);
        more.put(name, value);
        return new Challenge(status, scheme, realm, parameters, more, nonce, detail);
    }

    /// {@return the HTTP status: 400, 401, 403 or 503}
    public int status() {
        return status;
    }

    /// {@return the value of `WWW-Authenticate`; empty for 503}
    public Optional<String> authenticate() {
        if (status == 503) return Optional.empty();
        List<String> written = new ArrayList<>();
        written.add("realm=\"" + realm.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
        parameters.forEach((name, value) -> written.add(name + "=\"" + value + '"'));
        hints.forEach((name, value) -> written.add(name + "=\"" + value + '"'));
        return Optional.of(scheme + " " + String.join(", ", written));
    }

    /// {@return every header of the answer by its name, ready to be set, in a map of the caller's own}
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        authenticate().ifPresent(value -> headers.put("WWW-Authenticate", value));
        if (!nonce.isEmpty()) headers.put("DPoP-Nonce", nonce);
        if (status == 503) headers.put("Retry-After", Long.toString(RETRY_AFTER.toSeconds()));
        headers.put("Content-Type", "application/json");
        headers.put("Cache-Control", "no-store");
        return headers;
    }

    /// {@return the `error` code that goes out; empty when no token was sent}
    public Optional<String> error() {
        return Optional.ofNullable(parameters.get("error"));
    }

    /// {@return a JSON object in UTF-8 with `error`, `error_description` and the other parameters of the
    ///     challenge}
    public byte[] body() {
        return Json.write(parameters);
    }

    /// {@return what happened, in the words of the log; it does not go out}
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
