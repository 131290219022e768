package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The whole way of a request into an API: read the token, check it, see that its holder presents it, weigh its
/// privileges, or say no in the right words.
///
/// Everything that lets a web framework use Handstamp asks this class and decides nothing itself. A token that is
/// bound to a key (RFC 9449) or a client certificate (RFC 8705) is taken from its holder only; for that the
/// request must tell its address or the certificate: see [ApiRequest].
///
/// Each setting makes another doorkeeper and leaves this one as it is.
public final class Doorkeeper {

    private static final System.Logger LOG = System.getLogger(Doorkeeper.class.getName());

    private final TokenVerifier verifier;
    private final String realm;
    private final Optional<String> cookieOrigin;
    private final Optional<URI> origin;
    private final Optional<URI> metadata;
    private final Dpop dpop;

    private Doorkeeper(
            TokenVerifier verifier,
            String realm,
            Optional<String> cookieOrigin,
            Optional<URI> origin,
            Optional<URI> metadata,
            Dpop dpop) {
        this.verifier = verifier;
        this.realm = realm;
        this.cookieOrigin = cookieOrigin;
        this.origin = origin;
        this.metadata = metadata;
        this.dpop = dpop;
    }

    /// Takes tokens from the `Authorization` header only.
    ///
    /// @param verifier what checks them; the caller closes it
    /// @return a doorkeeper for the protection space `api`
    public static Doorkeeper of(TokenVerifier verifier) {
        Dpop dpop = Dpop.builder().build();
        return new Doorkeeper(
                verifier, Challenge.DEFAULT_REALM, Optional.empty(), Optional.empty(), Optional.empty(), dpop);
    }

    /// The same, naming another protection space in challenges (RFC 9110 §11.5).
    ///
    /// @param name printable ASCII
    /// @return another doorkeeper
    /// @throws IllegalArgumentException if it holds anything else
    public Doorkeeper realm(String name) {
        Challenge.requireRealm(name);
        return new Doorkeeper(verifier, name, cookieOrigin, origin, metadata, dpop);
    }

    /// The same, taking tokens from the cookie [BearerToken#COOKIE] too; see [CrossSite].
    ///
    /// @param ownOrigin where browsers reach this API, such as `https://api.example`
    /// @return another doorkeeper
    /// @throws IllegalArgumentException if it is not the origin of an http or https address
    public Doorkeeper acceptCookie(String ownOrigin) {
        requireOrigin(ownOrigin);
        return new Doorkeeper(verifier, realm, Optional.of(ownOrigin), origin, metadata, dpop);
    }

    /// The same behind a proxy: proofs of possession are made for addresses of this origin, whatever this server
    /// sees.
    ///
    /// @param origin where clients reach this API, such as `https://api.example`; the path must be what they sent
    /// @return another doorkeeper
    /// @throws IllegalArgumentException if it is not the origin of an http or https address
    public Doorkeeper reachedAt(String origin) {
        requireOrigin(origin);
        return new Doorkeeper(verifier, realm, cookieOrigin, Optional.of(URI.create(origin)), metadata, dpop);
    }

    /// The same, telling in each challenge where the metadata of this API stands (RFC 9728 §5.1).
    ///
    /// @param document which the API serves at that address
    /// @return another doorkeeper
    public Doorkeeper metadata(ResourceMetadata document) {
        return new Doorkeeper(verifier, realm, cookieOrigin, origin, Optional.of(document.address()), dpop);
    }

    /// The same, with other demands on proofs of possession.
    ///
    /// @param demands with their memory of proofs: all doorkeepers of one API share them
    /// @return another doorkeeper
    public Doorkeeper dpop(Dpop demands) {
        return new Doorkeeper(verifier, realm, cookieOrigin, origin, metadata, demands);
    }

    /// Asks for a valid token. Never throws for what the request holds.
    ///
    /// @param request of anybody
    /// @return whether it may go on, and if not, what to answer
    public Admission admit(ApiRequest request) {
        return admit(request, Requirement.anyToken());
    }

    /// Asks for a valid token that meets the requirement. Never throws for what the request holds.
    ///
    /// @param request of anybody
    /// @param requirement for this door
    /// @return whether it may go on, and if not, what to answer
    public Admission admit(ApiRequest request, Requirement requirement) {
        List<String> cookies = cookieOrigin.isPresent() ? request.header("Cookie") : List.of();
        BearerToken read = BearerToken.read(request.header("Authorization"), cookies, request.rawQuery());
        if (read instanceof BearerToken.Missing) return refused(Challenge.unauthorized());
        if (read instanceof BearerToken.InvalidRequest invalid) {
            return refused(Challenge.invalidRequest(invalid.detail()));
        }
        var found = (BearerToken.Found) read;
        Optional<Challenge> crossSite = found.fromCookie() ? crossSite(request) : Optional.empty();
        return crossSite.isPresent() ? refused(crossSite.get()) : weigh(found, request, requirement);
    }

    private Admission weigh(BearerToken.Found found, ApiRequest request, Requirement requirement) {
        Verification verification = verifier.verifyForHolder(found.token());
        if (verification instanceof Rejected rejected) return refused(found, rejected);

        AccessToken token = ((Verified) verification).accessToken();
        Instant now = verifier.now();
        Rejected problem = bindingProblem(found, token, request, now);
        if (problem != null) return refused(found, problem);

        Decision decision = requirement.check(token, now);
        return decision instanceof Denied denied
                ? refused(underScheme(found, denied.challenge()))
                : new Admission.Admitted(token);
    }

    /// Null when the token may be presented in this way by this client.
    private @Nullable Rejected bindingProblem(
            BearerToken.Found found, AccessToken token, ApiRequest request, Instant now) {
        Optional<Binding> binding = Binding.of(token);
        if (binding.isPresent()) {
            URI address = addressSeenByClients(request);
            return binding.get().problem(found.token(), found.withProof(), request, address, dpop, now);
        }
        return found.withProof() ? new Rejected(Reason.TOKEN_IS_NOT_BOUND, "no cnf") : null;
    }

    private @Nullable URI addressSeenByClients(ApiRequest request) {
        URI seen = request.address();
        if (seen == null || origin.isEmpty()) return seen;
        return URI.create(origin.get() + (seen.getRawPath() == null ? "" : seen.getRawPath()));
    }

    private Admission refused(BearerToken.Found found, Rejected rejected) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "token refused: {0} {1}",
                rejected.reason().code(),
                rejected.detail());
        return refused(underScheme(found, Challenge.invalidToken(rejected.reason())));
    }

    private Challenge underScheme(BearerToken.Found found, Challenge challenge) {
        return found.withProof() ? challenge.underDpop() : challenge;
    }

    private Optional<Challenge> crossSite(ApiRequest request) {
        return CrossSite.refusal(
                request.method(),
                request.header("Sec-Fetch-Site"),
                request.header("Origin"),
                cookieOrigin.orElseThrow());
    }

    private Admission refused(Challenge challenge) {
        Challenge complete = challenge.realm(realm);
        if (metadata.isPresent()) complete = complete.resourceMetadata(metadata.get());
        if (complete.isUnderDpop()) {
            complete = complete.algorithms(dpop.algorithms())
                    .nonce(dpop.nonce(verifier.now()).orElse(""));
        }
        return new Admission.Refused(complete);
    }

    private static void requireOrigin(String text) {
        if (Origin.parse(text).isEmpty()) {
            throw new IllegalArgumentException("not an origin such as https://api.example: " + text);
        }
    }
}
