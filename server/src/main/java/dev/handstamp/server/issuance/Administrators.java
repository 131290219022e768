package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.administration.Rights;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.DirectoryStore;
import dev.handstamp.server.store.RevisionStore;
import dev.handstamp.server.store.Transaction;
import dev.handstamp.server.store.UserStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Who can come in to administer this server: so that the last one does not shut the door from outside.
public final class Administrators {

    private final UserStore users = new UserStore();
    private final DirectoryStore directories = new DirectoryStore();
    private final RevisionStore revisions = new RevisionStore();

    /// Whether nobody but this user administers. Whatever takes an administrator away counts the position of the log:
    /// it waits here for others that do, and others for this one, so that the last two do not go side by side.
    public boolean isLast(Transaction tx, User user) {
        if (!directories.loadRights(tx).isAdministrator(user)) return false;
        revisions.lock(tx);
        return !isAnyBut(tx, Optional.of(user.subject()));
    }

    /// Whether anybody administers.
    public boolean isAny(Transaction tx) {
        return isAnyBut(tx, Optional.empty());
    }

    /// Whether this user does.
    public boolean isOne(Transaction tx, User user) {
        return directories.loadRights(tx).isAdministrator(user);
    }

    /// Whether this user carries all that these roles carry at the server's own API: nobody gives what they do not
    /// have.
    boolean mayGive(Transaction tx, User user, Collection<RoleName> given) {
        Directory directory = directories.loadRights(tx);
        return directory
                .administration()
                .flatMap(directory::api)
                .map(own -> new Rights(directory.scopesOf(user, Client.firstParty(), own), own.audience()))
                .filter(rights -> !rights.cover(given, directory))
                .isEmpty();
    }

    private boolean isAnyBut(Transaction tx, Optional<Subject> leaving) {
        Directory directory = directories.loadRights(tx);
        List<Role> roles = directory
                .administration()
                .map(own -> directory.roles().values().stream()
                        .filter(role -> !role.scopesAt(own).isEmpty())
                        .toList())
                .orElse(List.of());
        return roles.stream()
                .anyMatch(role -> users.hasHolder(tx, role.name(), user -> isAnother(user, leaving, directory)));
    }

    private static boolean isAnother(User user, Optional<Subject> leaving, Directory directory) {
        return directory.isAdministrator(user)
                && leaving.filter(user.subject()::equals).isEmpty();
    }
}
