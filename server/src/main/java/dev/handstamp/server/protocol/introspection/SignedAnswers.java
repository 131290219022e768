package dev.handstamp.server.protocol.introspection;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.AnswerSignature;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Authentication;
import dev.handstamp.server.protocol.Authentication.Anonymous;
import dev.handstamp.server.protocol.Authentication.ByApi;
import dev.handstamp.server.protocol.Authentication.ByClient;
import dev.handstamp.server.protocol.Authentication.ByPublicClient;
import dev.handstamp.server.protocol.Authentication.Refused;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Introspection answers as JWTs. What a token says stands in one claim of its own, and nothing of it beside: nobody
/// takes the answer for the token (RFC 9701 §8.1).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9701#section-5">RFC 9701 §5, JWT introspection response</a>
final class SignedAnswers {

    private static final String TYPE = "token-introspection+jwt";
    private static final String MEDIA_TYPE = "application/" + TYPE;

    private final AnswerSigners signers;
    private final String issuer;
    private final InstantSource clock;

    SignedAnswers(AnswerSigners signers, String issuer, InstantSource clock) {
        this.signers = signers;
        this.issuer = issuer;
        this.clock = clock;
    }

    /// Whether the asker names the media type, and not as the last thing that it wants (RFC 9110 §12.5.1).
    static boolean areWanted(Request request) {
        for (String line : request.headers("Accept")) {
            for (String range : line.split(",", -1)) {
                String[] parts = range.split(";", -1);
                boolean named = parts[0].strip().equalsIgnoreCase(MEDIA_TYPE);
                if (named && !isUnwanted(parts)) return true;
            }
        }
        return false;
    }

    /// @param description the answer of RFC 7662
    Response of(byte[] description, Authentication asker, Snapshot known) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", nameOf(asker));
        claims.put("iat", clock.instant().getEpochSecond());
        claims.put("token_introspection", parsed(description));
        String jwt = signers.signer(known, algorithm(asker), TYPE).sign(Json.write(claims));
        return Response.text(200, jwt, MEDIA_TYPE).noStore();
    }

    private static boolean isUnwanted(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].strip().matches("(?i)q=0(\\.0{0,3})?")) return true;
        }
        return false;
    }

    private static String nameOf(Authentication asker) {
        return switch (asker) {
            case ByApi(var api) -> api.audience().value();
            case ByClient(var client) -> client.id().value();
            case ByPublicClient _, Anonymous _, Refused _ -> throw new IllegalStateException("nobody is told");
        };
    }

    /// An API checks its tokens with an algorithm, and this with the same; one that shares a secret, with the default.
    private static Algorithm algorithm(Authentication asker) {
        return switch (asker) {
            case ByApi(var api) -> api.algorithm().isSymmetric() ? AnswerSignature.DEFAULT : api.algorithm();
            case ByClient(var client) ->
                client.metadata().answerSignature(ClientMember.INTROSPECTION_SIGNED_RESPONSE_ALG);
            case ByPublicClient _, Anonymous _, Refused _ -> throw new IllegalStateException("nobody is told");
        };
    }

    private static Map<String, Object> parsed(byte[] description) {
        try {
            return Json.parseObject(description);
        } catch (JsonException e) {
            throw new IllegalStateException("not what was written", e);
        }
    }
}
