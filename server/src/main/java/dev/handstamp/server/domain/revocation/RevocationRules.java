package dev.handstamp.server.domain.revocation;

import dev.handstamp.server.domain.revocation.Revocation.Kind;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Everything that was taken back and could still be presented. The newest cut-off wins wherever entries overlap.
///
/// One thread adds, any number ask, without a lock.
public final class RevocationRules {

    /// What of a token decides whether it was taken back. A missing claim is an empty text, which no entry names.
    public record TokenFacts(
            String jwtId,
            String session,
            String grant,
            String subject,
            String client,
            Iterable<String> audience,
            Instant issuedAt) {}

    private record Rule(Instant issuedBefore, Instant forgetAt) {

        /// The wider of two rules about one identifier.
        Rule or(Rule other) {
            return new Rule(later(issuedBefore, other.issuedBefore), later(forgetAt, other.forgetAt));
        }

        private static Instant later(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }
    }

    private final Map<Kind, Map<String, Rule>> rules = new EnumMap<>(Kind.class);

    public RevocationRules() {
        for (Kind kind : Kind.values()) rules.put(kind, new ConcurrentHashMap<>());
    }

    public void add(Revocation revocation) {
        of(revocation.kind())
                .merge(revocation.id(), new Rule(revocation.issuedBefore(), revocation.forgetAt()), Rule::or);
    }

    /// Drops every rule that can no longer concern a token that has not expired.
    public void forget(Instant now) {
        for (var byId : rules.values())
            byId.values().removeIf(rule -> rule.forgetAt().isBefore(now));
    }

    public boolean revoke(TokenFacts token) {
        // A token, session or grant that was taken back never gets another token: no cut-off to weigh.
        if (names(Kind.TOKEN, token.jwtId()) || names(Kind.SESSION, token.session())) return true;
        if (names(Kind.GRANT, token.grant())) return true;
        if (cutOff(Kind.SUBJECT, token.subject(), token) || cutOff(Kind.CLIENT, token.client(), token)) return true;
        if (cutOff(Kind.ISSUER, "", token)) return true;
        for (String audience : token.audience()) {
            if (cutOff(Kind.API, audience, token)) return true;
        }
        return false;
    }

    /// The first `iat` of a whole second that no cut-off refuses: what a token issued now for these must carry, so that
    /// somebody let in again in the second of a revocation is not refused for the rest of it.
    public Instant earliestIssuedAt(String subject, String client, String audience, Instant now) {
        Instant earliest = after(Kind.SUBJECT, subject, now);
        earliest = after(Kind.CLIENT, client, earliest);
        earliest = after(Kind.API, audience, earliest);
        return after(Kind.ISSUER, "", earliest);
    }

    public int size() {
        return rules.values().stream().mapToInt(Map::size).sum();
    }

    private boolean names(Kind kind, String id) {
        return !id.isEmpty() && of(kind).containsKey(id);
    }

    private boolean cutOff(Kind kind, String id, TokenFacts token) {
        Rule rule = of(kind).get(id);
        return rule != null
                && token.issuedAt().getEpochSecond() <= rule.issuedBefore().getEpochSecond();
    }

    private Instant after(Kind kind, String id, Instant earliest) {
        Rule rule = of(kind).get(id);
        if (rule == null) return earliest;
        Instant nextSecond = Instant.ofEpochSecond(rule.issuedBefore().getEpochSecond() + 1);
        return nextSecond.isAfter(earliest) ? nextSecond : earliest;
    }

    private Map<String, Rule> of(Kind kind) {
        return Objects.requireNonNull(rules.get(kind));
    }
}
