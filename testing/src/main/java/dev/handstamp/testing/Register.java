package dev.handstamp.testing;

import com.sun.net.httpserver.HttpExchange;
import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who may ask about tokens, and which of them were taken back (RFC 7662, RFC 7009).
final class Register {

    private final Set<String> revoked = ConcurrentHashMap.newKeySet();
    private final Map<String, String> credentials = new ConcurrentHashMap<>();

    void client(String clientId, String clientSecret) {
        String pair = encoded(clientId) + ":" + encoded(clientSecret);
        String basic = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        credentials.put(basic, clientId);
    }

    void revoke(String token) {
        revoked.add(token);
    }

    /// By whose name and secret it is asked; empty when they are not right.
    Optional<String> caller(HttpExchange exchange) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return authorization == null ? Optional.empty() : Optional.ofNullable(credentials.get(authorization));
    }

    Answer introspect(HttpExchange exchange, String issuer, KeyChain keys, TestFeed feed, Instant now)
            throws IOException {
        if (caller(exchange).isEmpty()) return Answer.status(401);
        String token = token(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        TokenPolicy policy = TokenPolicy.builder()
                .issuer(issuer)
                .anyAudience()
                .algorithms(Algorithm.values())
                .build();
        Verification verification = policy.check(token, keys.verifying(), now);
        Map<String, Object> answer = new LinkedHashMap<>();
        boolean active = verification instanceof Verified verified
                && !revoked.contains(token)
                && !feed.hasRevoked(verified.accessToken().claims().toMap());
        answer.put("active", active);
        if (active) {
            answer.put("token_type", "Bearer");
            answer.putAll(((Verified) verification).accessToken().claims().toMap());
        }
        return Answer.json(Json.text(answer));
    }

    private static String token(String form) {
        for (String parameter : form.split("&", -1)) {
            if (parameter.startsWith("token=")) {
                return URLDecoder.decode(parameter.substring("token=".length()), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    /// RFC 6749 §2.3.1
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
