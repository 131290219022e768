package dev.handstamp.jwt;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is expected of a proof of possession, and the one path from its text to a [DpopProof].
///
/// The order is that of the RFC: form, header, key, signature, then the request that it was made for, its time and
/// its token. Pure: replay and nonces are the receiver's.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-4.3">RFC 9449 §4.3, checking DPoP proofs</a>
public final class DpopPolicy {

    private static final int MAXIMUM_LENGTH = 8192;
    private static final int MAXIMUM_ID_LENGTH = 256;
    private static final Duration MAXIMUM_AGE = Duration.ofMinutes(5);

    private final Set<Algorithm> algorithms;
    private final long maximumAge;
    private final long clockSkew;

    private DpopPolicy(Builder builder) {
        this.algorithms = Collections.unmodifiableSet(EnumSet.copyOf(builder.algorithms));
        this.maximumAge = builder.maximumAge.toSeconds();
        this.clockSkew = builder.clockSkew.toSeconds();
    }

    /// Starts with ES256, EdDSA, RS256 and PS256, proofs of 60 seconds, and clocks that differ by 10 seconds.
    ///
    /// @return a builder that could build at once
    public static Builder builder() {
        return new Builder();
    }

    /// Checks a proof for one request. Never throws for what the proof holds.
    ///
    /// @param proof the value of the header `DPoP`, from anybody
    /// @param method of the request, as sent
    /// @param address of the request, as the client sees it; query and fragment do not matter
    /// @param accessToken the token that it presents, or null at the token endpoint, where there is none
    /// @param now the instant to check at
    /// @return a [DpopProof], or a [Rejected] with [Reason#DPOP_PROOF_INVALID], [Reason#DPOP_PROOF_MISMATCH] or
    ///     [Reason#DPOP_PROOF_EXPIRED]
    public ProofVerification check(
            String proof, String method, URI address, @Nullable String accessToken, Instant now) {
        if (proof.length() > MAXIMUM_LENGTH) return invalid("longer than " + MAXIMUM_LENGTH + " characters");
        Optional<Jws> parsed = Jws.parse(proof);
        if (parsed.isEmpty()) return invalid("not three parts of base64url with a JSON object first");

        Map<String, Object> header = parsed.get().unverifiedHeader();
        Rejected problem = headerProblem(header);
        if (problem != null) return problem;
        try {
            Jwk key = key(header);
            Optional<byte[]> payload = parsed.get().verify(key);
            if (payload.isEmpty()) return invalid("the signature is not that of the key in its header");
            return checkClaims(Json.parseObject(payload.get()), key, method, address, accessToken, now);
        } catch (InvalidJwkException | JsonException e) {
            return invalid(String.valueOf(e.getMessage()));
        }
    }

    /// {@return the algorithms that proofs may be signed with}
    public Set<Algorithm> algorithms() {
        return algorithms;
    }

    /// {@return how long a proof can be used, at most: from a clock that is ahead to the end of its life}
    public Duration lifetime() {
        return Duration.ofSeconds(maximumAge + clockSkew);
    }

    private @Nullable Rejected headerProblem(Map<String, Object> header) {
        Rejected problem = JoseHeader.problemOf(header);
        if (problem != null) return invalid(problem.reason().code() + " " + problem.detail());
        JoseHeader read = JoseHeader.of(header);
        if (!"dpop+jwt".equals(read.type())) return invalid("typ is not dpop+jwt");
        if (!algorithms.contains(read.algorithm())) {
            return invalid("alg is " + read.algorithm().joseName());
        }
        return null;
    }

    /// The public key in the header. For a key without `alg` the header's is meant.
    private static Jwk key(Map<String, Object> header) throws InvalidJwkException {
        if (!(header.get("jwk") instanceof Map<?, ?> members)) {
            throw new InvalidJwkException("jwk is missing or not an object");
        }
        var named = new LinkedHashMap<String, Object>();
        members.forEach((name, value) -> named.put((String) name, value));
        named.putIfAbsent("alg", header.get("alg"));
        return Jwk.parse(named);
    }

    private ProofVerification checkClaims(
            Map<String, Object> claims,
            Jwk key,
            String method,
            URI address,
            @Nullable String accessToken,
            Instant now) {
        if (!(claims.get("jti") instanceof String jwtId) || jwtId.isEmpty() || jwtId.length() > MAXIMUM_ID_LENGTH) {
            return invalid("jti is not text of 1 to " + MAXIMUM_ID_LENGTH + " characters");
        }
        long issuedAt = Claims.numericDate(claims.get("iat"));
        if (issuedAt < 0) return invalid("iat is not a date");
        Object nonce = claims.get("nonce");
        if (nonce != null && !(nonce instanceof String)) return invalid("nonce is not text");

        Rejected problem = requestProblem(claims, method, address, accessToken);
        if (problem != null) return problem;
        long age = now.getEpochSecond() - issuedAt;
        if (age > maximumAge) return new Rejected(Reason.DPOP_PROOF_EXPIRED, age + " s old");
        if (-age > clockSkew) return new Rejected(Reason.DPOP_PROOF_EXPIRED, -age + " s in the future");
        return new DpopProof(key.thumbprint(), jwtId, Instant.ofEpochSecond(issuedAt), (String) nonce);
    }

    private static @Nullable Rejected requestProblem(
            Map<String, Object> claims, String method, URI address, @Nullable String accessToken) {
        if (!method.equals(claims.get("htm"))) return mismatch("htm is " + claims.get("htm"));
        boolean isThere = claims.get("htu") instanceof String htu && isSame(htu, address);
        if (!isThere) return mismatch("htu is " + claims.get("htu") + ", asked for was " + address);
        if (accessToken == null) return null;
        return Sha256.base64Url(accessToken).equals(claims.get("ath")) ? null : mismatch("ath is of another token");
    }

    private static boolean isSame(String claimed, URI address) {
        Optional<TargetUri> one = TargetUri.parse(claimed);
        return one.isPresent() && one.equals(TargetUri.parse(address.toString()));
    }

    private static Rejected invalid(String detail) {
        return new Rejected(Reason.DPOP_PROOF_INVALID, detail);
    }

    private static Rejected mismatch(String detail) {
        return new Rejected(Reason.DPOP_PROOF_MISMATCH, detail);
    }

    /// Collects what is expected; every setting has a default. What is out of bounds is refused at once.
    public static final class Builder {

        private Set<Algorithm> algorithms =
                EnumSet.of(Algorithm.ES256, Algorithm.EDDSA, Algorithm.PS256, Algorithm.RS256);
        private Duration maximumAge = Duration.ofSeconds(60);
        private Duration clockSkew = Duration.ofSeconds(10);

        private Builder() {}

        /// The only algorithms that are taken; ES256, EdDSA, PS256 and RS256 by default (RFC 9449 §4.3).
        ///
        /// @param algorithms asymmetric ones, at least one, each once
        /// @return this builder
        /// @throws IllegalArgumentException if there is none, one is symmetric, or one is there twice
        public Builder algorithms(Algorithm... algorithms) {
            Set<Algorithm> given = Set.of(algorithms);
            if (given.isEmpty() || given.stream().anyMatch(Algorithm::isSymmetric)) {
                throw new IllegalArgumentException("algorithms must be asymmetric, and at least one");
            }
            this.algorithms = given;
            return this;
        }

        /// How old a proof may be; 60 seconds by default (RFC 9449 §11.1).
        ///
        /// @param age 1 second to 5 minutes, cut to whole seconds
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder maximumAge(Duration age) {
            if (age.toSeconds() < 1 || age.compareTo(MAXIMUM_AGE) > 0) {
                throw new IllegalArgumentException("maximumAge must be 1 second to 5 minutes");
            }
            this.maximumAge = age;
            return this;
        }

        /// How far the client's clock may be ahead; 10 seconds by default.
        ///
        /// @param skew 0 to 60 seconds, cut to whole seconds
        /// @return this builder
        /// @throws IllegalArgumentException if it is out of bounds
        public Builder clockSkew(Duration skew) {
            if (skew.isNegative() || skew.compareTo(TokenPolicy.MAXIMUM_CLOCK_SKEW) > 0) {
                throw new IllegalArgumentException("clockSkew must be 0 to 60 seconds");
            }
            this.clockSkew = skew;
            return this;
        }

        /// {@return the policy}
        public DpopPolicy build() {
            return new DpopPolicy(this);
        }
    }
}
