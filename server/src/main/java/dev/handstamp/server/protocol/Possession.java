package dev.handstamp.server.protocol;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.DpopPolicy;
import dev.handstamp.jwt.DpopProof;
import dev.handstamp.jwt.ProofVerification;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Sha256;
import dev.handstamp.server.crypto.DpopNonces;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.FapiProfile;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.UsedOnceStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sees what the sender of a request holds: a key, by a proof in the header `DPoP`, or a certificate, by the
/// connection. Where tokens are given they are bound to it, and where a bound token is presented its holder must show
/// it
/// again.
///
/// Each proof counts once, on every node. A nonce of ours is supplied with each answer to a proof, and a proof with a
/// stale one is told so; whether one must be there is set, for all (`dpop.nonce`) or for a client
/// (`require_dpop_nonce`).
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9449">RFC 9449, OAuth 2.0 Demonstrating Proof of Possession</a>
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8705#section-3">RFC 8705 §3</a>
public final class Possession {

    /// What a request shows.
    public sealed interface Shown {}

    public record Held(Confirmation confirmation) implements Shown {}

    public record Refused(Response response) implements Shown {}

    /// A proof that was found good, or why there is none.
    private sealed interface Finding {}

    private record Good(DpopProof proof) implements Finding {}

    private record Bad(ErrorCode code, String description) implements Finding {}

    private static final String ONE_PROOF = "Send one proof of possession, in the header DPoP.";
    private static final String HEADER = "DPoP";
    private static final String NONCE_HEADER = "DPoP-Nonce";

    /// How far a client's clock may be ahead: FAPI 2.0 §5.3.2.1 asks for 10 seconds at least, and 60 at most.
    private static final Duration CLOCK_SKEW = Duration.ofSeconds(30);

    private static final DpopPolicy POLICY =
            DpopPolicy.builder().clockSkew(CLOCK_SKEW).build();

    private static final DpopPolicy FAPI_POLICY = DpopPolicy.builder()
            .clockSkew(CLOCK_SKEW)
            .algorithms(FapiProfile.ALGORITHMS.toArray(Algorithm[]::new))
            .build();

    /// The algorithms of proofs, for the metadata: `Ed25519` is the newer name of EdDSA (RFC 9864).
    public static final List<String> ALGORITHMS = Stream.concat(
                    POLICY.algorithms().stream().map(Algorithm::joseName), Stream.of("Ed25519"))
            .toList();

    private static final String CHALLENGE = ALGORITHMS.stream().collect(Collectors.joining(" ", "algs=\"", "\""));

    private final Database database;
    private final DpopNonces nonces;
    private final boolean asksForNonces;
    private final List<String> bases;
    private final InstantSource clock;
    private final UsedOnceStore used = new UsedOnceStore();

    /// @param asksForNonces whether every proof must hold a nonce of ours
    /// @param bases         where clients reach this server: the issuer, and what stands for it elsewhere
    public Possession(
            Database database, DpopNonces nonces, boolean asksForNonces, List<String> bases, InstantSource clock) {
        this.database = database;
        this.nonces = nonces;
        this.asksForNonces = asksForNonces;
        this.bases = List.copyOf(bases);
        this.clock = clock;
    }

    /// Whether there is nothing to look at: the client shows nothing and need not.
    public static boolean isPlain(Request request, Client client) {
        return request.headers(HEADER).isEmpty() && !isNeeded(client) && !needsCertificate(client);
    }

    /// Whether there is a proof, good or bad.
    public static boolean isShown(Request request) {
        return !request.headers(HEADER).isEmpty();
    }

    /// What a client shows where it is given tokens. One that has registered `dpop_bound_access_tokens` is
    /// given none without a proof (§5.2).
    public Shown of(Request request, Client client) {
        if (isPlain(request, client)) return new Held(Confirmation.NONE);
        Optional<String> certificate = certificate(request, client);
        if (needsCertificate(client) && certificate.isEmpty()) {
            return refusedAt(ErrorCode.INVALID_REQUEST, "Connect with the client's certificate (RFC 8705).");
        }
        boolean isSatisfied =
                certificate.isPresent() && !client.metadata().isSet(ClientMember.DPOP_BOUND_ACCESS_TOKENS);
        if (!isShown(request) && isNeeded(client) && !isSatisfied) {
            return refusedAt(ErrorCode.INVALID_DPOP_PROOF, ONE_PROOF);
        }
        return switch (announced(request, client)) {
            case Held(var held) -> new Held(new Confirmation(held.key(), certificate));
            case Refused refused -> refused;
        };
    }

    /// What a client shows where it need not: nothing, or a key (§10.1).
    public Shown announced(Request request, Client client) {
        if (!isShown(request)) return new Held(Confirmation.NONE);
        Instant now = clock.instant();
        return switch (find(request, client, null, null, now)) {
            case Good(var proof) -> new Held(Confirmation.ofKey(proof.thumbprint()));
            case Bad(var code, var description) -> refusedAt(code, description);
        };
    }

    private static boolean needsCertificate(Client client) {
        return client.metadata().isSet(ClientMember.TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS);
    }

    /// The thumbprint of the certificate that the client connects with, if it wants its tokens bound to it.
    private static Optional<String> certificate(Request request, Client client) {
        return needsCertificate(client) ? thumbprint(request) : Optional.empty();
    }

    private static Optional<String> thumbprint(Request request) {
        return request.certificates().stream().findFirst().map(Sha256::base64Url);
    }

    private static boolean isNeeded(Client client) {
        return client.isHeldToFapi() || client.metadata().isSet(ClientMember.DPOP_BOUND_ACCESS_TOKENS);
    }

    private Refused refusedAt(ErrorCode code, String description) {
        return new Refused(withNonce(new OAuthError(code, description).toResponse(), clock.instant()));
    }

    /// The answer, with the nonce for the next proof if this request had one (§8.2).
    public Response answered(Request request, Response response) {
        return isShown(request) ? withNonce(response, clock.instant()) : response;
    }

    /// Why this access token cannot be presented with this request; empty when it can. A bound token is good
    /// in nobody else's hands, and none without its proof (§7.1, §7.2).
    ///
    /// @param text      the token as it was presented
    /// @param underDpop whether it came under the scheme `DPoP`
    /// @param client    that the token was issued to, if it still exists
    public Optional<Response> refusal(
            Request request, AccessToken token, String text, boolean underDpop, Optional<Client> client) {
        Confirmation bound = Confirmation.of(token.claims());
        if (bound.certificate().isPresent() && !bound.certificate().equals(thumbprint(request))) {
            String why = "Connect with the certificate that the access token is bound to (RFC 8705).";
            return Optional.of(new OAuthError(ErrorCode.INVALID_TOKEN, why).toResponse());
        }
        if (bound.key().isEmpty()) {
            return underDpop
                    ? Optional.of(refused(ErrorCode.INVALID_TOKEN, "The access token is not bound to a key."))
                    : Optional.empty();
        }
        if (!underDpop) {
            return Optional.of(
                    refused(ErrorCode.INVALID_TOKEN, "The access token is bound to a key: send it under DPoP."));
        }
        return switch (find(request, client.orElse(null), text, bound.key().get(), clock.instant())) {
            case Bad(var code, var description) -> Optional.of(refused(code, description));
            case Good _ -> Optional.empty();
        };
    }

    /// Refuses a token that came under the scheme `DPoP`, or should have (§7.1).
    public Response refused(ErrorCode code, String description) {
        String challenge = "DPoP realm=\"handstamp\", error=\"" + code.wireName() + "\", error_description=\""
                + description + "\", ";
        Response response = Response.json(401, OAuthError.body(code, description))
                .noStore()
                .header("WWW-Authenticate", challenge + CHALLENGE);
        return withNonce(response, clock.instant());
    }

    /// @param accessToken that is presented with the proof, or null where there is none
    /// @param thumbprint  of the key that the proof must be signed by, or null if any key will do
    private Finding find(
            Request request,
            @Nullable Client client,
            @Nullable String accessToken,
            @Nullable String thumbprint,
            Instant now) {
        List<String> proofs = request.headers(HEADER);
        if (proofs.size() != 1) {
            return new Bad(ErrorCode.INVALID_DPOP_PROOF, ONE_PROOF);
        }
        DpopPolicy policy = client != null && client.isHeldToFapi() ? FAPI_POLICY : POLICY;
        return switch (check(request, proofs.getFirst(), policy, accessToken, now)) {
            case Rejected(var reason, var detail) -> {
                Log.info("dpop proof refused", "reason", reason.code(), "detail", detail);
                yield new Bad(ErrorCode.INVALID_DPOP_PROOF, description(reason));
            }
            case DpopProof proof
            when thumbprint != null && !thumbprint.equals(proof.thumbprint()) ->
                new Bad(ErrorCode.INVALID_TOKEN, "The access token is bound to another key than signs the proof.");
            case DpopProof proof -> weigh(proof, client, now);
        };
    }

    /// For whichever of our addresses the proof was made.
    private ProofVerification check(
            Request request, String proof, DpopPolicy policy, @Nullable String accessToken, Instant now) {
        ProofVerification answer = new Rejected(Reason.DPOP_PROOF_MISMATCH);
        for (String base : bases) {
            answer = policy.check(proof, request.method(), URI.create(base + request.path()), accessToken, now);
            boolean isForElsewhere =
                    answer instanceof Rejected rejected && rejected.reason() == Reason.DPOP_PROOF_MISMATCH;
            if (!isForElsewhere) return answer;
        }
        return answer;
    }

    private Finding weigh(DpopProof proof, @Nullable Client client, Instant now) {
        boolean isNonceNeeded =
                asksForNonces || (client != null && client.metadata().isSet(ClientMember.REQUIRE_DPOP_NONCE));
        boolean isNonceGood =
                proof.nonce().map(nonce -> nonces.isFresh(nonce, now)).orElse(!isNonceNeeded);
        if (!isNonceGood) {
            return new Bad(ErrorCode.USE_DPOP_NONCE, "Repeat this with the DPoP-Nonce of this answer in the proof.");
        }
        // Last, so that only what would be taken is remembered.
        Secret name = new Secret("dpop\n" + proof.thumbprint() + "\n" + proof.jwtId());
        Instant forgetAt = now.plus(POLICY.lifetime());
        boolean isFirst = database.inTransaction(tx -> used.use(tx, name.hash(), forgetAt));
        return isFirst
                ? new Good(proof)
                : new Bad(ErrorCode.INVALID_DPOP_PROOF, "This proof was used before: make one for each request.");
    }

    private static String description(Reason reason) {
        return switch (reason) {
            case DPOP_PROOF_EXPIRED -> "The proof is too old, or from the future.";
            case DPOP_PROOF_MISMATCH -> "The proof was made for another method, address or access token.";
            default -> "The proof is malformed, or its type, algorithm, key or signature is not good.";
        };
    }

    /// One nonce, and never two (§8).
    private Response withNonce(Response response, Instant now) {
        boolean isThere =
                response.headers().stream().anyMatch(header -> header.name().equalsIgnoreCase(NONCE_HEADER));
        return isThere ? response : response.header(NONCE_HEADER, nonces.next(now));
    }
}
