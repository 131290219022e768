package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Sha256;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a token is bound to (`cnf`, RFC 7800): the thumbprint of a key (RFC 9449 §6), of a certificate (RFC 8705
/// §3.1), or both.
record Binding(Optional<String> key, Optional<String> certificate) {

    /// Empty for a bearer token.
    static Optional<Binding> of(AccessToken token) {
        return token.claims().get("cnf").map(Binding::read);
    }

    private static Binding read(Object confirmation) {
        if (!(confirmation instanceof Map<?, ?> members)) return new Binding(Optional.empty(), Optional.empty());
        return new Binding(text(members.get("jkt")), text(members.get("x5t#S256")));
    }

    private static Optional<String> text(@Nullable Object value) {
        return value instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }

    /// Why the request does not come from whom the token is bound to; null when it does.
    ///
    /// @param withProof whether the token came under the scheme `DPoP`
    /// @param address of the request, as the client sees it; null when nobody has said
    @Nullable
    Rejected problem(
            String token, boolean withProof, ApiRequest request, @Nullable URI address, Dpop dpop, Instant now) {
        if (key.isEmpty() && certificate.isEmpty()) return new Rejected(Reason.BINDING_UNKNOWN, "cnf");
        // Neither may a bound token pass as a bearer token, nor an unbound one as a bound one (RFC 9449 §7.1, §7.2).
        if (key.isPresent() && !withProof) return new Rejected(Reason.TOKEN_IS_BOUND, "sent without DPoP");
        if (key.isEmpty() && withProof) return new Rejected(Reason.TOKEN_IS_NOT_BOUND, "to a key");

        Rejected problem = certificate.isEmpty() ? null : certificateProblem(request.clientCertificate());
        if (problem != null || key.isEmpty()) return problem;
        if (address == null) {
            return new Rejected(Reason.DPOP_PROOF_MISMATCH, "nobody told the address of the request: ApiRequest.at");
        }
        return dpop.problem(request.header("DPoP"), request.method(), address, token, key.get(), now);
    }

    private @Nullable Rejected certificateProblem(@Nullable X509Certificate presented) {
        if (presented == null) return new Rejected(Reason.CERTIFICATE_MISSING);
        try {
            boolean isIt = certificate.orElseThrow().equals(Sha256.base64Url(presented.getEncoded()));
            return isIt ? null : new Rejected(Reason.WRONG_HOLDER, "another client certificate");
        } catch (CertificateEncodingException e) {
            return new Rejected(Reason.WRONG_HOLDER, "the client certificate cannot be read");
        }
    }
}
