package dev.handstamp.verifier;

import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The walk of one token through the checks, for the eyes of those who run the API: it says more than a caller may
/// know.
///
/// The verdict is that of [TokenVerifier#verify] itself, and the failed check follows from its [Reason]; the checks
/// before it have passed, because a token with two faults is refused for the first one in this order. Nothing is
/// decided here a second time. The values are those that stand in the token, and are not to be believed unless the
/// whole walk was passed.
///
/// @see TokenVerifier#explain(String)
public final class Explanation {

    /// What is looked at, in this order. A later version may have more: let a `switch` have a `default`.
    public enum Check {
        /// Its length, and three parts of base64url.
        FORM,
        /// That nothing in the header changes what the bytes mean: `crit`, `b64`, `zip` (RFC 7515 §4.1.11).
        HEADER,
        /// `alg`: one of those that this API allows (RFC 8725 §3.1).
        ALGORITHM,
        /// `typ`: an access token, and no other kind of token (RFC 9068 §4).
        TYPE,
        /// `kid`: a key that the issuer publishes (RFC 7515 §4.1.4).
        KEY,
        /// The signature, with that key (RFC 7515 §5.2).
        SIGNATURE,
        /// The required claims, each in its form (RFC 9068 §2.2).
        CLAIMS,
        /// `iss` (RFC 7519 §4.1.1).
        ISSUER,
        /// `aud`: this API (RFC 7519 §4.1.3).
        AUDIENCE,
        /// `iat`, `nbf`, `exp`, and the clocks (RFC 7519 §4.1.4 to §4.1.6).
        TIMES,
        /// Whether it was taken back since.
        REVOCATION,
        /// `cnf`: whether the presenter holds the key that it is bound to (RFC 7800). Only of a token that
        /// is bound, or was presented as such.
        BINDING;

        /// {@return the name for people and programs, such as `signature`}
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Finds the check that answers with this reason.
        ///
        /// @param reason of a refusal
        /// @return the one check that refuses for it
        public static Check of(Reason reason) {
            return switch (reason) {
                case TOO_LONG, MALFORMED -> FORM;
                case UNSUPPORTED_HEADER -> HEADER;
                case UNSUPPORTED_ALGORITHM -> ALGORITHM;
                case WRONG_TYPE -> TYPE;
                case UNKNOWN_KEY, KEYS_UNAVAILABLE -> KEY;
                case BAD_SIGNATURE -> SIGNATURE;
                case MALFORMED_CLAIMS, MISSING_CLAIM -> CLAIMS;
                case WRONG_ISSUER -> ISSUER;
                case WRONG_AUDIENCE -> AUDIENCE;
                case EXPIRED, NOT_YET_VALID, ISSUED_IN_THE_FUTURE, LIFETIME_TOO_LONG -> TIMES;
                case REVOKED, REVOCATIONS_UNKNOWN, INTROSPECTION_UNAVAILABLE, INACTIVE -> REVOCATION;
                case TOKEN_IS_BOUND,
                        TOKEN_IS_NOT_BOUND,
                        BINDING_UNKNOWN,
                        WRONG_HOLDER,
                        CERTIFICATE_MISSING,
                        DPOP_PROOF_MISSING,
                        DPOP_PROOF_INVALID,
                        DPOP_PROOF_MISMATCH,
                        DPOP_PROOF_EXPIRED,
                        DPOP_PROOF_REPLAYED,
                        DPOP_NONCE_NEEDED,
                        DPOP_PROOFS_TOO_MANY -> BINDING;
            };
        }
    }

    /// How a check ended; there are these three.
    public enum Outcome {
        /// In order.
        PASSED,
        /// What the token was refused for.
        FAILED,
        /// Not looked at, because one before it failed.
        NOT_REACHED;

        /// {@return the name for people and programs, such as `not reached`}
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// One check of the walk.
    public static final class Step {

        private final Check check;
        private final Outcome outcome;
        private final String value;
        private final String sentence;

        Step(Check check, Outcome outcome, String value, String sentence) {
            this.check = check;
            this.outcome = outcome;
            this.value = value;
            this.sentence = sentence;
        }

        /// {@return what was looked at}
        public Check check() {
            return check;
        }

        /// {@return how it ended}
        public Outcome outcome() {
            return outcome;
        }

        /// {@return what stands in the token, as one line of printable ASCII; `""` when it says nothing}
        public String value() {
            return value;
        }

        /// {@return what was compared with what, or what is wrong and what to do about it; `""` of a check that
        ///     was not reached}
        public String sentence() {
            return sentence;
        }

        /// {@return outcome, name, value and sentence in one line}
        @Override
        public String toString() {
            String line = String.format(
                    "%-11s  %-11s  %s",
                    outcome.code(), check.code(), value.isEmpty() ? sentence : value + "  " + sentence);
            return line.stripTrailing();
        }
    }

    private final Verification verification;
    private final List<Step> steps;

    Explanation(Verification verification, List<Step> steps) {
        this.verification = verification;
        this.steps = List.copyOf(steps);
    }

    /// {@return what [TokenVerifier#verify] says of the token}
    public Verification verification() {
        return verification;
    }

    /// {@return every check, in the order in which they are made; unmodifiable}
    public List<Step> steps() {
        return steps;
    }

    /// {@return the check that refused; empty when all were passed}
    public Optional<Step> failure() {
        for (Step step : steps) {
            if (step.outcome() == Outcome.FAILED) return Optional.of(step);
        }
        return Optional.empty();
    }

    /// Tells the walk as a JSON object: `accepted`, then `reason`, `detail` and `advice` of a refusal, then
    /// `checks`.
    ///
    /// @return a map of the caller's own, for [dev.handstamp.json.Json#write]
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("accepted", failure().isEmpty());
        if (verification instanceof Rejected rejected) {
            json.put("reason", rejected.reason().code());
            json.put("detail", rejected.detail());
            json.put("advice", rejected.reason().advice());
        }
        List<Map<String, Object>> checks = new ArrayList<>();
        for (Step step : steps) {
            Map<String, Object> check = new LinkedHashMap<>();
            check.put("check", step.check().code());
            check.put("outcome", step.outcome().code());
            check.put("value", step.value());
            check.put("sentence", step.sentence());
            checks.add(check);
        }
        json.put("checks", checks);
        return json;
    }

    /// {@return one line a check: its outcome, its name, the value in the token, and the sentence}
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) text.append(step).append('\n');
        return text.toString();
    }
}
