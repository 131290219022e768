package dev.handstamp.server.protocol;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Response;
import java.time.Duration;

/// A refusal in the words of OAuth: `{"error": …, "error_description": …}`.
///
/// @param status      the code's own, unless the body was of another media type (415)
/// @param description for people; says nothing that the caller has sent
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-5.2">RFC 6749 §5.2</a>
public record OAuthError(ErrorCode code, int status, String description) {

    private static final String BASIC = "Basic realm=\"handstamp\", charset=\"UTF-8\"";
    private static final String BEARER = "Bearer realm=\"handstamp\"";

    public OAuthError(ErrorCode code, String description) {
        this(code, code.status(), description);
    }

    public static OAuthError of(MalformedForm form) {
        return new OAuthError(ErrorCode.INVALID_REQUEST, form.status(), form.problem());
    }

    public static OAuthError of(MalformedJsonBody body) {
        return new OAuthError(ErrorCode.INVALID_REQUEST, body.status(), body.problem());
    }

    /// Whoever asks again later may be served.
    public static Response tryLater(ErrorCode code, String description, Duration retryAfter) {
        long seconds = retryAfter.plusNanos(999_999_999).toSeconds();
        return new OAuthError(code, description)
                .toResponse()
                .header("Retry-After", Long.toString(Math.max(1, seconds)));
    }

    /// Every 401 names a scheme (RFC 9110 §15.5.2). Only a client that failed to authenticate is asked for `Basic`: a
    /// browser would ask its user.
    public Response toResponse() {
        Response response = Response.json(status, body(code, description)).noStore();
        return switch (code) {
            case INVALID_CLIENT -> response.header("WWW-Authenticate", BASIC);
            case INVALID_TOKEN -> response.header("WWW-Authenticate", BEARER + ", error=\"invalid_token\"");
            case INSUFFICIENT_SCOPE ->
                response.header("WWW-Authenticate", BEARER + ", error=\"insufficient_scope\", scope=\"openid\"");
            case SIGN_IN_FAILED, SECOND_FACTOR_REQUIRED, NOT_SIGNED_IN -> response.header("WWW-Authenticate", BEARER);
            default -> response;
        };
    }

    /// The body alone, for a response with headers of its own.
    public static byte[] body(ErrorCode code, String description) {
        return new JsonWriter()
                .beginObject()
                .member("error", code.wireName())
                .member("error_description", description)
                .endObject()
                .toByteArray();
    }
}
