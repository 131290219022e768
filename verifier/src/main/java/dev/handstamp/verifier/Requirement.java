package dev.handstamp.verifier;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a token must carry to open one door of an API. Immutable; composes, and reads like a sentence.
///
/// ```java
/// Requirement bar = Requirement.claim("age", Condition.atLeast(18)).and(Requirement.user());
/// ```
///
/// A refusal is the right challenge. When a scope is what is missing: 403 `insufficient_scope`, naming every scope of
/// the requirement at once, so that a client asks for them in one go. When the authentication of the user is too old
/// or of another kind: 401 `insufficient_user_authentication` (RFC 9470), with the scopes too if one is missing. For
/// any other privilege: 403 without a word what it is; that stands in the log.
public final class Requirement {

    private static final Granted GRANTED = new Granted();

    /// What a token is short of; several of them are added.
    private static final int NOTHING = 0;

    private static final int PRIVILEGE = 1;
    private static final int SCOPE = 2;
    private static final int AUTHENTICATION = 4;

    private final String sentence;
    private final boolean isChoice;
    private final Wanted wanted;
    private final Rule rule;

    private Requirement(String sentence, boolean isChoice, Wanted wanted, Rule rule) {
        this.sentence = sentence;
        this.isChoice = isChoice;
        this.wanted = wanted;
        this.rule = rule;
    }

    /// {@return a requirement that any valid token meets}
    public static Requirement anyToken() {
        return new Requirement("any valid token", false, Wanted.NOTHING, (token, now) -> NOTHING);
    }

    /// All of these scopes (RFC 6749 §3.3).
    ///
    /// @param scopes at least one, each as it stands in the claim `scope`
    /// @return a requirement whose refusal names them
    /// @throws IllegalArgumentException if none is given, or one is not a scope token
    public static Requirement scope(String... scopes) {
        if (scopes.length == 0) throw new IllegalArgumentException("name at least one scope");
        Set<String> needed = new LinkedHashSet<>(List.of(scopes));
        needed.forEach(Text::requireScopeToken);
        return new Requirement(
                "scope " + String.join(" ", needed),
                false,
                new Wanted(needed, List.of(), null),
                (token, now) -> token.scopes().containsAll(needed) ? NOTHING : SCOPE);
    }

    /// This role, from the claim `roles`, or `groups` where there is none (RFC 9068 §2.2.3.1).
    ///
    /// @param role compared character by character
    /// @return a requirement whose refusal does not name it
    public static Requirement role(String role) {
        return privilege("role " + role, token -> token.roles().contains(role));
    }

    /// A claim whose value meets the condition. A claim that is not there meets none.
    ///
    /// @param name of the claim
    /// @param condition what its value must be
    /// @return a requirement whose refusal does not name it
    public static Requirement claim(String name, Condition condition) {
        return privilege(
                "claim " + name + " " + condition,
                token -> token.claims().get(name).filter(condition::isMetBy).isPresent());
    }

    /// {@return a requirement that a user stands behind the token, not a client on its own account (RFC 9068 §5)}
    public static Requirement user() {
        return privilege("a user", AccessToken::isForUser);
    }

    /// {@return a requirement that a client got the token on its own account, with no user behind it}
    public static Requirement clientItself() {
        // A foreign token may name neither.
        return privilege(
                "a client itself",
                token -> !token.isForUser() && !token.subject().isEmpty());
    }

    /// A token that one of these clients has got, for a user or for itself.
    ///
    /// @param clientIds at least one, each as it stands in `client_id`
    /// @return a requirement whose refusal does not name them
    /// @throws IllegalArgumentException if none is given
    public static Requirement client(String... clientIds) {
        if (clientIds.length == 0) throw new IllegalArgumentException("name at least one client");
        Set<String> allowed = new LinkedHashSet<>(List.of(clientIds));
        return privilege("client " + String.join(" or ", allowed), token -> allowed.contains(token.clientId()));
    }

    /// A user who was authenticated in one of these ways, by the claim `acr`: the best first.
    ///
    /// Who was authenticated otherwise is asked to do it again (RFC 9470).
    ///
    /// @param values at least one, compared character by character
    /// @return a requirement whose refusal names them
    /// @throws IllegalArgumentException if none is given, or one holds a blank, a quote or a backslash
    public static Requirement acr(String... values) {
        if (values.length == 0) throw new IllegalArgumentException("name at least one acr");
        List<String> allowed = List.of(values);
        allowed.forEach(Text::requireScopeToken);
        return new Requirement(
                "acr " + String.join(" or ", allowed),
                false,
                new Wanted(Set.of(), allowed, null),
                (token, now) ->
                        token.claims().string("acr").filter(allowed::contains).isPresent() ? NOTHING : AUTHENTICATION);
    }

    /// A user who was authenticated not longer ago than this, by the claim `auth_time`.
    ///
    /// Who was authenticated earlier, or nobody knows when, is asked to do it again (RFC 9470). A time in the
    /// future is taken for now, up to 60 seconds.
    ///
    /// @param age whole seconds, not negative
    /// @return a requirement whose refusal names it
    /// @throws IllegalArgumentException if it is negative
    public static Requirement authenticatedWithin(Duration age) {
        if (age.isNegative()) throw new IllegalArgumentException("the age of an authentication is not negative");
        return new Requirement(
                "authenticated within " + age.toSeconds() + " s",
                false,
                new Wanted(Set.of(), List.of(), age),
                (token, now) -> isWithin(age, token, now) ? NOTHING : AUTHENTICATION);
    }

    /// Asks for both.
    ///
    /// @param other what is needed too
    /// @return a requirement whose refusal names everything that can be asked for at once
    /// @throws IllegalArgumentException if they ask for an `acr` each, and none would do for both
    public Requirement and(Requirement other) {
        return new Requirement(
                inner() + " and " + other.inner(),
                false,
                wanted.and(other.wanted),
                (token, now) -> rule.lack(token, now) | other.rule.lack(token, now));
    }

    /// Asks for at least one of the two. When both are lacking, the challenge is that of this one.
    ///
    /// @param other what will do instead
    /// @return a requirement that either meets
    public Requirement or(Requirement other) {
        return new Requirement(
                sentence + " or " + other.sentence,
                true,
                wanted.isNothing() ? other.wanted : wanted,
                (token, now) -> other.rule.lack(token, now) == NOTHING ? NOTHING : rule.lack(token, now));
    }

    /// Weighs a token that was found good, by the system's clock.
    ///
    /// @param token which a [TokenVerifier] has checked
    /// @return [Granted], or [Denied] with the answer to send
    public Decision check(AccessToken token) {
        return check(token, Instant.now());
    }

    /// Weighs a token that was found good.
    ///
    /// @param token which a [TokenVerifier] has checked
    /// @param now the instant to weigh it at; only [#authenticatedWithin] looks at it
    /// @return [Granted], or [Denied] with the answer to send
    public Decision check(AccessToken token, Instant now) {
        int lack = rule.lack(token, now);
        if (lack == NOTHING) return GRANTED;
        boolean lacksScope = (lack & SCOPE) != 0;
        if ((lack & AUTHENTICATION) != 0) {
            Set<String> scopes = lacksScope ? wanted.scopes() : Set.of();
            return new Denied(Challenge.insufficientUserAuthentication(wanted.acr(), wanted.maximumAge(), scopes));
        }
        return new Denied(
                lacksScope
                        ? Challenge.insufficientScope(wanted.scopes())
                        : Challenge.insufficientPrivileges("needs " + sentence));
    }

    /// {@return the requirement in words, such as `scope guestlist:read and role vip`}
    @Override
    public String toString() {
        return sentence;
    }

    private static Requirement privilege(String sentence, Predicate<AccessToken> test) {
        return new Requirement(sentence, false, Wanted.NOTHING, (token, now) -> test.test(token) ? NOTHING : PRIVILEGE);
    }

    /// A time in the future is that of an issuer whose clock is ahead.
    private static boolean isWithin(Duration age, AccessToken token, Instant now) {
        return token.claims()
                .instant("auth_time")
                .filter(at -> !at.plus(age).isBefore(now.truncatedTo(ChronoUnit.SECONDS)))
                .filter(at -> !at.isAfter(now.plus(TokenPolicy.MAXIMUM_CLOCK_SKEW)))
                .isPresent();
    }

    private String inner() {
        return isChoice ? "(" + sentence + ")" : sentence;
    }

    private interface Rule {
        int lack(AccessToken token, Instant now);
    }

    /// What a client can ask for when a token lacks it.
    private record Wanted(
            Set<String> scopes, List<String> acr, @Nullable Duration maximumAge) {

        static final Wanted NOTHING = new Wanted(Set.of(), List.of(), null);

        boolean isNothing() {
            return scopes.isEmpty() && acr.isEmpty() && maximumAge == null;
        }

        Wanted and(Wanted other) {
            Set<String> both = new LinkedHashSet<>(scopes);
            both.addAll(other.scopes);
            return new Wanted(both, commonAcr(other), shorter(maximumAge, other.maximumAge));
        }

        private List<String> commonAcr(Wanted other) {
            if (acr.isEmpty() || other.acr.isEmpty()) return acr.isEmpty() ? other.acr : acr;
            List<String> common = acr.stream().filter(other.acr::contains).toList();
            if (common.isEmpty()) throw new IllegalArgumentException("no acr is both in " + acr + " and " + other.acr);
            return common;
        }

        private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
            if (one == null || other == null) return one == null ? other : one;
            return one.compareTo(other) <= 0 ? one : other;
        }
    }
}
