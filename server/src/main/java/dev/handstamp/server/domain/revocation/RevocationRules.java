package dev.handstamp.server.domain.revocation;

import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Everything that was taken back and could still be presented. The newest cut-off wins wherever entries overlap.
///
/// One thread adds, any number ask, without a lock.
public final class RevocationRules {

    /// What of a token decides whether it was taken back. A missing claim is an empty text, which no entry names.
    ///
    /// @param issuance by the clock in whole seconds, which is too coarse by itself, and by the log
    public record TokenFacts(
            String jwtId,
            String session,
            String grant,
            String subject,
            String client,
            Iterable<String> audience,
            Issuance issuance) {}

    private record Rule(
            long position, String cause, Set<Audience> audiences, Instant at, Instant issuedBefore, Instant forgetAt) {

        static Rule of(Revocation entry, Repeated repeated) {
            Instant at = entry.at();
            return new Rule(
                    entry.position(),
                    repeated.one(entry.cause()),
                    repeated.one(entry.audiences()),
                    at,
                    entry.issuedBefore().equals(at) ? at : entry.issuedBefore(),
                    entry.forgetAt());
        }

        /// The wider of two rules about one identifier.
        Rule or(Rule other) {
            Rule newer = position >= other.position ? this : other;
            return new Rule(
                    newer.position,
                    newer.cause,
                    union(audiences, other.audiences),
                    newer.at,
                    later(issuedBefore, other.issuedBefore),
                    later(forgetAt, other.forgetAt));
        }

        Revocation entry(Kind kind, String id) {
            return new Revocation(position, at, kind, id, cause, audiences, issuedBefore, forgetAt);
        }

        /// No audience means every one.
        private static Set<Audience> union(Set<Audience> some, Set<Audience> others) {
            if (some.equals(others)) return some;
            if (some.isEmpty() || others.isEmpty()) return Set.of();
            Set<Audience> all = new HashSet<>(some);
            all.addAll(others);
            return Set.copyOf(all);
        }

        private static Instant later(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }
    }

    /// What many entries have in common is kept once: a million of them would else hold a million copies.
    private static final class Repeated {

        private static final int MOST = 10_000;

        private final Map<Object, Object> known = new HashMap<>();

        @SuppressWarnings("unchecked")
        <T> T one(T value) {
            if (known.size() == MOST) known.clear();
            Object before = known.putIfAbsent(value, value);
            return before == null ? value : (T) before;
        }
    }

    private final Repeated repeated = new Repeated(); // The adding thread's.
    private final Map<Kind, Map<String, Rule>> rules = new EnumMap<>(Kind.class);
    private volatile long position;

    public RevocationRules() {
        for (Kind kind : Kind.values()) rules.put(kind, new ConcurrentHashMap<>());
    }

    public void add(Revocation revocation) {
        of(revocation.kind()).merge(revocation.id(), Rule.of(revocation, repeated), Rule::or);
        position = Math.max(position, revocation.position());
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

    /// The entry that refuses a token, for those who want to know why; empty if none does.
    public Optional<Revocation> refusal(TokenFacts token) {
        List<Named> named = new ArrayList<>(List.of(
                new Named(Kind.TOKEN, token.jwtId()),
                new Named(Kind.SESSION, token.session()),
                new Named(Kind.GRANT, token.grant()),
                new Named(Kind.SUBJECT, token.subject()),
                new Named(Kind.CLIENT, token.client()),
                new Named(Kind.ISSUER, "")));
        for (String audience : token.audience()) named.add(new Named(Kind.API, audience));
        return named.stream().filter(each -> refuses(each, token)).findFirst().flatMap(this::entry);
    }

    private boolean refuses(Named named, TokenFacts token) {
        return switch (named.kind) {
            case TOKEN, SESSION, GRANT -> names(named.kind, named.id);
            case SUBJECT, CLIENT, API, ISSUER -> cutOff(named.kind, named.id, token);
        };
    }

    private Optional<Revocation> entry(Named named) {
        return Optional.ofNullable(of(named.kind).get(named.id)).map(rule -> rule.entry(named.kind, named.id));
    }

    private record Named(Kind kind, String id) {}

    /// When a token for these is issued that no entry so far refuses, and every later one about them does.
    ///
    /// Never before a cut-off, although the clock of the node that made that one may be ahead of ours.
    public Issuance issuance(String subject, String client, String audience, Instant now) {
        long known = position; // First: what is added from here on counts as later.
        Instant at = notBefore(Kind.SUBJECT, subject, now);
        at = notBefore(Kind.CLIENT, client, at);
        at = notBefore(Kind.API, audience, at);
        return new Issuance(notBefore(Kind.ISSUER, "", at), known);
    }

    /// What an API has to know besides what it knew at a position: the entries about it that were made or widened
    /// since, those about one identifier made into one, by their positions.
    ///
    /// Whoever adds meanwhile may be seen or not.
    public List<Revocation> since(long known, Audience api) {
        List<Revocation> news = new ArrayList<>();
        rules.forEach((kind, byId) -> byId.forEach((id, rule) -> {
            if (rule.position <= known) return;
            Revocation entry = rule.entry(kind, id);
            if (entry.concerns(api)) news.add(entry);
        }));
        news.sort(Comparator.comparingLong(Revocation::position));
        return news;
    }

    /// The last entry that took everything of a client, an API or the issuer back; 0 if there is none.
    public long lastCutOff(String client, String audience) {
        return Math.max(
                positionOf(Kind.ISSUER, ""), Math.max(positionOf(Kind.CLIENT, client), positionOf(Kind.API, audience)));
    }

    private long positionOf(Kind kind, String id) {
        Rule rule = of(kind).get(id);
        return rule == null ? 0 : rule.position;
    }

    /// The last entry that was added.
    public long position() {
        return position;
    }

    public int size() {
        return rules.values().stream().mapToInt(Map::size).sum();
    }

    private boolean names(Kind kind, String id) {
        return !id.isEmpty() && of(kind).containsKey(id);
    }

    private boolean cutOff(Kind kind, String id, TokenFacts token) {
        Rule rule = of(kind).get(id);
        if (rule == null) return false;
        Issuance issuance = token.issuance();
        return issuance.position() < rule.position
                || issuance.at().getEpochSecond() < rule.issuedBefore().getEpochSecond();
    }

    private Instant notBefore(Kind kind, String id, Instant at) {
        Rule rule = of(kind).get(id);
        return rule != null && rule.issuedBefore().isAfter(at) ? rule.issuedBefore() : at;
    }

    private Map<String, Rule> of(Kind kind) {
        return Objects.requireNonNull(rules.get(kind));
    }
}
