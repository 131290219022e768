package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.signal.SignalScopes;
import dev.handstamp.server.domain.user.IdentityScope;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An API that tokens are issued for: a protected resource (RFC 6749 §1.1, RFC 8707).
///
/// @param scopes        what can be asked for at it
/// @param algorithm     what its tokens are signed with
/// @param tokenLifetime how long an access token lives, 10 s to 24 h
/// @param claims        the user attributes that become claims of its tokens; `name`, `email` and `preferred_username`
///                      are attributes that every user has
/// @param secretHash    what it authenticates with at introspection, its audience being the user name (RFC 7662 §2.1)
/// @param open          whether clients that nobody here has registered may ask for it, in a user's name: those that
///                      have registered themselves, and those that are described by a document
/// @param requiredLevel how sure it has to be who its users are (`acr`); empty: however they signed in
/// @param statusList    whether its tokens name their place in a status list, for verifiers that know nothing else
/// @param words         what its scopes allow, in words for users
public record Api(
        Audience audience,
        Scopes scopes,
        Algorithm algorithm,
        Duration tokenLifetime,
        List<String> claims,
        SecretHash secretHash,
        boolean statusList,
        boolean open,
        Optional<AssuranceLevel> requiredLevel,
        Instant createdAt,
        Descriptions words) {

    public static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofMinutes(5);
    public static final Duration SHORTEST_TOKEN_LIFETIME = Duration.ofSeconds(10);
    public static final Duration LONGEST_TOKEN_LIFETIME = Duration.ofHours(24);

    /// The claims that verifiers decide by, so that no user attribute is ever mapped to one of them.
    ///
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc7519#section-4.1">RFC 7519 §4.1, registered claims</a>
    /// @see <a href="https://www.rfc-editor.org/rfc/rfc9068#section-2.2">RFC 9068 §2.2, JWT access token</a>
    public static final Set<String> RESERVED_CLAIMS = Set.of(
            // RFC 7519 §4.1
            "iss",
            "sub",
            "aud",
            "exp",
            "nbf",
            "iat",
            "jti",
            // RFC 9068 §2.2
            "client_id",
            "scope",
            "roles",
            "groups",
            "entitlements",
            "auth_time",
            "acr",
            "amr",
            // OpenID Connect Core §2; Front-Channel Logout §3
            "azp",
            "nonce",
            "sid",
            // What a token is bound to (RFC 9449 §6, RFC 8705 §3.1), who acts by it (RFC 8693 §4), what it allows
            // (RFC 9396 §9.1), whether it still counts (Token Status List).
            "cnf",
            "act",
            "may_act",
            "authorization_details",
            "status",
            // Our own: the grant that a token descends from, and by which position of the revocation log it was issued.
            "grant_id",
            "rev");

    public Api {
        claims = List.copyOf(claims);
    }

    /// An API whose scopes are their own words.
    public Api(
            Audience audience,
            Scopes scopes,
            Algorithm algorithm,
            Duration tokenLifetime,
            List<String> claims,
            SecretHash secretHash,
            boolean statusList,
            boolean open,
            Optional<AssuranceLevel> requiredLevel,
            Instant createdAt) {
        this(
                audience,
                scopes,
                algorithm,
                tokenLifetime,
                claims,
                secretHash,
                statusList,
                open,
                requiredLevel,
                createdAt,
                Descriptions.NONE);
    }

    /// An API for registered clients alone, that takes users however they signed in.
    public Api(
            Audience audience,
            Scopes scopes,
            Algorithm algorithm,
            Duration tokenLifetime,
            List<String> claims,
            SecretHash secretHash,
            boolean statusList,
            Instant createdAt) {
        this(
                audience,
                scopes,
                algorithm,
                tokenLifetime,
                claims,
                secretHash,
                statusList,
                false,
                Optional.empty(),
                createdAt);
    }

    /// An API without status lists.
    public Api(
            Audience audience,
            Scopes scopes,
            Algorithm algorithm,
            Duration tokenLifetime,
            List<String> claims,
            SecretHash secretHash,
            Instant createdAt) {
        this(audience, scopes, algorithm, tokenLifetime, claims, secretHash, false, createdAt);
    }

    public Api withOpen(boolean toAll) {
        return new Api(
                audience,
                scopes,
                algorithm,
                tokenLifetime,
                claims,
                secretHash,
                statusList,
                toAll,
                requiredLevel,
                createdAt,
                words);
    }

    /// How sure it has to be who its users are.
    public AssuranceLevel level() {
        return requiredLevel.orElse(AssuranceLevel.AAL1);
    }

    /// The issuer itself, where receivers of signals manage their streams.
    public Api forSignals() {
        return new Api(audience, SignalScopes.ALL, algorithm, tokenLifetime, claims, secretHash, statusList, createdAt);
    }

    /// The issuer itself, where a client that needs no API learns who the user is (OpenID Connect Core §5.3). It is
    /// never stored, and no secret opens it.
    public static Api userInfo(String issuer) {
        return new Api(
                new Audience(issuer),
                Scopes.of(Arrays.stream(IdentityScope.values())
                                .map(IdentityScope::wireName)
                                .toList())
                        .orElseThrow(),
                Algorithm.RS256,
                DEFAULT_TOKEN_LIFETIME,
                List.of(),
                new SecretHash(""),
                Instant.EPOCH);
    }
}
