package dev.handstamp.server.domain.user;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A scope about the user rather than about an API, and the claims that it opens (OpenID Connect Core §5.4). No role
/// carries them: the user's own consent does.
public enum IdentityScope {
    OPENID("sub"),
    PROFILE(
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at"),
    EMAIL("email", "email_verified"),
    ADDRESS("address"),
    PHONE("phone_number", "phone_number_verified"),
    OFFLINE_ACCESS;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> claims;

    IdentityScope(String... claims) {
        this.claims = List.of(claims);
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public List<String> claims() {
        return claims;
    }

    public static Optional<IdentityScope> named(String wireName) {
        return Arrays.stream(values())
                .filter(scope -> scope.wireName().equals(wireName))
                .findFirst();
    }

    /// The scope that opens a claim.
    public static Optional<IdentityScope> opening(String claim) {
        return Arrays.stream(values())
                .filter(scope -> scope.claims.contains(claim))
                .findFirst();
    }
}
