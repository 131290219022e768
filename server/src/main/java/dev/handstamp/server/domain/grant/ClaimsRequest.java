package dev.handstamp.server.domain.grant;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.user.IdentityScope;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Single claims that a client asks for, beside those of its scopes (OpenID Connect Core §5.5). Only what an identity
/// scope could open is kept: everything else is as unknown as an unknown scope.
///
/// @param userInfo the claims to be answered by UserInfo
/// @param idToken  the claims to be put into the ID token
public record ClaimsRequest(Set<String> userInfo, Set<String> idToken) {

    public static final ClaimsRequest NONE = new ClaimsRequest(Set.of(), Set.of());

    private static final int LONGEST = 4096;

    public ClaimsRequest {
        userInfo = Collections.unmodifiableSet(new TreeSet<>(userInfo));
        idToken = Collections.unmodifiableSet(new TreeSet<>(idToken));
    }

    /// Reads the `claims` parameter, or what [#toJson] wrote; empty when it is no such object.
    public static Optional<ClaimsRequest> parse(String json) {
        if (json.length() > LONGEST) return Optional.empty();
        try {
            Map<String, Object> object = Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
            return Optional.of(new ClaimsRequest(names(object.get("userinfo")), names(object.get("id_token"))));
        } catch (JsonException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    public String toJson() {
        return Json.text(Map.of("userinfo", members(userInfo), "id_token", members(idToken)));
    }

    /// What of it the client's scopes could open: no more can be asked for this way than by scope.
    public ClaimsRequest within(Scopes most) {
        return new ClaimsRequest(within(userInfo, most), within(idToken, most));
    }

    /// The scopes that would open these claims: what the user is asked about.
    public Scopes scopes() {
        List<String> names = new ArrayList<>();
        for (String claim : userInfo) IdentityScope.opening(claim).ifPresent(scope -> names.add(scope.wireName()));
        for (String claim : idToken) IdentityScope.opening(claim).ifPresent(scope -> names.add(scope.wireName()));
        return Scopes.of(names).orElseThrow();
    }

    private static Set<String> within(Set<String> claims, Scopes most) {
        Set<String> open = new TreeSet<>(claims);
        open.removeIf(claim -> IdentityScope.opening(claim)
                .filter(scope -> most.contains(scope.wireName()))
                .isEmpty());
        return open;
    }

    private static Set<String> names(@Nullable Object member) {
        if (member == null) return Set.of();
        if (!(member instanceof Map<?, ?> object)) throw new IllegalArgumentException("not an object");
        Set<String> names = new TreeSet<>();
        for (Object name : object.keySet()) {
            if (IdentityScope.opening((String) name).isPresent()) names.add((String) name);
        }
        return names;
    }

    private static Map<String, Object> members(Set<String> claims) {
        Map<String, Object> members = new TreeMap<>();
        for (String claim : claims) members.put(claim, Map.of());
        return members;
    }
}
