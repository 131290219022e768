package dev.handstamp.verifier;

import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import java.util.List;
import java.util.Optional;

/// The whole way of a request into an API: read the token, check it, weigh its privileges, or say no in the right
/// words.
///
/// Everything that lets a web framework use Handstamp asks this class and decides nothing itself.
public final class Doorkeeper {

    private static final System.Logger LOG = System.getLogger(Doorkeeper.class.getName());

    private final TokenVerifier verifier;
    private final String realm;
    private final Optional<String> cookieOrigin;

    private Doorkeeper(TokenVerifier verifier, String realm, Optional<String> cookieOrigin) {
        this.verifier = verifier;
        this.realm = realm;
        this.cookieOrigin = cookieOrigin;
    }

    /// Takes tokens from the `Authorization` header only.
    public static Doorkeeper of(TokenVerifier verifier) {
        return new Doorkeeper(verifier, Challenge.DEFAULT_REALM, Optional.empty());
    }

    /// The same, naming another protection space in challenges.
    public Doorkeeper realm(String name) {
        return new Doorkeeper(verifier, name, cookieOrigin);
    }

    /// The same, taking tokens from the cookie too; see [CrossSite].
    ///
    /// @param ownOrigin where browsers reach this API, such as `https://api.example`
    /// @throws IllegalArgumentException if it is not the origin of an http or https address
    public Doorkeeper acceptCookie(String ownOrigin) {
        if (Origin.parse(ownOrigin).isEmpty()) {
            throw new IllegalArgumentException("not an origin such as https://api.example: " + ownOrigin);
        }
        return new Doorkeeper(verifier, realm, Optional.of(ownOrigin));
    }

    /// Asks for a valid token.
    public Admission admit(ApiRequest request) {
        return admit(request, Requirement.anyToken());
    }

    /// Asks for a valid token that meets the requirement.
    public Admission admit(ApiRequest request, Requirement requirement) {
        List<String> cookies = cookieOrigin.isPresent() ? request.header("Cookie") : List.of();
        BearerToken read = BearerToken.read(request.header("Authorization"), cookies, request.rawQuery());
        if (read instanceof BearerToken.Missing) return refused(Challenge.unauthorized());
        if (read instanceof BearerToken.InvalidRequest invalid) {
            return refused(Challenge.invalidRequest(invalid.detail()));
        }
        var found = (BearerToken.Found) read;
        Optional<Challenge> crossSite = found.fromCookie() ? crossSite(request) : Optional.empty();
        return crossSite.isPresent() ? refused(crossSite.get()) : weigh(found.token(), requirement);
    }

    private Admission weigh(String token, Requirement requirement) {
        Verification verification = verifier.verify(token);
        if (verification instanceof Rejected rejected) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "token refused: {0} {1}",
                    rejected.reason().code(),
                    rejected.detail());
            return refused(Challenge.invalidToken(rejected.reason()));
        }
        var accessToken = ((Verified) verification).accessToken();
        Decision decision = requirement.check(accessToken);
        return decision instanceof Denied denied ? refused(denied.challenge()) : new Admission.Admitted(accessToken);
    }

    private Optional<Challenge> crossSite(ApiRequest request) {
        return CrossSite.refusal(
                request.method(),
                request.header("Sec-Fetch-Site"),
                request.header("Origin"),
                cookieOrigin.orElseThrow());
    }

    private Admission refused(Challenge challenge) {
        return new Admission.Refused(challenge.realm(realm));
    }
}
