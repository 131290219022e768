package dev.handstamp.forwardauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.handstamp.forwardauth.Proxy.Asked;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.verifier.Admission;
import dev.handstamp.verifier.Admission.Admitted;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.BearerToken;
import dev.handstamp.verifier.BearerToken.Found;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Answers a proxy's question: may this request go on, and in whose name?
final class Gatekeeper {

    private static final System.Logger LOG = System.getLogger(Gatekeeper.class.getName());

    private final ForwardAuthSettings settings;
    private final Doorkeeper anywhere;
    private final Map<Site, Doorkeeper> bySite = new HashMap<>();

    Gatekeeper(ForwardAuthSettings settings, TokenVerifier verifier) {
        this.settings = settings;
        this.anywhere = Doorkeeper.of(verifier).realm(settings.realm);
        for (Site site : settings.sites) bySite.put(site, anywhere.acceptCookie(site.toString()));
    }

    Verdict judge(Asked asked) {
        try {
            VisitorRequest visitor = settings.proxy.visitorRequest(asked);
            Requirement needed = settings.requirement.and(needs(asked));
            Optional<String> forged = asked.names().stream()
                    .filter(settings.identity::isNamedLike)
                    .findFirst();
            if (forged.isPresent()) return refused(visitor, Challenge.invalidRequest("The request names its own user"));
            Admission admission = doorkeeper(visitor).admit(asApiRequest(visitor), needed);
            return admission instanceof Refused refused
                    ? refused(visitor, refused.challenge())
                    : passed(visitor, ((Admitted) admission).accessToken());
        } catch (UnclearQuestion e) {
            LOG.log(System.Logger.Level.WARNING, "the proxy is not configured as it must be: {0}", e.getMessage());
            return Verdict.problem(
                    500, "server_error", "The proxy is not configured as it must be; the log knows more");
        }
    }

    /// The cookie counts only where it was meant for.
    private Doorkeeper doorkeeper(VisitorRequest visitor) {
        return visitor.site().map(site -> bySite.getOrDefault(site, anywhere)).orElse(anywhere);
    }

    /// A proof of possession (RFC 9449) counts for an address of ours, not for whatever host the visitor named.
    private ApiRequest asApiRequest(VisitorRequest visitor) {
        ApiRequest request = visitor.asApiRequest();
        boolean isOurs = visitor.site().filter(settings.sites::contains).isPresent();
        Optional<URI> address = isOurs ? visitor.address() : Optional.empty();
        return address.map(request::at).orElse(request);
    }

    private Requirement needs(Asked asked) throws UnclearQuestion {
        try {
            return Needs.parse(settings.proxy.requirements(asked));
        } catch (IllegalArgumentException e) {
            throw new UnclearQuestion(String.valueOf(e.getMessage()));
        }
    }

    private Verdict passed(VisitorRequest visitor, AccessToken accessToken) {
        Optional<Map<String, String>> identity = settings.identity.headers(accessToken);
        if (identity.isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "a token was refused: its user cannot be named in a header");
            return refused(visitor, Challenge.insufficientPrivileges("a user that a header can name"));
        }
        List<String> cookies = visitor.header("Cookie");
        BearerToken sent = BearerToken.read(visitor.header("Authorization"), cookies, null);
        if (!(sent instanceof Found found)) throw new IllegalStateException("let in without a token");
        String scheme = found.withProof() ? "DPoP " : "Bearer ";
        Verdict verdict = Verdict.pass(identity.get()).with("Authorization", scheme + found.token());
        String others = others(cookies);
        return others.isEmpty() ? verdict : verdict.with("Cookie", others);
    }

    private Verdict refused(VisitorRequest visitor, Challenge challenge) {
        int status = settings.proxy.statusFor(challenge.status());
        Verdict verdict = new Verdict(status, challenge.headers(), new String(challenge.body(), UTF_8));
        if (status != 401 || settings.loginPage.isEmpty() || !visitor.isForAPage()) return verdict;
        Optional<Site> site = visitor.site().filter(settings.sites::contains);
        if (site.isEmpty()) return verdict;
        String login = settings.loginPage.get().address(site.get(), visitor.target());
        return new Verdict(settings.proxy.loginStatus(), verdict.headers(), verdict.body()).with("Location", login);
    }

    /// The visitor's cookies without the token: it goes on as a header, and a second copy would only be in the way.
    private static String others(List<String> cookies) {
        return cookies.stream()
                .flatMap(line -> List.of(line.split(";")).stream())
                .map(String::strip)
                .filter(cookie -> !cookie.isEmpty() && !cookie.startsWith(BearerToken.COOKIE))
                .collect(Collectors.joining("; "));
    }
}
