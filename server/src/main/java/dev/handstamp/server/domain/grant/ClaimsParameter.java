package dev.handstamp.server.domain.grant;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.json.JsonNull;
import dev.handstamp.server.domain.user.Subject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The `claims` parameter of an authorization request, read (OpenID Connect Core §5.5).
///
/// Claims that we do not know are passed over (§5.5: they are not an error), and so is whether one is essential: what
/// is
/// known and allowed is answered either way. Two of them ask for more than an answer: `acr`, and `sub` with a value.
///
/// @param claims   the single claims
/// @param acr      what the ID token's `acr` is to be
/// @param subjects who may be answered for; empty if anybody may
public record ClaimsParameter(ClaimsRequest claims, RequestedAcr acr, Set<Subject> subjects) {

    public static final ClaimsParameter NONE = new ClaimsParameter(ClaimsRequest.NONE, RequestedAcr.ANY, Set.of());

    private static final int LONGEST = 4096;
    private static final int MOST_VALUES = 20;

    public ClaimsParameter {
        subjects = Set.copyOf(subjects);
    }

    /// Empty if it is not what §5.5 says: an object of objects, each claim null or an object.
    public static Optional<ClaimsParameter> parse(String json) {
        Optional<ClaimsRequest> claims = ClaimsRequest.parse(json);
        if (claims.isEmpty()) return Optional.empty();
        try {
            if (json.length() > LONGEST) return Optional.empty();
            Map<String, Object> object = Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
            Map<?, ?> userInfo = requests(object.get("userinfo"));
            Map<?, ?> idToken = requests(object.get("id_token"));
            Set<Subject> subjects = new LinkedHashSet<>();
            for (Map<?, ?> part : List.of(userInfo, idToken)) {
                values(part.get("sub")).forEach(value -> subjects.add(new Subject(value)));
            }
            RequestedAcr acr = new RequestedAcr(values(idToken.get("acr")), isEssential(idToken.get("acr")));
            return Optional.of(new ClaimsParameter(claims.get(), acr, subjects));
        } catch (JsonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Map<?, ?> requests(@Nullable Object member) {
        if (member == null) return Map.of();
        if (!(member instanceof Map<?, ?> object)) throw new IllegalArgumentException("not an object");
        for (Object request : object.values()) {
            if (request == JsonNull.NULL) continue;
            if (!(request instanceof Map<?, ?> members)) throw new IllegalArgumentException("neither null nor object");
            Object essential = members.get("essential");
            Object values = members.get("values");
            boolean wrong = (essential != null && !(essential instanceof Boolean))
                    || (values != null && !(values instanceof List));
            if (wrong) throw new IllegalArgumentException("essential is no flag, or values is no array");
        }
        return object;
    }

    private static boolean isEssential(@Nullable Object request) {
        return request instanceof Map<?, ?> members && Boolean.TRUE.equals(members.get("essential"));
    }

    /// The texts of `value` and `values`.
    private static List<String> values(@Nullable Object request) {
        if (!(request instanceof Map<?, ?> members)) return List.of();
        List<Object> all = new ArrayList<>();
        if (members.get("values") instanceof List<?> values) all.addAll(values);
        if (members.get("value") != null) all.add(members.get("value"));
        if (all.size() > MOST_VALUES) throw new IllegalArgumentException("more than " + MOST_VALUES + " values");
        List<String> texts = new ArrayList<>();
        for (Object value : all) {
            if (!(value instanceof String text)) throw new IllegalArgumentException("a value that is no text");
            texts.add(text);
        }
        return texts;
    }
}
