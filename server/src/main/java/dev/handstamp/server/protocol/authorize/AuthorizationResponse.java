package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.html.FormPost;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.protocol.ErrorCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// The answer to a client, through the user's browser. Each names the issuer, so that no client takes it for another
/// server's (RFC 9207).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2">RFC 6749 §4.1.2</a>
final class AuthorizationResponse {

    private final String issuer;

    AuthorizationResponse(String issuer) {
        this.issuer = issuer;
    }

    Response code(ReturnAddress to, Secret code) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("code", code.value());
        return send(to, parameters);
    }

    Response error(ReturnAddress to, ErrorCode code, String description) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", code.wireName());
        parameters.put("error_description", description);
        return send(to, parameters);
    }

    private Response send(ReturnAddress to, Map<String, String> parameters) {
        to.state().ifPresent(state -> parameters.put("state", state));
        parameters.put("iss", issuer);
        String target = to.redirectUri().value();
        return switch (to.mode()) {
            case QUERY -> Response.seeOther(withQuery(target, parameters)).noStore();
            case FORM_POST -> FormPost.of(target, parameters);
        };
    }

    /// The registered address keeps the query that it has (RFC 6749 §3.1.2).
    private static String withQuery(String target, Map<String, String> parameters) {
        StringBuilder uri = new StringBuilder(target);
        char separator = target.indexOf('?') < 0 ? '?' : '&';
        for (var parameter : parameters.entrySet()) {
            uri.append(separator)
                    .append(parameter.getKey())
                    .append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        return uri.toString();
    }
}
