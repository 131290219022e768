package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Jws;
import dev.handstamp.jwt.Reason;
import dev.handstamp.jwt.Rejected;
import dev.handstamp.jwt.Verification;
import dev.handstamp.jwt.Verified;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.live.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The walk of one token through the checks of this server, for the eyes of its administrators.
///
/// The verdict is that of [AccessTokens] itself, and the failed check follows from its [Reason]; the checks before it
/// have passed, because a token with two faults is refused for the first one in this order. Nothing is decided here a
/// second time. What the token says is not to be believed unless the whole walk was passed.
///
/// @param header  what stands in it; empty if it cannot be read
/// @param claims  likewise
/// @param detail  what exactly was wrong, for a token that was refused before it was known whether it is revoked
/// @param revoked what took it back, if it was good but for that
public record TokenWalk(
        Map<String, Object> header,
        Map<String, Object> claims,
        List<Step> steps,
        Optional<Reason> reason,
        String detail,
        Optional<Revocation> revoked) {

    /// What is looked at, in this order.
    public enum Check {
        FORM,
        HEADER,
        ALGORITHM,
        TYPE,
        KEY,
        SIGNATURE,
        CLAIMS,
        ISSUER,
        AUDIENCE,
        TIMES,
        REVOCATION
    }

    /// How a check ended.
    public enum Outcome {
        PASSED,
        FAILED,
        NOT_REACHED
    }

    /// One check of the walk.
    public record Step(Check check, Outcome outcome) {}

    public TokenWalk {
        steps = List.copyOf(steps);
    }

    public boolean isGood() {
        return reason.isEmpty();
    }

    /// Says which token it is about by nothing that stands in it.
    @Override
    public String toString() {
        return "TokenWalk[" + steps + "]";
    }

    static TokenWalk of(String token, Verification verification, Snapshot known) {
        Optional<Jws> parsed = Jws.parse(token);
        Map<String, Object> header = parsed.map(Jws::unverifiedHeader).orElse(Map.of());
        Map<String, Object> claims = parsed.map(TokenWalk::payload).orElse(Map.of());
        return switch (verification) {
            case Rejected rejected ->
                new TokenWalk(
                        header,
                        claims,
                        steps(Optional.of(failed(rejected.reason()))),
                        Optional.of(rejected.reason()),
                        rejected.detail(),
                        Optional.empty());
            case Verified(AccessToken found) -> {
                Optional<Revocation> revoked = known.revocations().refusal(AccessTokens.facts(found));
                yield new TokenWalk(
                        header,
                        claims,
                        steps(revoked.map(_ -> Check.REVOCATION)),
                        revoked.map(_ -> Reason.REVOKED),
                        "",
                        revoked);
            }
        };
    }

    private static List<Step> steps(Optional<Check> failed) {
        List<Step> steps = new ArrayList<>();
        for (Check check : Check.values()) {
            int compared = failed.map(check::compareTo).orElse(-1);
            Outcome outcome = compared < 0 ? Outcome.PASSED : compared == 0 ? Outcome.FAILED : Outcome.NOT_REACHED;
            steps.add(new Step(check, outcome));
        }
        return steps;
    }

    /// The check that answers with this reason.
    private static Check failed(Reason reason) {
        return switch (reason) {
            case TOO_LONG, MALFORMED -> Check.FORM;
            case UNSUPPORTED_HEADER -> Check.HEADER;
            case UNSUPPORTED_ALGORITHM -> Check.ALGORITHM;
            case WRONG_TYPE -> Check.TYPE;
            case UNKNOWN_KEY, KEYS_UNAVAILABLE -> Check.KEY;
            case BAD_SIGNATURE -> Check.SIGNATURE;
            case MALFORMED_CLAIMS, MISSING_CLAIM -> Check.CLAIMS;
            case WRONG_ISSUER -> Check.ISSUER;
            case WRONG_AUDIENCE -> Check.AUDIENCE;
            case EXPIRED, NOT_YET_VALID, ISSUED_IN_THE_FUTURE, LIFETIME_TOO_LONG -> Check.TIMES;
            case REVOKED, REVOCATIONS_UNKNOWN, INTROSPECTION_UNAVAILABLE, INACTIVE -> Check.REVOCATION;
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
                    DPOP_PROOFS_TOO_MANY ->
                throw new IllegalStateException("nobody has presented it: " + reason.code());
        };
    }

    private static Map<String, Object> payload(Jws parsed) {
        try {
            return Json.parseObject(parsed.unverifiedPayload());
        } catch (JsonException _) {
            return Map.of();
        }
    }
}
