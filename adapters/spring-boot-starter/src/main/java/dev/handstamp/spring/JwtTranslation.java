package dev.handstamp.spring;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Claims;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;

/// Says a checked token in Spring's words, exactly as Spring's own decoder would: dates are instants, `aud` is
/// a list, a missing `iat` is a second before `exp`.
final class JwtTranslation {

    private static final List<String> DATES = List.of(JwtClaimNames.EXP, JwtClaimNames.IAT, JwtClaimNames.NBF);

    private volatile KnownHeader known = new KnownHeader("", Map.of());

    /// @param token its text, which was checked
    Jwt jwt(String token, AccessToken accessToken) {
        Map<String, Object> claims = claims(accessToken.claims());
        return new Jwt(
                token,
                (Instant) claims.get(JwtClaimNames.IAT),
                (Instant) claims.get(JwtClaimNames.EXP),
                headers(token),
                claims);
    }

    private static Map<String, Object> claims(Claims claims) {
        Map<String, Object> said = new LinkedHashMap<>();
        claims.toMap().forEach((name, value) -> {
            Object translated = translate(value);
            if (translated != null) said.put(name, translated);
        });
        for (String name : DATES) {
            claims.instant(name).ifPresent(instant -> said.put(name, instant));
        }
        if (claims.has(JwtClaimNames.AUD)) said.put(JwtClaimNames.AUD, claims.strings(JwtClaimNames.AUD));
        if (said.get(JwtClaimNames.EXP) instanceof Instant expiry) {
            said.putIfAbsent(JwtClaimNames.IAT, expiry.minusSeconds(1));
        }
        return said;
    }

    private static @Nullable Object translate(Object value) {
        if (value == JsonNull.NULL) return null;
        if (value instanceof BigDecimal number) return number.doubleValue();
        if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>(list.size());
            for (Object element : list) elements.add(translate(element));
            return elements;
        }
        if (value instanceof Map<?, ?> object) {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            object.forEach((name, member) -> members.put((String) name, translate(member)));
            return members;
        }
        return value;
    }

    /// One issuer has few headers, and writes each in one way: the last is remembered.
    private Map<String, Object> headers(String token) {
        String text = token.substring(0, token.indexOf('.'));
        KnownHeader last = known;
        if (last.text().equals(text)) return last.members();
        var read = new KnownHeader(text, read(text));
        known = read;
        return read.members();
    }

    private static Map<String, Object> read(String text) {
        try {
            return Json.parseObject(Base64.getUrlDecoder().decode(text));
        } catch (JsonException e) {
            throw new IllegalStateException("a header that was checked cannot be read", e);
        }
    }

    private record KnownHeader(String text, Map<String, Object> members) {}
}
