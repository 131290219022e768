package dev.handstamp.verifier;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.TokenPolicy;
import dev.handstamp.jwt.Verification;
import dev.handstamp.verifier.Explanation.Check;
import dev.handstamp.verifier.Explanation.Outcome;
import dev.handstamp.verifier.Explanation.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Puts into words what a verifier has decided about a token; it decides nothing.
final class Walk {

    private static final Set<Check> OF_A_TOKEN = EnumSet.range(Check.FORM, Check.REVOCATION);

    private final String token;
    private final TokenPolicy policy;
    private final String trustedIssuers;
    private final JwkSetSource keys;
    private final @Nullable RevocationCheck revocation;
    private final Instant now;
    private final Map<String, Object> header;
    private final Claims claims;

    /// @param revocation what was asked at last, or null when the issuer itself was
    Walk(
            String token,
            TokenPolicy policy,
            String trustedIssuers,
            JwkSetSource keys,
            @Nullable RevocationCheck revocation,
            Instant now) {
        this.token = token;
        this.policy = policy;
        this.trustedIssuers = trustedIssuers;
        this.keys = keys;
        this.revocation = revocation;
        this.now = now;
        Optional<Jws> parsed = token.length() > policy.maximumLength() ? Optional.empty() : Jws.parse(token);
        this.header = parsed.map(Jws::unverifiedHeader).orElse(Map.of());
        this.claims = parsed.map(Walk::claims).orElse(Claims.of(Map.of()));
    }

    /// The walk that ended with this answer.
    ///
    /// @param locally whether key and signature were looked at here
    Explanation explain(Verification verification, boolean locally) {
        Set<Check> walked = EnumSet.copyOf(OF_A_TOKEN);
        if (!locally) walked.removeAll(EnumSet.of(Check.KEY, Check.SIGNATURE));
        Check failed = verification instanceof Rejected rejected ? Check.of(rejected.reason()) : null;
        if (failed != null) walked.add(failed);

        List<Step> steps = new ArrayList<>();
        for (Check check : walked) {
            if (failed == null || check.compareTo(failed) < 0) {
                steps.add(new Step(check, Outcome.PASSED, value(check), passed(check)));
            } else if (check == failed) {
                steps.add(new Step(check, Outcome.FAILED, value(check), failed((Rejected) verification, check)));
            } else {
                steps.add(new Step(check, Outcome.NOT_REACHED, value(check), ""));
            }
        }
        return new Explanation(verification, steps);
    }

    private String value(Check check) {
        return switch (check) {
            case FORM -> token.length() + " characters";
            case HEADER -> Text.visible(String.join(" ", header.keySet()));
            case ALGORITHM -> said(header.get("alg"));
            case TYPE -> said(header.get("typ"));
            case KEY -> said(header.get("kid"));
            case SIGNATURE, REVOCATION -> "";
            case CLAIMS -> Text.visible(String.join(" ", claims.toMap().keySet()));
            case ISSUER -> said(claims.toMap().get("iss"));
            case AUDIENCE -> said(claims.toMap().get("aud"));
            case TIMES -> "now " + now;
            case BINDING -> said(claims.toMap().get("cnf"));
        };
    }

    private String passed(Check check) {
        return switch (check) {
            case FORM -> "three parts, at most " + policy.maximumLength() + " characters";
            case HEADER -> "nothing in it changes what the bytes mean";
            case ALGORITHM -> "one of " + new TreeSet<>(policy.algorithms());
            case TYPE -> "an access token";
            case KEY -> keySentence();
            case SIGNATURE -> "right, and checked before any claim";
            case CLAIMS -> "all that are required, each in its form";
            case ISSUER -> "the one that is trusted";
            case AUDIENCE ->
                policy.audience().isEmpty() ? "any will do" : "for this API: " + String.join(" ", policy.audience());
            case TIMES -> timesSentence();
            case REVOCATION -> revocation == null ? "the issuer says that it is active" : revocation.knowledge();
            case BINDING -> "presented by the holder of its key";
        };
    }

    private String failed(Rejected rejected, Check check) {
        StringBuilder sentence = new StringBuilder(rejected.reason().code());
        if (!rejected.detail().isEmpty()) sentence.append(": ").append(rejected.detail());
        sentence.append(". ").append(rejected.reason().advice());
        if (check == Check.KEY)
            sentence.append(" Known: ").append(keys.knowledge()).append('.');
        if (check == Check.ISSUER)
            sentence.append(" Trusted: ").append(trustedIssuers).append('.');
        if (check == Check.AUDIENCE)
            sentence.append(" This API: ")
                    .append(String.join(" ", policy.audience()))
                    .append('.');
        if (check == Check.TIMES)
            sentence.append(" It is ").append(timesSentence()).append('.');
        if (check == Check.REVOCATION && revocation != null) {
            sentence.append(" Known: ").append(revocation.knowledge()).append('.');
        }
        return sentence.toString();
    }

    private String keySentence() {
        String known = header.get("kid") instanceof String kid
                ? keys.current()
                        .find(kid)
                        .map(key -> "for " + key.algorithm().joseName() + ", ")
                        .orElse("")
                : "the only one for its algorithm, ";
        return known + "among " + keys.knowledge();
    }

    private String timesSentence() {
        List<String> parts = new ArrayList<>();
        claims.instant("iat").ifPresent(at -> parts.add("issued " + distance(at)));
        claims.instant("nbf").ifPresent(at -> parts.add("valid from " + distance(at)));
        claims.instant("exp")
                .ifPresent(at -> parts.add(at.isAfter(now) ? "expires " + distance(at) : "expired " + distance(at)));
        parts.add("clocks may differ by " + policy.clockSkew().toSeconds() + " s");
        return String.join(", ", parts);
    }

    private String distance(Instant at) {
        long seconds = Duration.between(now, at).toSeconds();
        return seconds >= 0 ? "in " + seconds + " s" : -seconds + " s ago";
    }

    private static String said(@Nullable Object value) {
        if (value == null) return "";
        if (value instanceof String text) return Text.visible(text);
        return Text.visible(Json.text(value));
    }

    private static Claims claims(Jws parsed) {
        try {
            return Claims.of(Json.parseObject(parsed.unverifiedPayload()));
        } catch (JsonException e) {
            return Claims.of(Map.of());
        }
    }
}
