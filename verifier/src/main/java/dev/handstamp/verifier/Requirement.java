package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What a token must carry to open one door of an API. Immutable; composes, and reads like a sentence.
///
/// ```java
/// Requirement bar = Requirement.claim("age", Condition.atLeast(18)).and(Requirement.user());
/// ```
///
/// A refusal is the right challenge: 403 `insufficient_scope`. When a scope is what is missing, the challenge names
/// every
/// scope of the requirement at once, so that a client asks for them in one go.
public final class Requirement {

    private static final Granted GRANTED = new Granted();

    private final String sentence;
    private final boolean isChoice;
    private final Set<String> scopes;
    private final Rule rule;

    private Requirement(String sentence, Set<String> scopes, Rule rule) {
        this(sentence, false, scopes, rule);
    }

    private Requirement(String sentence, boolean isChoice, Set<String> scopes, Rule rule) {
        this.sentence = sentence;
        this.isChoice = isChoice;
        this.scopes = scopes;
        this.rule = rule;
    }

    /// Any valid token.
    public static Requirement anyToken() {
        return new Requirement("any valid token", Set.of(), token -> Lack.NOTHING);
    }

    /// All of these scopes (RFC 6749 §3.3).
    ///
    /// @throws IllegalArgumentException if none is given, or one is not a scope token
    public static Requirement scope(String... scopes) {
        if (scopes.length == 0) throw new IllegalArgumentException("name at least one scope");
        Set<String> needed = new LinkedHashSet<>(List.of(scopes));
        needed.forEach(Text::requireScopeToken);
        return new Requirement(
                "scope " + String.join(" ", needed),
                needed,
                token -> token.scopes().containsAll(needed) ? Lack.NOTHING : Lack.SCOPE);
    }

    /// This role, from the claim `roles`, or `groups` where there is none.
    public static Requirement role(String role) {
        return privilege("role " + role, token -> token.roles().contains(role));
    }

    /// A claim whose value meets the condition. A claim that is not there meets none.
    public static Requirement claim(String name, Condition condition) {
        return privilege(
                "claim " + name + " " + condition,
                token -> token.claims().get(name).filter(condition::isMetBy).isPresent());
    }

    /// A token that a user stands behind, not a client on its own account (RFC 9068 §5).
    public static Requirement user() {
        return privilege("a user", AccessToken::isForUser);
    }

    /// Both.
    public Requirement and(Requirement other) {
        Set<String> both = new LinkedHashSet<>(scopes);
        both.addAll(other.scopes);
        return new Requirement(
                inner() + " and " + other.inner(),
                both,
                token -> rule.lack(token).worse(other.rule.lack(token)));
    }

    /// At least one of the two. When both are lacking, the challenge is that of this one.
    public Requirement or(Requirement other) {
        return new Requirement(
                sentence + " or " + other.sentence,
                true,
                scopes.isEmpty() ? other.scopes : scopes,
                token -> other.rule.lack(token) == Lack.NOTHING ? Lack.NOTHING : rule.lack(token));
    }

    public Decision check(AccessToken token) {
        Lack lack = rule.lack(token);
        if (lack == Lack.NOTHING) return GRANTED;
        return new Denied(
                lack == Lack.SCOPE
                        ? Challenge.insufficientScope(scopes)
                        : Challenge.insufficientPrivileges("needs " + sentence));
    }

    /// The requirement in words: `scope guestlist:read and role vip`.
    @Override
    public String toString() {
        return sentence;
    }

    private static Requirement privilege(String sentence, Predicate<AccessToken> test) {
        return new Requirement(sentence, Set.of(), token -> test.test(token) ? Lack.NOTHING : Lack.PRIVILEGE);
    }

    private String inner() {
        return isChoice ? "(" + sentence + ")" : sentence;
    }

    private interface Rule {
        Lack lack(AccessToken token);
    }

    /// What a token is short of. A missing scope comes first in the answer: it is what a client can ask for.
    private enum Lack {
        NOTHING,
        PRIVILEGE,
        SCOPE;

        Lack worse(Lack other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }
}
