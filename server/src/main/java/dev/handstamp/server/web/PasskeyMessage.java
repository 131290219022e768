package dev.handstamp.server.web;

import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Passkeys.Offer;
import dev.handstamp.server.issuance.Passkeys.Question;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What our script for passkeys and its doors say to each other, in JSON.
///
/// Options have the form of WebAuthn Level 3 §5.1.9 and §5.1.10, so that a browser can read them as they are.
///
/// @param members what the script has sent
public record PasskeyMessage(Map<String, Object> members) {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Set<String> KNOWN = Set.of("request", "form", "purpose", "to", "credential");

    /// Reads what the script has sent; empty if it was not our script.
    public static Optional<PasskeyMessage> parse(Request request) {
        return switch (JsonBody.parse(request)) {
            case MalformedJsonBody _ -> Optional.empty();
            case JsonBody body ->
                Optional.of(body.object())
                        .filter(object -> KNOWN.containsAll(object.keySet()))
                        .map(PasskeyMessage::new);
        };
    }

    /// A text; empty if there is none, or an empty one.
    public Optional<String> text(String name) {
        return members.get(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    /// Where the browser goes on to.
    ///
    /// @param path below the base of the issuer
    public static Response goOn(String base, String path) {
        return Response.json(200, Map.of("go_on", base + path));
    }

    /// One word, for which the page has a sentence.
    public static Response refusal(int status, String error) {
        return Response.json(status, Map.of("error", error));
    }

    /// What `navigator.credentials.get` is given.
    public static Response options(Question question, String relyingParty) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("challenge", encoded(question.challenge()));
        options.put("timeout", PATIENCE.toMillis());
        options.put("rpId", relyingParty);
        options.put("allowCredentials", descriptors(question.allowed()));
        options.put("userVerification", "required");
        return Response.json(200, options);
    }

    /// What `navigator.credentials.create` is given.
    ///
    /// @param algorithms by their COSE numbers, the most wanted first
    public static Response options(Offer offer, String relyingParty, List<Long> algorithms) {
        User user = offer.user();
        String name = user.username().value();
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("rp", Map.of("id", relyingParty, "name", relyingParty));
        options.put(
                "user",
                Map.of(
                        "id",
                        offer.handle().value(),
                        "name",
                        name,
                        "displayName",
                        user.name().isEmpty() ? name : user.name()));
        options.put("challenge", encoded(offer.challenge()));
        options.put(
                "pubKeyCredParams",
                algorithms.stream()
                        .map(algorithm -> Map.of("type", "public-key", "alg", algorithm))
                        .toList());
        options.put("timeout", PATIENCE.toMillis());
        options.put("excludeCredentials", descriptors(offer.existing()));
        options.put(
                "authenticatorSelection",
                Map.of("residentKey", "required", "requireResidentKey", true, "userVerification", "required"));
        options.put("attestation", "none");
        return Response.json(200, options);
    }

    private static List<Map<String, Object>> descriptors(List<Passkey> passkeys) {
        List<Map<String, Object>> descriptors = new ArrayList<>();
        for (Passkey passkey : passkeys) {
            descriptors.add(Map.of(
                    "type", "public-key",
                    "id", passkey.credential().value(),
                    "transports", List.copyOf(passkey.transports())));
        }
        return descriptors;
    }

    private static String encoded(String challenge) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(challenge.getBytes(StandardCharsets.ISO_8859_1));
    }
}
