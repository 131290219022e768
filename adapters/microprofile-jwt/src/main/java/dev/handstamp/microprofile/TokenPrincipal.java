package dev.handstamp.microprofile;

import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Claims;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/// The caller, as MicroProfile sees it.
final class TokenPrincipal implements JsonWebToken {

    private static final String RAW_TOKEN = org.eclipse.microprofile.jwt.Claims.raw_token.name();

    private final AccessToken token;
    private final String raw;

    TokenPrincipal(AccessToken token, String raw) {
        this.token = token;
        this.raw = raw;
    }

    /// `upn`, else `preferred_username`, else `sub`.
    @Override
    public String getName() {
        Claims claims = token.claims();
        return claims.string("upn")
                .or(() -> claims.string("preferred_username"))
                .orElse(token.subject());
    }

    /// What the token says in `groups`, or in `roles` where there are none.
    @Override
    public Set<String> getGroups() {
        return groups(token);
    }

    /// The one meaning of a role here.
    static Set<String> groups(AccessToken token) {
        return token.claims().has("groups") ? new LinkedHashSet<>(token.claims().strings("groups")) : token.roles();
    }

    @Override
    public Set<String> getClaimNames() {
        Set<String> names = new LinkedHashSet<>(token.claims().toMap().keySet());
        names.add(RAW_TOKEN);
        return names;
    }

    /// The types that the enum of standard claims names; for all others a `String`, or the JSON-P type of the value.
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> @Nullable T getClaim(String name) {
        return (T) value(name);
    }

    @Override
    public String toString() {
        return "TokenPrincipal[" + token.jwtId() + "]";
    }

    private @Nullable Object value(String name) {
        Claims claims = token.claims();
        return switch (name) {
            case "raw_token" -> raw;
            case "groups" -> claims.has(name) ? getGroups() : null;
            case "aud" -> new LinkedHashSet<>(token.audience());
            case "exp" -> token.expiresAt().getEpochSecond();
            case "iat" -> token.issuedAt().getEpochSecond();
            case "nbf", "auth_time", "updated_at" -> seconds(name);
            default -> claims.get(name).map(TokenPrincipal::json).orElse(null);
        };
    }

    private @Nullable Long seconds(String name) {
        return token.claims()
                .instant(name)
                .map(instant -> instant.getEpochSecond())
                .orElse(null);
    }

    private static Object json(Object value) {
        return value instanceof String ? value : jsonValue(value);
    }

    private static JsonValue jsonValue(Object value) {
        if (value == JsonNull.NULL) return JsonValue.NULL;
        if (value instanceof Boolean truth) return truth ? JsonValue.TRUE : JsonValue.FALSE;
        if (value instanceof Long number) return Json.createValue(number);
        if (value instanceof BigDecimal number) return Json.createValue(number);
        if (value instanceof List<?> list) {
            JsonArrayBuilder array = Json.createArrayBuilder();
            list.forEach(element -> array.add(jsonValue(element)));
            return array.build();
        }
        if (value instanceof Map<?, ?> map) {
            JsonObjectBuilder object = Json.createObjectBuilder();
            map.forEach((name, member) -> object.add(name.toString(), jsonValue(member)));
            return object.build();
        }
        return Json.createValue(value.toString());
    }
}
