package dev.handstamp.jwt;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a proof of possession says after it was checked: whoever made the request holds this key. Only a
/// [DpopPolicy] makes one.
///
/// Whether the proof was seen before, and whether its nonce is one of ours, is for the receiver to say.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-4.2">RFC 9449 §4.2, DPoP proof JWT syntax</a>
public final class DpopProof implements ProofVerification {

    private final String thumbprint;
    private final String jwtId;
    private final Instant issuedAt;
    private final @Nullable String nonce;

    DpopProof(String thumbprint, String jwtId, Instant issuedAt, @Nullable String nonce) {
        this.thumbprint = thumbprint;
        this.jwtId = jwtId;
        this.issuedAt = issuedAt;
        this.nonce = nonce;
    }

    /// {@return the thumbprint (RFC 7638) of the key, as it stands in `cnf.jkt` of a token that is bound to it}
    public String thumbprint() {
        return thumbprint;
    }

    /// {@return its `jti`, 1 to 256 characters: no two proofs of one key have the same}
    public String jwtId() {
        return jwtId;
    }

    /// {@return `iat`: when the client says that it made the proof, in whole seconds}
    public Instant issuedAt() {
        return issuedAt;
    }

    /// {@return the nonce that a server had asked for (RFC 9449 §8, §9); empty for a proof without one}
    public Optional<String> nonce() {
        return Optional.ofNullable(nonce);
    }

    @Override
    public String toString() {
        return "DpopProof[" + Printable.of(jwtId) + "]";
    }
}
