package dev.handstamp.server.domain.client;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.grant.Scopes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// An API that tokens are issued for: a protected resource (RFC 6749 §1.1, RFC 8707).
///
/// @param scopes        what can be asked for at it
/// @param algorithm     what its tokens are signed with
/// @param tokenLifetime how long an access token lives, 10 s to 24 h
/// @param claims        the user attributes that become claims of its tokens; `name`, `email` and `preferred_username`
///                      are attributes that every user has
/// @param secretHash    what it authenticates with at introspection, its audience being the user name (RFC 7662 §2.1)
public record Api(
        Audience audience,
        Scopes scopes,
        Algorithm algorithm,
        Duration tokenLifetime,
        List<String> claims,
        SecretHash secretHash,
        Instant createdAt) {

    public static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofMinutes(5);
    public static final Duration SHORTEST_TOKEN_LIFETIME = Duration.ofSeconds(10);
    public static final Duration LONGEST_TOKEN_LIFETIME = Duration.ofHours(24);

    public Api {
        claims = List.copyOf(claims);
    }
}
