package dev.handstamp.server.protocol;

import static dev.handstamp.server.domain.client.ClientAuthenticationMethod.CLIENT_SECRET_JWT;
import static dev.handstamp.server.domain.client.ClientAuthenticationMethod.PRIVATE_KEY_JWT;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.SharedSecret;
import dev.handstamp.jwt.VerificationKey;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.FapiProfile;
import dev.handstamp.server.issuance.ClientKeySets;
import dev.handstamp.server.issuance.ClientSecrets;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UsedOnceStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Checks the assertion of a client that authenticates with a key of its own (`private_key_jwt`) or with the secret
/// that
/// it shares with this server (`client_secret_jwt`). Each counts once.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7523#section-3">RFC 7523 §3, JWT format and processing</a>
/// @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication">OpenID Connect Core §9</a>
public final class ClientAssertions {

    /// RFC 7523 §2.2.
    static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static final int LONGEST = 8192;
    private static final int LONGEST_ID = 256;

    /// How far a client's clock may be off.
    private static final Duration SKEW = Duration.ofSeconds(60);

    /// An assertion is made for one request: who needs a longer life has lost it.
    private static final Duration LONGEST_LIFE = Duration.ofHours(1);

    /// What an assertion may call itself; whatever else the client has signed is none (RFC 8725 §3.11).
    private static final Set<String> TYPES = Set.of("jwt", "client-authentication+jwt");

    /// What an assertion turns out to be: signed by its client, or not, and why not.
    private sealed interface Reading {}

    private record Signed(Claims claims) implements Reading {}

    private record Unsigned(String reason) implements Reading {}

    private final Database database;
    private final ClientSecrets secrets;
    private final String issuer;
    private final String tokenEndpoint;
    private final InstantSource clock;
    private final ClientKeySets keys;
    private final UsedOnceStore used = new UsedOnceStore();

    /// @param issuer whom assertions are for; see [#isAudience]
    public ClientAssertions(
            Database database, ClientKeySets keys, ClientSecrets secrets, String issuer, InstantSource clock) {
        this.database = database;
        this.keys = keys;
        this.secrets = secrets;
        this.issuer = issuer;
        this.tokenEndpoint = issuer + "/token";
        this.clock = clock;
    }

    /// Whose assertion it says it is; nothing of it has been checked.
    static Optional<String> subjectOf(String assertion) {
        if (assertion.length() > LONGEST) return Optional.empty();
        return Jws.parse(assertion)
                .flatMap(jws -> claims(jws.unverifiedPayload()))
                .flatMap(c -> c.string("sub"));
    }

    /// Whether this is the way that a client has registered.
    boolean areTakenFrom(Client client) {
        return client.mayAuthenticateBy(PRIVATE_KEY_JWT)
                || (client.authentication() == CLIENT_SECRET_JWT && client.mayAuthenticateBy(CLIENT_SECRET_JWT));
    }

    /// Whether it proves that this client sends it, and for the first time. Why it does not is for the operator alone.
    boolean proves(String assertion, Client client) {
        Instant now = clock.instant();
        return switch (read(assertion, client)) {
            case Signed(var claims) -> {
                Optional<String> problem = problemOf(claims, client, now);
                if (problem.isPresent()) yield refused(client, problem.get());
                yield isFirst(claims, client) || refused(client, "its jti was used before");
            }
            case Unsigned(var reason) -> refused(client, reason);
        };
    }

    private static boolean refused(Client client, String reason) {
        Log.info("client assertion refused", "client", client.id(), "reason", reason);
        return false;
    }

    private boolean isFirst(Claims claims, Client client) {
        String jwtId = claims.string("jti").orElseThrow();
        Secret name = new Secret("client_assertion\n" + client.id().value() + "\n" + jwtId);
        Instant forgetAt = claims.instant("exp").orElseThrow().plus(SKEW);
        return database.inTransaction(tx -> used.use(tx, name.hash(), forgetAt));
    }

    private Reading read(String assertion, Client client) {
        Optional<Jws> jws = assertion.length() > LONGEST ? Optional.empty() : Jws.parse(assertion);
        if (jws.isEmpty()) return new Unsigned("it is no signed JWT of at most " + LONGEST + " characters");
        Map<String, Object> header = jws.get().unverifiedHeader();
        if (header.containsKey("crit")) return new Unsigned("its header has crit");
        boolean isTyped = header.getOrDefault("typ", "JWT") instanceof String type
                && TYPES.contains(type.toLowerCase(Locale.ROOT));
        if (!isTyped) return new Unsigned("its typ is that of something else");
        Optional<Algorithm> algorithm = algorithm(header, client);
        if (algorithm.isEmpty()) return new Unsigned("its alg is none that the client may use");
        Optional<? extends VerificationKey> key = key(header, client, algorithm.get());
        if (key.isEmpty()) {
            return new Unsigned(
                    isBySecret(client)
                            ? "the secret is not known, or too short for its alg"
                            : "its kid and alg mean none, or several, of the client's keys");
        }
        Optional<byte[]> payload = jws.get().verify(key.get());
        if (payload.isEmpty()) return new Unsigned("its signature is not that of the client's key or secret");
        return claims(payload.get()).<Reading>map(Signed::new).orElse(new Unsigned("it holds no JSON object"));
    }

    private static Optional<Algorithm> algorithm(Map<String, Object> header, Client client) {
        Optional<Algorithm> registered = client.metadata().algorithm(ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG);
        return header.get("alg") instanceof String name
                ? Algorithm.named(name)
                        .filter(known -> known.isAvailable() && known.isSymmetric() == isBySecret(client))
                        .filter(known -> !client.isHeldToFapi() || FapiProfile.ALGORITHMS.contains(known))
                        .filter(known -> registered.isEmpty() || registered.get() == known)
                : Optional.empty();
    }

    private Optional<? extends VerificationKey> key(Map<String, Object> header, Client client, Algorithm algorithm) {
        if (isBySecret(client)) return secret(client, algorithm);
        Optional<String> keyId = header.get("kid") instanceof String kid ? Optional.of(kid) : Optional.empty();
        return keys.find(client, keyId, algorithm);
    }

    private static boolean isBySecret(Client client) {
        return client.authentication() == CLIENT_SECRET_JWT;
    }

    /// The client's secret as a key; empty if it is too short for this algorithm (RFC 7518 §3.2).
    private Optional<SharedSecret> secret(Client client, Algorithm algorithm) {
        Optional<Secret> found = secrets.find(client.id());
        if (found.isEmpty()) return Optional.empty();
        try {
            return Optional.of(SharedSecret.of(algorithm, found.get().value().getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Optional<String> problemOf(Claims claims, Client client, Instant now) {
        Optional<String> id = Optional.of(client.id().value());
        if (!claims.string("iss").equals(id) || !claims.string("sub").equals(id)) {
            return Optional.of("its iss and sub are not both the client");
        }
        if (!isAudience(claims, client)) return Optional.of("its aud is not the issuer alone");
        Optional<Instant> expiresAt = claims.instant("exp");
        if (expiresAt.isEmpty()) return Optional.of("it has no exp");
        if (!now.isBefore(expiresAt.get().plus(SKEW))) return Optional.of("its exp is past");
        if (!expiresAt.get().isBefore(now.plus(LONGEST_LIFE).plus(SKEW))) {
            return Optional.of("its exp is more than an hour ahead");
        }
        if (!isPast(claims, "nbf", now)) return Optional.of("its nbf is ahead");
        if (!isPast(claims, "iat", now)) return Optional.of("its iat is ahead");
        int length = claims.string("jti").orElse("").length();
        return length < 1 || length > LONGEST_ID
                ? Optional.of("its jti is no text of 1 to " + LONGEST_ID + " characters")
                : Optional.empty();
    }

    /// The issuer, and nothing beside it, so that no assertion is good at two servers
    /// (draft-ietf-oauth-rfc7523bis). Clients older than that rule name the token endpoint (OpenID Connect
    /// Core §9): they may, likewise alone, unless they are held to FAPI 2.0 (§5.3.2.1).
    private boolean isAudience(Claims claims, Client client) {
        Optional<Object> named = claims.get("aud");
        if (named.isEmpty()) return false;
        return named.get().equals(issuer) || (named.get().equals(tokenEndpoint) && !client.isHeldToFapi());
    }

    private static boolean isPast(Claims claims, String name, Instant now) {
        if (!claims.has(name)) return true;
        return claims.instant(name)
                .filter(time -> !time.isAfter(now.plus(SKEW)))
                .isPresent();
    }

    private static Optional<Claims> claims(byte[] payload) {
        try {
            return Optional.of(Claims.of(Json.parseObject(payload)));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }
}
