package dev.handstamp.server.protocol.authorize;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.html.FormPost;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.protocol.ErrorCode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// The answer to a client, through the user's browser. Each names the issuer, so that no client takes it for another
/// server's (RFC 9207). A client that wants it gets the same, signed: then nobody on the way can change it. The words
/// are for the page that some answers travel in.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2">RFC 6749 §4.1.2</a>
/// @see <a href="https://openid.net/specs/oauth-v2-jarm.html">JWT Secured Authorization Response Mode (JARM) §2</a>
final class AuthorizationResponse {

    private static final String TYPE = "JWT";

    /// JARM §2.1 recommends at most ten minutes; the code in it is good for one.
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final String issuer;
    private final AnswerSigners signers;
    private final InstantSource clock;

    AuthorizationResponse(String issuer, AnswerSigners signers, InstantSource clock) {
        this.issuer = issuer;
        this.signers = signers;
        this.clock = clock;
    }

    Response code(Messages words, ReturnAddress to, Secret code) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("code", code.value());
        return send(words, to, parameters);
    }

    Response error(Messages words, ReturnAddress to, ErrorCode code, String description) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("error", code.wireName());
        parameters.put("error_description", description);
        return send(words, to, parameters);
    }

    private Response send(Messages words, ReturnAddress to, Map<String, String> parameters) {
        to.state().ifPresent(state -> parameters.put("state", state));
        parameters.put("iss", issuer);
        Map<String, String> sent = to.mode().isSigned() ? Map.of("response", signed(to, parameters)) : parameters;
        String target = to.redirectUri().value();
        return to.mode().isForm()
                ? FormPost.of(words, target, sent)
                : Response.seeOther(withQuery(target, sent)).noStore();
    }

    private String signed(ReturnAddress to, Map<String, String> parameters) {
        JsonWriter json = new JsonWriter()
                .beginObject()
                .member("aud", to.client().id().value())
                .member("exp", clock.instant().plus(LIFETIME).getEpochSecond());
        parameters.forEach(json::member);
        var algorithm = to.client().metadata().answerSignature(ClientMember.AUTHORIZATION_SIGNED_RESPONSE_ALG);
        return signers.signer(algorithm, TYPE).sign(json.endObject().toByteArray());
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
