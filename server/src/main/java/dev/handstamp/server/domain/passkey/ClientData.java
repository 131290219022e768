package dev.handstamp.server.domain.passkey;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// What the browser says that it has signed for (WebAuthn Level 3 §5.8.1). Nobody has checked it yet.
///
/// @param challenge   as the server gave it out
/// @param crossOrigin whether it came about in a frame of another site
public record ClientData(String type, String challenge, String origin, boolean crossOrigin) {

    public static final String CREATE = "webauthn.create";
    public static final String GET = "webauthn.get";

    private static final int LONGEST = 4_096;

    public static Optional<ClientData> parse(byte[] json) {
        if (json.length > LONGEST) return Optional.empty();
        try {
            Map<String, Object> object = Json.parseObject(json);
            if (!(object.get("type") instanceof String type)
                    || !(object.get("challenge") instanceof String challenge)
                    || !(object.get("origin") instanceof String origin)) return Optional.empty();
            Object crossOrigin = object.getOrDefault("crossOrigin", false);
            if (!(crossOrigin instanceof Boolean isForeign)) return Optional.empty();
            // A frame of another site is named as well (§5.8.1): nobody else's.
            boolean framed = isForeign || object.containsKey("topOrigin");
            String text = new String(Base64.getUrlDecoder().decode(challenge), StandardCharsets.ISO_8859_1);
            return Optional.of(new ClientData(type, text, origin, framed));
        } catch (JsonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
