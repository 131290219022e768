package dev.handstamp.verifier;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.DpopPolicy;
import dev.handstamp.jwt.DpopProof;
import dev.handstamp.jwt.ProofVerification;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a [Doorkeeper] checks that whoever presents a token holds the key that it is bound to (RFC 9449).
///
/// A proof is taken once: it is remembered until it could not be used any more anyway. Memory is bounded in all and
/// for each key; what cannot be remembered is refused with [Reason#DPOP_PROOFS_TOO_MANY]. One object serves one API
/// in one process; where several processes serve it, a proof can be used once at each of them within its life of
/// about a minute, unless they share a nonce of short life or requests of one client go to one process.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-7">RFC 9449 §7, protected resource access</a>
public final class Dpop {

    private final DpopPolicy policy;
    private final SeenProofs seen;
    private final @Nullable DpopNonces nonces;

    private Dpop(Builder builder) {
        this.policy = builder.policy;
        this.seen = new SeenProofs(policy.lifetime(), builder.maximumProofs, builder.maximumProofsPerKey);
        if (builder.nonceLifetime == null) this.nonces = null;
        else if (builder.nonceSecret == null) this.nonces = DpopNonces.random(builder.nonceLifetime);
        else this.nonces = DpopNonces.shared(builder.nonceSecret, builder.nonceLifetime);
    }

    /// Starts without nonces, and with the defaults of [DpopPolicy].
    ///
    /// @return a builder
    public static Builder builder() {
        return new Builder();
    }

    Set<Algorithm> algorithms() {
        return policy.algorithms();
    }

    /// The nonce for the next proof; empty when none is asked for.
    Optional<String> nonce(Instant now) {
        return nonces == null ? Optional.empty() : Optional.of(nonces.next(now));
    }

    /// Why the proof does not show that the holder of this key makes this request; null when it does.
    ///
    /// @param proofs every value of the header `DPoP`
    /// @param token that is bound to the key, and was found good
    @Nullable
    Rejected problem(List<String> proofs, String method, URI address, String token, String thumbprint, Instant now) {
        if (proofs.size() != 1 || proofs.get(0).isBlank()) {
            return new Rejected(Reason.DPOP_PROOF_MISSING, proofs.size() + " proofs");
        }
        ProofVerification answer = policy.check(proofs.get(0).strip(), method, address, token, now);
        if (answer instanceof Rejected rejected) return rejected;
        var proof = (DpopProof) answer;
        if (!proof.thumbprint().equals(thumbprint)) {
            return new Rejected(Reason.WRONG_HOLDER, "the proof is signed by another key");
        }
        if (nonces != null
                && !proof.nonce().filter(nonce -> nonces.isFresh(nonce, now)).isPresent()) {
            return new Rejected(Reason.DPOP_NONCE_NEEDED);
        }
        // Last, so that only proofs of good tokens by the right key are remembered.
        return switch (seen.note(thumbprint, proof.jwtId(), now)) {
            case NEW -> null;
            case SEEN -> new Rejected(Reason.DPOP_PROOF_REPLAYED, "jti " + proof.jwtId());
            case TOO_MANY -> new Rejected(Reason.DPOP_PROOFS_TOO_MANY);
        };
    }

    /// Collects what is asked of proofs; every setting has a default.
    public static final class Builder {

        private DpopPolicy policy = DpopPolicy.builder().build();
        private int maximumProofs = 200_000;
        private int maximumProofsPerKey = 50_000;
        private @Nullable Duration nonceLifetime;
        private byte @Nullable [] nonceSecret;

        private Builder() {}

        /// Which algorithms, and how old a proof may be.
        ///
        /// @param policy also says how long each proof is remembered
        /// @return this builder
        public Builder policy(DpopPolicy policy) {
            this.policy = policy;
            return this;
        }

        /// How many proofs are remembered, about 100 bytes each: what can come within two lifetimes, 140
        /// seconds by default.
        ///
        /// @param inAll of all keys together; 200,000 by default
        /// @param perKey of one key, 1 or more; 50,000 by default
        /// @return this builder
        /// @throws IllegalArgumentException if either is less than 1, or one key may have more than all
        public Builder maximumProofs(int inAll, int perKey) {
            if (perKey < 1 || inAll < perKey)
                throw new IllegalArgumentException("1 or more per key, and not less in all");
            this.maximumProofs = inAll;
            this.maximumProofsPerKey = perKey;
            return this;
        }

        /// Asks for a nonce of this server in each proof (RFC 9449 §9), so that none is made in advance.
        ///
        /// A client learns the nonce from a refusal and uses it until the next one.
        ///
        /// @param lifetime 1 second to 1 hour
        /// @return this builder
        /// @throws IllegalArgumentException if it is anything else
        public Builder requireNonce(Duration lifetime) {
            if (lifetime.toSeconds() < 1 || lifetime.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("a nonce lives 1 second to 1 hour");
            }
            this.nonceLifetime = lifetime;
            return this;
        }

        /// Makes nonces that all processes with the same secret know; else each knows its own.
        ///
        /// @param secret at least 32 random bytes; copied
        /// @return this builder
        public Builder nonceSecret(byte[] secret) {
            this.nonceSecret = secret.clone();
            return this;
        }

        /// Makes what checks.
        ///
        /// @return with a memory of its own: one object serves one API in one process
        /// @throws IllegalArgumentException if the secret has less than 32 bytes, or no nonce is asked for
        public Dpop build() {
            if (nonceSecret != null && nonceLifetime == null) {
                throw new IllegalArgumentException("nonceSecret is of use with requireNonce only");
            }
            return new Dpop(this);
        }
    }
}
