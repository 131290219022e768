package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.user.EmailAddress;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.util.Optional;

/// What users sign in with: a name, or an address that they have shown to read. Nobody is called by the address of
/// somebody else, or whoever types it would come to the wrong account.
///
/// Two users may have one address, as long as neither has shown to read it: then one of them may be called by it.
/// Those who were called so before this was looked at go on as they are.
public final class SignInNames {

    private final UserStore users = new UserStore();

    /// Somebody else whose address a user would be called by.
    public Optional<User> ownerOfName(Transaction tx, User user) {
        Optional<String> key = nameAsAddress(user);
        if (key.isEmpty()) return Optional.empty();
        Optional<User> reader = users.findByVerifiedEmail(tx, key.get()).filter(other -> isAnother(other, user));
        if (reader.isPresent() || isCalledByOwnAddress(user)) return reader;
        return users.listByEmail(tx, key.get()).stream()
                .filter(other -> isAnother(other, user))
                .findFirst();
    }

    /// Somebody else who is called by a user's address.
    public Optional<User> calledByAddress(Transaction tx, User user) {
        return called(tx, user.email())
                .filter(other -> isAnother(other, user))
                .filter(other -> user.hasVerifiedEmail() || !isCalledByOwnAddress(other));
    }

    /// Who is called by an address, however that is spelled.
    public Optional<User> called(Transaction tx, String address) {
        return EmailAddress.spellings(address).stream()
                .flatMap(spelling -> Username.parse(spelling).stream())
                .flatMap(name -> users.findByUsername(tx, name).stream())
                .findFirst();
    }

    /// The normal form of a user's name, if it can be an address.
    public static Optional<String> nameAsAddress(User user) {
        return EmailAddress.parse(user.username().value()).map(EmailAddress::key);
    }

    public static boolean isCalledByOwnAddress(User user) {
        return nameAsAddress(user).filter(user.emailKey()::equals).isPresent();
    }

    private static boolean isAnother(User other, User user) {
        return !other.subject().equals(user.subject());
    }
}
