package dev.handstamp.cli;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.administration.Refused;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a token says about itself. Nobody has checked any of it.
record DecodedToken(Map<String, Object> header, Map<String, Object> claims) {

    private static final int LONGEST = 64 * 1024;
    private static final Set<String> INSTANTS = Set.of("exp", "iat", "nbf", "auth_time");

    /// Takes a signed token apart (RFC 7515 §7.1), whatever its algorithm.
    static DecodedToken of(String token) {
        if (token.length() > LONGEST) throw new Refused("the token is longer than " + LONGEST + " characters");
        String[] parts = token.split("\\.", -1);
        if (parts.length == 5) throw new Refused("the token is encrypted (RFC 7516): it cannot be read here");
        if (parts.length != 3)
            throw new Refused("not a signed token: it has " + parts.length + " parts in place of three");
        return new DecodedToken(part("header", parts[0]), part("claims", parts[1]));
    }

    Map<String, Object> toObject(Instant now) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("header", header);
        object.put("claims", claims);
        if (claims.get("exp") instanceof Long expiry) object.put("expires_in", expiry - now.getEpochSecond());
        object.put("verified", false);
        return object;
    }

    void print(PrintWriter out, Instant now) {
        out.println("Header");
        header.forEach((name, value) -> line(out, name, claim("", value)));
        out.println("Claims");
        claims.forEach((name, value) -> line(out, name, claim(name, value)));
        if (claims.get("exp") instanceof Long expiry) {
            out.println("Expires " + Shown.distance(Instant.ofEpochSecond(Math.clamp(expiry, 0, 1L << 40)), now));
        }
    }

    /// A claim's value as people read it: an instant beside its number.
    static String claim(String name, Object value) {
        if (INSTANTS.contains(name) && value instanceof Long seconds) {
            try {
                return seconds + "  " + Shown.utc(Instant.ofEpochSecond(seconds));
            } catch (DateTimeException e) {
                return seconds.toString();
            }
        }
        return switch (value) {
            case String text -> text;
            case Long _, BigDecimal _, Boolean _ -> value.toString();
            default -> {
                String wrapped = Json.text(Map.of("", value));
                yield wrapped.substring(4, wrapped.length() - 1);
            }
        };
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println("  " + Shown.text(name) + "  " + Shown.text(value));
    }

    private static Map<String, Object> part(String what, String text) {
        try {
            return Json.parseObject(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new Refused("the token's " + what + " is not base64url");
        } catch (JsonException e) {
            throw new Refused("the token's " + what + " is not a JSON object: " + e.getMessage());
        }
    }
}
