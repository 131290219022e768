package dev.handstamp.server.store;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.grant.RefreshToken;
import dev.handstamp.server.domain.grant.RefreshToken.Spending;
import dev.handstamp.server.domain.grant.Rotation;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Records to store, each named by a word.
final class Fixtures {

    static final Instant NOW = Instant.parse("2026-03-04T05:06:07.891234Z");
    static final Audience ORDERS = new Audience("https://api.example/orders");
    static final Audience MENU = new Audience("https://api.example/menu");

    private Fixtures() {}

    static SecretHash hash(String word) {
        return new Secret(word).hash();
    }

    static Scopes scopes(String text) {
        return Scopes.parse(text).orElseThrow();
    }

    static Api api(Audience audience) {
        return new Api(
                audience,
                scopes("orders:read orders:write"),
                Algorithm.ES256,
                Duration.ofMinutes(7),
                List.of("zodiac", "age", "https://claims.example/a b"),
                hash("secret of " + audience),
                NOW);
    }

    static Client client(String id, Audience... apis) {
        return new Client(
                new ClientId(id),
                Set.of(GrantType.CLIENT_CREDENTIALS, GrantType.REFRESH_TOKEN),
                Set.of(apis),
                scopes("orders:read"),
                Optional.of(hash(id)),
                NOW);
    }

    static User user(String name) {
        return new User(
                new Subject("usr_" + name),
                new Username(name),
                "Vera Vale 🪩",
                name + "@example.org",
                new TreeSet<>(Set.of(new RoleName("vip"), new RoleName("staff"))),
                Map.of("age", 34L, "height", new BigDecimal("1.72"), "member", true, "town", "Köln \"\\ \u0001"),
                new PasswordHash("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"),
                false,
                NOW);
    }

    static Session session(String id, User user) {
        return session(id, user, NOW.plus(Duration.ofHours(12)));
    }

    static Session session(String id, User user, Instant expiresAt) {
        return new Session(
                new SessionId(id), user.subject(), "198.51.100.7", "curl/8.5", NOW, expiresAt, Optional.empty());
    }

    static Grant grant(String id, Session session) {
        return grant(id, session, ClientId.FIRST_PARTY, ORDERS);
    }

    static Grant grant(String id, Session session, ClientId client, Audience audience) {
        return new Grant(
                new GrantId(id),
                session.subject(),
                client,
                session.id(),
                audience,
                scopes("orders:read orders:write"),
                NOW,
                session.expiresAt(),
                Optional.empty());
    }

    static RefreshToken refreshToken(String word, Grant grant) {
        return new RefreshToken(
                hash(word), grant.id(), grant.client(), NOW, NOW.plus(Duration.ofHours(1)), Optional.empty());
    }

    static Rotation.Rotated rotated(RefreshToken predecessor, String successor) {
        var next = new RefreshToken(
                hash(successor),
                predecessor.grant(),
                predecessor.client(),
                NOW.plusSeconds(60),
                NOW.plus(Duration.ofHours(2)),
                Optional.empty());
        return new Rotation.Rotated(
                next, new Spending(NOW.plusSeconds(60), next.hash(), "sealed " + successor, hash("caller"), false));
    }

    static SigningKey signingKey(String id) {
        return new SigningKey(
                id,
                Algorithm.EDDSA,
                Optional.empty(),
                "sealed key " + id,
                NOW,
                Optional.of(NOW.plusSeconds(1)),
                Optional.empty(),
                Optional.empty());
    }

    static AuditEvent event(AuditEvent.Type type, String actor, String target, Instant at) {
        return new AuditEvent(
                at, type, actor, target, "shop", "198.51.100.7", "req-1", Map.of("reason", "reused", "n", "\u0000"));
    }
}
