package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// A token in its parts (RFC 7515 §3.1), for the page to show.
///
/// Of the signature it tells only the first characters. So the page can show what its HttpOnly cookie holds, and still
/// no
/// script ever has a token that would open a door.
final class TakenApart {

    static final int SIGNATURE_SHOWN = 12;

    private TakenApart() {}

    /// @param token one that the verifier has accepted: three texts with dots between them
    static Map<String, Object> of(String token, Instant expiresAt, Instant now) {
        String[] parts = token.split("\\.", -1);
        var shown = new LinkedHashMap<String, Object>();
        shown.put("header", decoded(parts[0]));
        shown.put("payload", decoded(parts[1]));
        shown.put("encodedHeader", parts[0]);
        shown.put("encodedPayload", parts[1]);
        shown.put("signatureStart", parts[2].substring(0, Math.min(SIGNATURE_SHOWN, parts[2].length())));
        shown.put("signatureLength", parts[2].length());
        shown.put(
                "millisecondsLeft", Math.max(0, Duration.between(now, expiresAt).toMillis()));
        return shown;
    }

    private static Map<String, Object> decoded(String part) {
        try {
            return Json.parseObject(Base64.getUrlDecoder().decode(part.getBytes(US_ASCII)));
        } catch (JsonException e) {
            throw new IllegalArgumentException("not a token that was verified", e);
        }
    }
}
