package dev.handstamp.server.protocol;

import static dev.handstamp.server.domain.client.ClientAuthenticationMethod.CLIENT_SECRET_JWT;
import static dev.handstamp.server.domain.client.ClientAuthenticationMethod.PRIVATE_KEY_JWT;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.SharedSecret;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.FapiProfile;
import dev.handstamp.server.issuance.ClientKeySets;
import dev.handstamp.server.issuance.ClientSecrets;
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

    /// Whether it proves that this client sends it, and for the first time.
    boolean proves(String assertion, Client client) {
        Instant now = clock.instant();
        Optional<Claims> claims = signed(assertion, client).filter(found -> isFor(found, client, now));
        if (claims.isEmpty()) return false;
        String jwtId = claims.get().string("jti").orElseThrow();
        Secret name = new Secret("client_assertion\n" + client.id().value() + "\n" + jwtId);
        Instant forgetAt = claims.get().instant("exp").orElseThrow().plus(SKEW);
        return database.inTransaction(tx -> used.use(tx, name.hash(), forgetAt));
    }

    private Optional<Claims> signed(String assertion, Client client) {
        Optional<Jws> jws = assertion.length() > LONGEST ? Optional.empty() : Jws.parse(assertion);
        if (jws.isEmpty()) return Optional.empty();
        Map<String, Object> header = jws.get().unverifiedHeader();
        if (!(header.get("alg") instanceof String name) || header.containsKey("crit")) return Optional.empty();
        if (!(header.getOrDefault("typ", "JWT") instanceof String type)) return Optional.empty();
        if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) return Optional.empty();
        Optional<String> registered = client.metadata().text(ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG);
        Optional<Algorithm> algorithm = Algorithm.named(name)
                .filter(known -> known.isAvailable() && known.isSymmetric() == isBySecret(client))
                .filter(known -> !client.isHeldToFapi() || FapiProfile.ALGORITHMS.contains(known))
                .filter(known -> registered.isEmpty()
                        || registered.flatMap(Algorithm::named).equals(Optional.of(known)));
        if (algorithm.isEmpty()) return Optional.empty();
        if (isBySecret(client)) {
            return secret(client, algorithm.get())
                    .flatMap(key -> jws.get().verify(key))
                    .flatMap(ClientAssertions::claims);
        }
        Optional<String> keyId = header.get("kid") instanceof String kid ? Optional.of(kid) : Optional.empty();
        return keys.find(client, keyId, algorithm.get())
                .flatMap(key -> jws.get().verify(key))
                .flatMap(ClientAssertions::claims);
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

    private boolean isFor(Claims claims, Client client, Instant now) {
        Optional<String> id = Optional.of(client.id().value());
        Optional<Instant> expiresAt = claims.instant("exp");
        Optional<String> jwtId = claims.string("jti");
        return claims.string("iss").equals(id)
                && claims.string("sub").equals(id)
                && isAudience(claims, client)
                && expiresAt.isPresent()
                && now.isBefore(expiresAt.get().plus(SKEW))
                && expiresAt.get().isBefore(now.plus(LONGEST_LIFE).plus(SKEW))
                && isPast(claims, "nbf", now)
                && isPast(claims, "iat", now)
                && jwtId.isPresent()
                && !jwtId.get().isEmpty()
                && jwtId.get().length() <= LONGEST_ID;
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
