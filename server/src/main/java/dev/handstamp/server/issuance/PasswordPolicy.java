package dev.handstamp.server.issuance;

import dev.handstamp.server.crypto.BreachedPasswords;
import dev.handstamp.server.domain.user.PasswordRules;
import dev.handstamp.server.domain.user.PasswordRules.Flaw;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Which passwords are taken from now on, whoever sets one: the user, an administrator, a registration, a reset. Asked
/// before a password is hashed.
public final class PasswordPolicy {

    /// As it is where nothing is set.
    public static final PasswordPolicy SHIPPED =
            new PasswordPolicy(new PasswordRules(PasswordRules.LEAST, List.of()), BreachedPasswords::shipped);

    private final PasswordRules rules;
    private final Supplier<BreachedPasswords> breached;

    /// @param breached opened when the first password is looked at
    public PasswordPolicy(PasswordRules rules, Supplier<BreachedPasswords> breached) {
        this.rules = rules;
        this.breached = breached;
    }

    /// The words that an issuer is known by.
    public static List<String> wordsOf(String issuer) {
        String host = Optional.ofNullable(URI.create(issuer).getHost()).orElse("");
        List<String> words = new ArrayList<>(List.of("handstamp", host));
        words.addAll(List.of(host.split("\\.", -1)));
        return words;
    }

    /// How many characters a password has at least.
    public int shortest() {
        return rules.shortest();
    }

    /// What is wrong with a password for this user, if anything.
    public Optional<Flaw> flaw(String password, User user) {
        return flaw(password, user.username(), user.name(), user.email());
    }

    /// The same for who is no user yet.
    public Optional<Flaw> flaw(String password, Username username, String name, String email) {
        return rules.flaw(
                password, username, name, email, text -> breached.get().contains(text));
    }
}
