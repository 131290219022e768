package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Everything that was taken back and could still be presented: a million entries in less than 64 MB.
///
/// One thread adds and forgets, any number ask, without a lock. Its rules are those of the issuer: a token, a
/// session and a grant are refused by name; of a subject, a client, an API and of all, what was issued before.
final class RevokedSet {

    /// How much longer than needed a rule is kept, for clocks that differ.
    private static final long SLACK_SECONDS = 120;

    private final RuleTable tokens;
    private final RuleTable sessions;
    private final RuleTable grants;
    private final RuleTable subjects;
    private final RuleTable clients;
    private final RuleTable apis;
    private final RuleTable issuers;
    private final List<RuleTable> all;

    RevokedSet() {
        KeyedHash hash = KeyedHash.random(new SplittableRandom(new SecureRandom().nextLong()));
        tokens = new RuleTable(hash, false);
        sessions = new RuleTable(hash, false);
        grants = new RuleTable(hash, false);
        subjects = new RuleTable(hash, true);
        clients = new RuleTable(hash, true);
        apis = new RuleTable(hash, true);
        issuers = new RuleTable(hash, true);
        all = List.of(tokens, sessions, grants, subjects, clients, apis, issuers);
    }

    /// What of the token was taken back; null when nothing was.
    Rule.@Nullable Kind refuses(AccessToken token) {
        var issuance = Rule.Issuance.of(token);
        if (tokens.refuses(token.jwtId(), issuance)) return Rule.Kind.TOKEN;
        if (sessions.size() > 0 && names(sessions, token.claims().toMap().get("sid"), issuance)) {
            return Rule.Kind.SESSION;
        }
        if (grants.size() > 0 && names(grants, token.claims().toMap().get("grant_id"), issuance)) {
            return Rule.Kind.GRANT;
        }
        if (subjects.refuses(token.subject(), issuance)) return Rule.Kind.SUBJECT;
        if (clients.refuses(token.clientId(), issuance)) return Rule.Kind.CLIENT;
        if (issuers.refuses("", issuance)) return Rule.Kind.ISSUER;
        if (apis.size() == 0) return null;
        for (String audience : token.audience()) {
            if (apis.refuses(audience, issuance)) return Rule.Kind.API;
        }
        return null;
    }

    /// Whether [#refuses] has to be asked about a token with these marks: nearly never, if nothing of it was taken
    /// back.
    boolean mayRefuse(Marks marks) {
        if (tokens.mayHold(marks.token()) || sessions.mayHold(marks.session()) || grants.mayHold(marks.grant())) {
            return true;
        }
        if (subjects.mayHold(marks.subject()) || clients.mayHold(marks.client()) || issuers.size() > 0) return true;
        if (apis.size() == 0) return false;
        if (apis.mayHold(marks.firstAudience())) return true;
        for (int audience : marks.otherAudiences()) {
            if (apis.mayHold(audience)) return true;
        }
        return false;
    }

    void add(Rule rule) {
        of(rule.kind()).add(rule);
    }

    /// Drops, from time to time, what no token that is still good could meet.
    void forget(long nowSecond) {
        for (RuleTable table : all) table.forgetBefore(nowSecond - SLACK_SECONDS);
    }

    int size() {
        int size = 0;
        for (RuleTable table : all) size += table.size();
        return size;
    }

    /// What the entries take in memory.
    long bytes() {
        long bytes = 0;
        for (RuleTable table : all) bytes += table.bytes();
        return bytes;
    }

    private RuleTable of(Rule.Kind kind) {
        return switch (kind) {
            case TOKEN -> tokens;
            case SESSION -> sessions;
            case GRANT -> grants;
            case SUBJECT -> subjects;
            case CLIENT -> clients;
            case API -> apis;
            case ISSUER -> issuers;
        };
    }

    private static boolean names(RuleTable table, @Nullable Object id, Rule.Issuance issuance) {
        return id instanceof String text && table.refuses(text, issuance);
    }
}
